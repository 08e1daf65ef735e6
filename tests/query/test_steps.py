"""Every step returns a new query and leaves the old one as it was."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async.errors import DynamORMError
from dynamorm_async.query.query import Query
from tests.asking import ask, exactly
from tests.models import User, a_user

STEPS: dict[str, Callable[[Query[User]], Query[User]]] = {
    "where": lambda q: q.where(User.rank > 1),
    "where, written": lambda q: q.where("rank", ">", 1),
    "filter": lambda q: q.filter(User.rank > 1),
    "filter, written": lambda q: q.filter("rank", ">", 1),
    "or_filter": lambda q: q.or_filter(User.rank > 1),
    "or_filter, written": lambda q: q.or_filter("rank", ">", 1),
    "filter_group": lambda q: q.filter_group(lambda g: g.filter(User.rank > 1)),
    "or_filter_group": lambda q: q.or_filter_group(lambda g: g.filter(User.rank > 1)),
    "index": lambda q: q.index("gsi-email"),
    "order_by": lambda q: q.order_by("joined"),
    "limit": lambda q: q.limit(7),
    "page_size": lambda q: q.page_size(7),
    "offset": lambda q: q.offset(7),
    "select": lambda q: q.select("rank"),
    "select nothing": lambda q: q.select(),
    "consistent_read": lambda q: q.consistent_read(),
    "cursor": lambda q: q.cursor("x"),
    "set_cursor": lambda q: q.set_cursor("x"),
    "parallel_scan": lambda q: q.parallel_scan(0, 2),
    "if_exists": lambda q: q.if_exists(),
    "if_not_exists": lambda q: q.if_not_exists(),
    "with_condition": lambda q: q.with_condition(User.rank > 1),
    "with_condition, written": lambda q: q.with_condition("rank", ">", 1),
    "with_condition_expression": lambda q: q.with_condition_expression(
        "#r > :r", {"r": 1}, {"r": "rank"}
    ),
    "with_retry": lambda q: q.with_retry(3, 0.5),
    "with_timeout": lambda q: q.with_timeout(1.0),
}
STARTS: dict[str, Query[User]] = {
    "a model": ask(User),
    "an instance": ask(a_user()),
    "a long chain": ask(User)
    .where(User.id == "1")
    .filter(User.rank > 5)
    .order_by("joined", "DESC")
    .limit(3)
    .page_size(4)
    .offset(2)
    .select("name")
    .if_exists()
    .with_retry(2),
}


def state(query: Query[Any]) -> tuple[Any, ...]:
    """All that a query holds."""
    return (
        dict(vars(query._question)),
        query._again,
        query._runner,
        query._compiler,
    )


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_a_step_leaves_the_old_query_as_it_was(
    start: Query[User], step: Callable[[Query[User]], Query[User]]
) -> None:
    before = state(start)
    after = step(start)
    assert after is not start
    assert type(after) is Query
    assert state(start) == before


SILENT = {"select nothing", "with_timeout"}


@pytest.mark.parametrize("name", sorted(STEPS.keys() - SILENT))
def test_a_step_says_something(name: str) -> None:
    start = ask(User)
    assert state(STEPS[name](start)) != state(start)


def test_branches_do_not_meet() -> None:
    base = ask(User).where(User.id == "1")
    young, old = base.filter(User.rank < 5), base.filter(User.rank > 5)
    assert [each.compile().filter_expression for each in (base, young, old)] == [
        None,
        "#n1 < :v1",
        "#n1 > :v1",
    ]


BUILDING = {
    *("where", "filter", "or_filter", "filter_group", "or_filter_group", "index"),
    *("order_by", "limit", "page_size", "offset", "select", "consistent_read"),
    *("cursor", "set_cursor", "parallel_scan", "if_exists", "if_not_exists"),
    *("with_condition", "with_condition_expression", "with_retry", "with_timeout"),
}


def test_every_step_is_in_the_table() -> None:
    assert {name.partition(",")[0].partition(" ")[0] for name in STEPS} == BUILDING
    assert set(dir(Query)) >= BUILDING


def test_a_step_that_fails_changes_nothing() -> None:
    query = ask(User).where(User.id == "1")
    before = state(query)
    with pytest.raises(DynamORMError, match="limit is a whole number"):
        query.limit(0)
    assert state(query) == before


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (ask(User), "<Query of User: all>"),
        (ask(a_user()), "<Query of User: all>"),
        (
            ask(User).where(User.name == "4711").where(User.rank > 1).limit(3),
            "<Query of User: where=2, limit>",
        ),
        (
            ask(User).filter(User.name == "4711").select("name").cursor("4711"),
            "<Query of User: filters, select=1, cursor>",
        ),
    ],
)
def test_the_repr_says_what_was_said_and_no_value(query: Any, shown: str) -> None:
    assert repr(query) == shown


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (lambda: ask(User).all().limit(3), "limit"),
        (lambda: ask(User).scan().count(), "count"),
        (lambda: ask(User).all().sort(), "sort"),
    ],
)
def test_what_is_said_after_the_end_of_a_query_is_told_its_place(
    rows: Any, name: str
) -> None:
    complaint = (
        f"rows have no {name!r}: all() and scan() end a query. Await them as a list, "
        "or go through them with `async for`; steps such as limit() come before them, "
        "and reads such as count() in their place"
    )
    with pytest.raises(AttributeError, match=exactly(complaint)):
        rows()


def test_rows_are_asked_for_names_as_any_object() -> None:
    rows = copy.copy(ask(User).all())
    assert (hasattr(rows, "limit"), repr(rows)) == (False, "<Rows of Scan on users>")


def test_the_repr_of_rows_names_the_request() -> None:
    assert repr(ask(User).all()) == "<Rows of Scan on users>"
    assert repr(ask(User).where(User.id == "1").all()) == "<Rows of Query on users>"
