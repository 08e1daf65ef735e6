"""Which table or index answers, and which conditions become its key condition."""

from itertools import permutations
from typing import Any

import pytest

from dynamorm_async.errors import (
    EmptyValueError,
    IndexNotFoundError,
    InvalidOperatorError,
    QueryError,
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
    terms_of,
    written_out,
)
from tests.models import NOON, NOON_TEXT, Listing, Note, User

CHOICES: list[tuple[tuple[Condition, ...], str | None, str | None, str | None]] = [
    ((SHOP,), None, "shop = s", None),
    ((SHOP, NUMBER), None, "shop = s AND number = 1", None),
    ((SHOP, NOTE), None, "shop = s", "note = n"),
    ((SHOP, KIND, DAY), None, "shop = s", "kind = k AND day = d"),
    ((SHOP, COST), None, "shop = s", "cost > 5"),
    ((KIND,), "kind-day", "kind = k", None),
    ((KIND, DAY), "kind-day", "kind = k AND day = d", None),
    ((KIND, COST), "kind-cost", "kind = k AND cost > 5", None),
    ((KIND, DAY, COST), "kind-day", "kind = k AND day = d", "cost > 5"),
    ((KIND, NUMBER), "kind-day", "kind = k", "number = 1"),
    ((WHO, NUMBER), "user", "user = u", "number = 1"),
    ((WHO, COST), "user", "user = u", "cost > 5"),
    ((WHO, KIND), "kind-day", "kind = k", "user = u"),
    ((WHO, KIND, COST), "kind-cost", "kind = k AND cost > 5", "user = u"),
    ((SHOP & NUMBER, NOTE), None, "shop = s AND number = 1", "note = n"),
    (
        (SHOP, Event.number <= 1, NOTE),
        None,
        "shop = s AND number <= 1",
        "note = n",
    ),
    (
        (SHOP, Event.number.between(1, 2)),
        None,
        "shop = s AND number BETWEEN 1 AND 2",
        None,
    ),
    (
        (SHOP, Event.number >= 1, Event.number <= 2),
        None,
        "shop = s AND number BETWEEN 1 AND 2",
        None,
    ),
    (
        (KIND, Event.cost >= 1, Event.cost <= 2),
        "kind-cost",
        "kind = k AND cost BETWEEN 1 AND 2",
        None,
    ),
    ((NUMBER,), None, None, "number = 1"),
    ((NOTE,), None, None, "note = n"),
    ((Event.shop > "s",), None, None, "shop > s"),
    ((Event.shop.is_in("s"),), None, None, "shop IN (s)"),
    ((SHOP | KIND,), None, None, "shop = s OR kind = k"),
    ((~SHOP,), None, None, "NOT shop = s"),
    ((Event.shop == Event.note,), None, None, "shop = note"),
]


@pytest.mark.filterwarnings("ignore::dynamorm_async.errors.ScanWarning")
@pytest.mark.parametrize(("terms", "index", "key", "rest"), CHOICES)
def test_the_plan_does_not_depend_on_the_order(
    terms: tuple[Condition, ...], index: str | None, key: str | None, rest: str | None
) -> None:
    for order in permutations(terms):
        sent = body(asked_for(*order))
        assert (
            sent.get("IndexName"),
            written_out(sent, "KeyConditionExpression"),
            terms_of(written_out(sent, "FilterExpression")),
        ) == (index, key, terms_of(rest))


@pytest.mark.parametrize(
    "terms",
    [
        (SHOP, NUMBER),
        (KIND, COST),
        (SHOP, Event.number >= 1, Event.number <= 2),
        (KIND, Event.cost >= 1, Event.cost <= 2, NOTE),
        (WHO, KIND, DAY),
    ],
)
def test_every_order_of_the_conditions_gives_one_body(
    terms: tuple[Condition, ...],
) -> None:
    bodies = [body(asked_for(*order)) for order in permutations(terms)]
    assert bodies == [bodies[0]] * len(bodies)


