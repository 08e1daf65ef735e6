"""The order of rows, and consistent reads: what is had where."""

from typing import Any

import pytest

from dynamorm_async.errors import (
    IndexNotFoundError,
    InvalidOperatorError,
)
from dynamorm_async.expressions.conditions import Condition
from tests.asking import ask, body, exactly
from tests.compiler.events import (
    COST,
    DAY,
    KIND,
    NOTE,
    NUMBER,
    SHOP,
    WHO,
    Event,
    asked_for,
)


@pytest.mark.parametrize(
    ("terms", "name", "order", "index"),
    [
        ((SHOP,), "number", "DESC", None),
        ((KIND,), "day", "desc", "kind-day"),
        ((KIND,), "cost", "Desc", "kind-cost"),
        ((KIND, DAY), "cost", "DESC", "kind-cost"),
        ((KIND, COST), "day", "DESC", "kind-day"),
    ],
)
def test_the_order_is_that_of_a_sort_key(
    terms: tuple[Condition, ...], name: str, order: str, index: str | None
) -> None:
    sent = body(asked_for(*terms).order_by(name, order))
    assert (sent.get("IndexName"), sent["ScanIndexForward"]) == (index, False)


@pytest.mark.parametrize("order", ["ASC", "asc"])
def test_ascending_is_what_dynamodb_does_anyway(order: str) -> None:
    assert body(asked_for(SHOP).order_by(Event.number, order)) == body(asked_for(SHOP))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            asked_for(SHOP).order_by("cost"),
            "order_by('cost'): rows come in the order of the sort key of the table, "
            "which is number; name one that is ordered by it: kind-cost, shop-cost",
        ),
        (
            asked_for(SHOP).order_by(Event.note),
            "order_by('note'): rows come in the order of the sort key of the table, "
            "which is number",
        ),
        (
            asked_for(WHO).order_by("number"),
            "order_by('number'): rows come in the order of the sort key of index "
            "'user', which is not there",
        ),
        (
            asked_for(KIND).index("kind-only").order_by("day"),
            "order_by('day'): rows come in the order of the sort key of index "
            "'kind-only', which is not there; name one that is ordered by it: kind-day",
        ),
        (
            asked_for(NOTE).order_by("day"),
            "order_by('day') needs a Query, and this is a Scan (no condition fits a "
            "key): add an equality on a partition key",
        ),
        (
            asked_for(SHOP).parallel_scan(0, 2).order_by("number"),
            "order_by('number') needs a Query, and this is a Scan (asked for): add an "
            "equality on a partition key",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["all", "first", "count", "exists"])
def test_another_order_is_refused(query: Any, message: str, verb: str) -> None:
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        query.compile(verb)


def test_another_order_of_a_single_item_is_refused_too() -> None:
    asked = asked_for(SHOP, NUMBER)
    with pytest.raises(InvalidOperatorError, match=r"^order_by\('cost'\)"):
        asked.order_by("cost").compile("first")
    assert asked.order_by("number").compile("first").operation == "GetItem"


@pytest.mark.parametrize("order", ["down", "", None, 1])
def test_an_order_is_one_of_two(order: Any) -> None:
    message = f"the order is 'ASC' or 'DESC', not {order!r}"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        ask(Event).order_by("day", order)


@pytest.mark.parametrize("query", [asked_for(SHOP), asked_for(SHOP).index("shop-cost")])
def test_a_consistent_read_is_had_from_the_table_and_its_local_indexes(
    query: Any,
) -> None:
    assert body(query.consistent_read()) == {**body(query), "ConsistentRead": True}


@pytest.mark.parametrize(
    "query",
    [
        asked_for(KIND).consistent_read(),
        asked_for(KIND).index("kind-day").consistent_read(),
        asked_for(SHOP).index("kind-day").consistent_read(),
    ],
)
@pytest.mark.parametrize("verb", ["all", "first", "count"])
def test_a_consistent_read_is_not_had_from_a_global_index(
    query: Any, verb: str
) -> None:
    message = (
        "Event: consistent_read is not to be had from the global index 'kind-day'; "
        "DynamoDB offers it for the table and its local indexes"
    )
    with pytest.raises(IndexNotFoundError, match=exactly(message)):
        query.compile(verb)


def test_a_consistent_read_prefers_the_table() -> None:
    sent = body(asked_for(KIND, SHOP).consistent_read())
    assert ("IndexName" in sent, sent["ConsistentRead"]) == (False, True)


def test_a_consistent_read_can_be_taken_back() -> None:
    query = asked_for(SHOP)
    assert body(query.consistent_read().consistent_read(False)) == body(query)
