"""What is said for a read means nothing to a write, and the other way round."""

from collections.abc import Callable

import pytest

from dynamorm_async import InvalidOperatorError, Query, ScanWarning
from tests.asking import ask, exactly
from tests.models import Account, Listing, Note

Step = Callable[[Query[Note]], Query[Note]]


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (lambda query: query.order_by("day"), "order_by"),
        (lambda query: query.limit(1), "limit"),
        (lambda query: query.page_size(1), "page_size"),
        (lambda query: query.offset(1), "offset"),
        (lambda query: query.select("text"), "select"),
        (lambda query: query.consistent_read(), "consistent_read"),
        (lambda query: query.cursor("x"), "cursor"),
        (lambda query: query.parallel_scan(0, 2), "parallel_scan"),
    ],
)
@pytest.mark.parametrize("verb", ["create", "put", "create_or_update", "delete"])
def test_a_setting_of_reads_is_refused_by_a_write(
    step: Step, name: str, verb: str
) -> None:
    message = f"Note: {name}() is for reads, and means nothing to a write"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        step(ask(Note(owner="a", day="1"))).compile(verb)  # type: ignore[arg-type]


def test_an_update_builder_refuses_it_too() -> None:
    builder = ask(Account).where(Account.number == 1).limit(1).update_builder()
    with pytest.raises(InvalidOperatorError, match=r"limit\(\) is for reads"):
        builder.add("balance", 1).compile()


@pytest.mark.parametrize("verb", ["all", "first", "scan", "count", "exists"])
@pytest.mark.parametrize(
    "step",
    [
        lambda query: query.if_exists(),
        lambda query: query.if_not_exists(),
        lambda query: query.with_condition(Note.stars > 1),
        lambda query: query.with_condition_expression("attribute_exists(stars)"),
    ],
)
def test_a_condition_of_writes_is_refused_by_a_read(step: Step, verb: str) -> None:
    with pytest.raises(
        InvalidOperatorError, match=r"with_condition\(\) are for writes"
    ):
        step(ask(Note).where(Note.owner == "a")).compile(verb)  # type: ignore[arg-type]


def test_only_text_and_bytes_begin_with_something() -> None:
    with pytest.raises(
        InvalidOperatorError, match=r"Note\.stars: only text and bytes begin"
    ):
        ask(Note).filter("stars", "BEGINS_WITH", "1").compile("scan")


def test_a_scan_warning_says_which_fields_an_index_lacks() -> None:
    with pytest.warns(
        ScanWarning, match="index 'by-shop' does not hold kind, title, so the"
    ):
        ask(Listing).where(Listing.shop == "x").filter(Listing.title == "y").compile()