@pytest.mark.parametrize(
    ("filtered", "key", "rest"),
    [
        (Event.number > 1, "shop = s AND number > 1", None),
        ((Event.number > 1) & NOTE, "shop = s AND number > 1", "note = n"),
        (NOTE, "shop = s", "note = n"),
    ],
)
def test_a_filter_on_the_sort_key_joins_the_key_condition(
    filtered: Condition, key: str, rest: str | None
) -> None:
    sent = body(asked_for(SHOP).filter(filtered))
    found = [
        written_out(sent, f"{part}Expression") for part in ("KeyCondition", "Filter")
    ]
    assert found == [key, rest]


def test_half_a_range_may_be_a_filter() -> None:
    asked = asked_for(SHOP, Event.number >= 1).filter(Event.number <= 2)
    assert body(asked) == body(asked_for(SHOP, Event.number.between(1, 2)))


CANNOT = (
    " here can't be part of the key condition, which takes one equality on the "
    "partition key and one of = < <= > >= BETWEEN BEGINS_WITH on the sort key; "
    "two bounds become a BETWEEN only as >= and <="
)


@pytest.mark.parametrize(
    ("term", "field_and_operator"),
    [
        (Event.number > 1, "Event.number is a key of the table, {}: <="),
        (Event.number == 1, "Event.number is a key of the table, {}: <="),
        (Event.number.ne(1), "Event.number is a key of the table, {}: !="),
    ],
)
def test_what_cannot_join_the_key_condition_is_refused(
    term: Condition, field_and_operator: str
) -> None:
    filters = "and DynamoDB filters only on other attributes"
    message = field_and_operator.format(filters) + CANNOT
    for order in permutations((SHOP, term, Event.number <= 5)):
        with pytest.raises(InvalidOperatorError, match=r"^Event\.number is a key of"):
            body(asked_for(*order))
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        body(asked_for(SHOP, term, Event.number <= 5))


@pytest.mark.parametrize(
    "term",
    [
        Event.number.contains("1"),
        Event.number.not_contains("1"),
        Event.number.is_in(1, 2),
        Event.number.ne(1),
        Event.number.exists(),
        Event.number.eq(None),
        Event.number.size() > 1,
        Event.number == Event.cost,
        Event.cost == Event.number,
        (Event.number > 1) | NOTE,
        ~(Event.number > 1),
        Event.shop == "another",
        Event.shop.begins_with("s"),
    ],
)
def test_a_key_is_never_filtered(term: Condition) -> None:
    with pytest.raises(InvalidOperatorError, match=r"\w+ is a key of the table"):
        body(asked_for(SHOP, term))
    with pytest.raises(InvalidOperatorError, match=r"\w+ is a key of the table"):
        body(asked_for(SHOP).filter(term))


def test_the_key_of_an_index_is_not_filtered_there() -> None:
    with pytest.raises(InvalidOperatorError, match=r"is a key of index 'kind-day'"):
        body(asked_for(KIND).filter(DAY | NOTE))


def test_the_keys_of_the_table_can_be_filtered_on_an_index() -> None:
    sent = body(asked_for(KIND).filter(SHOP | NUMBER))
    assert written_out(sent, "FilterExpression") == "shop = s OR number = 1"


def test_a_scan_filters_on_everything() -> None:
    sent = body(asked_for(SHOP, Event.number.contains("1"), KIND), "scan")
    assert sent == {
        "TableName": "events",
        "FilterExpression": "#n0 = :v0 AND contains(#n1, :v1) AND #n2 = :v2",
        "ExpressionAttributeNames": {"#n0": "shop", "#n1": "number", "#n2": "kind"},
        "ExpressionAttributeValues": {
            ":v0": {"S": "s"},
            ":v1": {"S": "1"},
            ":v2": {"S": "k"},
        },
    }


