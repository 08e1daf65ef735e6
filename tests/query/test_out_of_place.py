"""What is said for a read means nothing to a write, and the other way round."""

from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async import InvalidOperatorError, InvalidValueError, Query, ScanWarning
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


NOTE = Note(owner="a", day="1")


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda q: q.count(), "count()"),
        (lambda q: q.exists(), "exists()"),
        (lambda q: q.pages(), "pages()"),
        (lambda q: q.all_paginated(), "all_paginated()"),
        (lambda q: q.scan_all_segments(2), "scan_all_segments()"),
        (lambda q: q.sum("stars"), "aggregates"),
        (lambda q: q.group_by("owner"), "aggregates"),
        (lambda q: q.batch_get([("a", "1")]), "batches"),
        (lambda q: q.batch_create([NOTE]), "batches"),
        (lambda q: q.batch_delete([("a", "1")]), "batches"),
        (lambda q: q.batch_write([NOTE]), "batches"),
        (lambda q: q.batch_update_with_options([NOTE]), "batches"),
        (lambda q: q.create(), "writes"),
        (lambda q: q.create(wait_for_index="by-stars"), "writes"),
        (lambda q: q.put(), "writes"),
        (lambda q: q.create_or_update(), "writes"),
        (lambda q: q.update(), "writes"),
        (lambda q: q.delete(), "writes"),
        (lambda q: q.update_builder(), "writes"),
    ],
)
def test_what_is_done_once_refuses_to_be_repeated(
    call: Callable[[Query[Note]], object], what: str
) -> None:
    start = ask(NOTE) if what == "writes" else ask(Note)
    message = f"Note: with_retry() repeats first(), one() and all(), not {what}"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        call(start.with_retry())


def test_a_stream_refuses_to_be_repeated() -> None:
    with pytest.raises(InvalidOperatorError, match=r"^Note: .*; await it as a list$"):
        aiter(ask(Note).with_retry())


async def found(_row: object) -> bool:
    return True


@pytest.mark.parametrize("until", [3, found])
def test_what_a_read_waits_for_is_a_plain_function(until: Any) -> None:
    with pytest.raises(InvalidOperatorError, match=r"^until is a plain function of"):
        ask(Note).with_retry(until=until)


@pytest.mark.parametrize("number", ["1", -1, True, 1.0])
def test_a_version_is_a_number_from_0(number: Any) -> None:
    builder = ask(Account).where(Account.number == 1).update_builder()
    with pytest.raises(InvalidValueError, match=r"^the version is a whole number"):
        builder.increment("balance").condition_version(number)


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