@pytest.mark.parametrize(
    ("named", "terms", "key", "rest"),
    [
        ("kind-cost", (KIND, DAY), "kind = k", "day = d"),
        ("kind-cost", (KIND, DAY, COST), "kind = k AND cost > 5", "day = d"),
        ("kind-only", (KIND, DAY), "kind = k", "day = d"),
        ("shop-cost", (SHOP, COST), "shop = s AND cost > 5", None),
        ("shop-cost", (SHOP, NUMBER), "shop = s", "number = 1"),
        ("kind-day", (SHOP, KIND), "kind = k", "shop = s"),
    ],
)
def test_a_named_index_is_used(
    named: str, terms: tuple[Condition, ...], key: str, rest: str | None
) -> None:
    for order in permutations(terms):
        sent = body(asked_for(*order).index(named))
        assert (
            sent["IndexName"],
            written_out(sent, "KeyConditionExpression"),
            written_out(sent, "FilterExpression"),
        ) == (named, key, rest)


@pytest.mark.filterwarnings("ignore::dynamorm_async.errors.ScanWarning")
def test_a_named_index_without_its_key_is_scanned() -> None:
    compiled = asked_for(SHOP, NOTE).index("kind-day").compile()
    assert (compiled.operation, compiled.body) == (
        "Scan",
        {
            "TableName": "events",
            "IndexName": "kind-day",
            "FilterExpression": "#n0 = :v0 AND #n1 = :v1",
            "ExpressionAttributeNames": {"#n0": "shop", "#n1": "note"},
            "ExpressionAttributeValues": {":v0": {"S": "s"}, ":v1": {"S": "n"}},
        },
    )


@pytest.mark.parametrize(
    ("name", "guess"),
    [("kind_day", "; did you mean 'kind-day'?"), ("x", "."), (7, ".")],
)
def test_an_unknown_index_is_an_error_at_once(name: Any, guess: str) -> None:
    message = (
        f"Event has no index {name!r}{guess} It has: kind-day, kind-cost, kind-only, "
        "shop-cost, user"
    )
    with pytest.raises(IndexNotFoundError, match=exactly(message)):
        ask(Event).index(name)


ANN = ask(Note).where(Note.owner == "ann")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (ask(Note).where(Note.owner == ""), "Note.owner"),
        (ANN.where(Note.day == ""), "Note.day"),
        (
            ANN.where(Note.day.begins_with("")),
            "Note.day",
        ),
        (
            ANN.where(Note.day.between("", "z")),
            "Note.day",
        ),
        (ask(User).where(User.email == ""), "User.email"),
    ],
)
@pytest.mark.parametrize("verb", ["all", "count"])
def test_nothing_has_an_empty_key(query: Any, error: str, verb: str) -> None:
    with pytest.raises(EmptyValueError, match=rf"^{error}: no key of .* is empty"):
        query.compile(verb)


def test_the_errors_of_planning_are_query_errors() -> None:
    assert issubclass(IndexNotFoundError, QueryError)


def test_a_prefix_on_the_sort_key_joins_the_key_condition() -> None:
    asked = ask(Note).where(Note.owner == "ann").where(Note.day.begins_with("2026"))
    assert body(asked) == {
        "TableName": "notes",
        "KeyConditionExpression": "#n0 = :v0 AND begins_with(#n1, :v1)",
        "ExpressionAttributeNames": {"#n0": "owner", "#n1": "day"},
        "ExpressionAttributeValues": {":v0": {"S": "ann"}, ":v1": {"S": "2026"}},
    }


def test_keys_are_stored_as_their_fields_are() -> None:
    asked = ask(User).where(User.joined >= NOON).where(User.id == "1")
    assert body(asked)["ExpressionAttributeValues"] == {
        ":v0": {"S": "1"},
        ":v1": {"S": NOON_TEXT},
    }


def test_an_index_with_everything_needed_is_taken() -> None:
    asked = ask(Listing).where(Listing.shop == "s").select("price")
    assert body(asked)["IndexName"] == "by-shop"
