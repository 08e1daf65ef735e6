"""Aggregates: what is asked of the table, what is refused before, how groups grow."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, NewType
from uuid import UUID

import attrs
import pytest

from dynamorm_async import (
    Attr,
    Database,
    GroupResult,
    InvalidOperatorError,
    ItemShapeError,
    Model,
    Query,
    ScanWarning,
    UnknownFieldError,
    field,
    partition_key,
)
from dynamorm_async.query.groups import ordered
from tests.asking import ask
from tests.models import Account, Note, User
from tests.scripted import ScriptedTransport, ok

Grams = NewType("Grams", int)


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Size(StrEnum):
    L = "l"
    S = "s"


@attrs.define
class Point:
    x: int


class Thing(Model, table="things"):
    """A field of every kind that matters here."""

    id: Attr[str] = partition_key()
    whole: Attr[int | None] = field(default=None)
    grams: Attr[Grams] = field(default=Grams(0))
    marked: Attr[Annotated[float, "m"]] = field(default=0.0)
    exact: Attr[Decimal] = field(default=Decimal(0))
    mixed: Attr[int | Decimal] = field(default=0)
    flag: Attr[bool] = field(default=False)
    text: Attr[str] = field(default="")
    blob: Attr[bytes] = field(default=b"")
    size: Attr[Size] = field(default=Size.L)
    colour: Attr[Colour | None] = field(default=None)
    when: Attr[datetime | None] = field(default=None)
    day: Attr[date | None] = field(default=None)
    lasts: Attr[timedelta] = field(default=timedelta())
    uid: Attr[UUID | None] = field(default=None)
    either: Attr[int | str] = field(default=0)
    anything: Attr[Any] = field(default=None)
    listed: Attr[list[int]] = field(factory=list)
    tags: Attr[set[str]] = field(factory=set)
    point: Attr[Point | None] = field(default=None)


NUMBERS = {"whole", "grams", "marked", "exact", "mixed"}
ORDERED = NUMBERS | {
    *("flag", "text", "blob", "size", "when", "day", "lasts", "uid", "id")
}
KEYS = ORDERED | {"colour", "either", "anything"}
COUNTABLE = KEYS | {"listed", "tags"}
FIELDS = sorted(COUNTABLE | {"point"})

VERBS: dict[str, set[str]] = {
    "sum": NUMBERS,
    "average": NUMBERS,
    "min": ORDERED,
    "max": ORDERED,
    "group_by": KEYS,
    "count_distinct": COUNTABLE,
}


def is_refused(verb: str, name: str) -> bool:
    """Whether it is refused; the runner of `ask` says where it would be sent."""
    try:
        getattr(ask(Thing), verb)(name)
    except InvalidOperatorError:
        return True
    except AssertionError:
        return False
    return False


@pytest.mark.parametrize("verb", VERBS)
def test_which_fields_have_which_aggregates(verb: str) -> None:
    taken = {name for name in FIELDS if not is_refused(verb, name)}
    assert taken == VERBS[verb]


@pytest.mark.parametrize(
    ("ask_for", "message"),
    [
        (
            lambda q: q.sum("text"),
            r"^sum\('text'\): Thing\.text holds str, not numbers$",
        ),
        (lambda q: q.average(Thing.flag), r"^average\('flag'\): .* bool, not numbers$"),
        (lambda q: q.min("either"), r"^min\('either'\): .*, which has no order$"),
        (lambda q: q.max("listed"), r"^max\('listed'\): .*, which has no order$"),
        (lambda q: q.group_by("tags"), r"^group_by\('tags'\): .* has no hash$"),
        (lambda q: q.group_by("id").sum("text"), r"^sum\('text'\)"),
        (lambda q: q.group_by("id").count().count(), r"^there are two aggregates 'co"),
        (lambda q: q.group_by("id").having("count", ">", 1), r"there are: none yet$"),
        (lambda q: q.group_by("id").count().having("n", ">", 1), r"there are: count$"),
        (
            lambda q: q.group_by("id").count().having("count", "BETWEEN", 1),
            r"^having\('count'\): the operator is one of = != < .*, not 'BETWEEN'$",
        ),
        (
            lambda q: q.group_by("id").count().having("count", "SIZE >", 1),
            r"not 'SIZE >'$",
        ),
        (lambda q: q.group_by("id").count().having("count", "~", 1), r"no operator"),
        (
            lambda q: q.group_by("id").count().having("count", ">", "4711"),
            r"^having\('count'\): it can't be compared with a str$",
        ),
        (
            lambda q: (
                q.group_by("id").min("when", "m").having("m", "<", date(2026, 1, 1))
            ),
            r"compared with a date$",
        ),
        (
            lambda q: q.group_by("id").min("text", "m").having("m", "<", None),
            r"compared with a NoneType$",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sent(
    ask_for: Callable[[Query[Thing]], Any], message: str
) -> None:
    with pytest.raises(InvalidOperatorError, match=message):
        ask_for(ask(Thing))


def test_only_whole_fields_of_the_model_can_be_aggregated() -> None:
    with pytest.raises(UnknownFieldError, match="only whole fields"):
        ask(Thing).sum("listed[0]")
    with pytest.raises(UnknownFieldError, match="has no field 'size_'"):
        ask(Thing).group_by("size_")
    with pytest.raises(UnknownFieldError, match=r"Account\.balance is not a field"):
        ask(Thing).sum(Account.balance)


def test_a_group_asks_for_the_keys_and_the_fields_it_needs() -> None:
    query = ask(User).where(User.status == "active").filter(User.tags.contains("x"))
    groups = query.group_by("nick").count().sum(User.rank).max("rank").min("name")
    assert groups.compile().body == {
        "TableName": "users",
        "IndexName": "gsi-status",
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "contains(#n1, :v1)",
        "ProjectionExpression": "#n2, #n3, #n4, #n5, #n6, #n0",
        "ExpressionAttributeNames": {
            "#n0": "status",
            "#n1": "tags",
            "#n2": "id",
            "#n3": "joined",
            "#n4": "nick",
            "#n5": "rank",
            "#n6": "display_name",
        },
        "ExpressionAttributeValues": {":v0": {"S": "active"}, ":v1": {"S": "x"}},
    }


def test_a_step_leaves_the_builder_as_it_was() -> None:
    groups = ask(Note).group_by("owner").count()
    groups.sum("stars").having("count", ">", 1)
    assert repr(groups) == "<GroupBy Note.owner: count>"
    assert repr(ask(Note).group_by("owner")) == "<GroupBy Note.owner: keys only>"


def database(*pages: list[dict[str, Any]]) -> Database:
    """A database that answers with these pages of items."""
    last = {"owner": {"S": "x"}, "day": {"S": "x"}}
    replies = [ok(Items=items, LastEvaluatedKey=last) for items in pages[:-1]]
    return Database(transport=ScriptedTransport(*replies, ok(Items=pages[-1])))


def a_note(owner: str, stars: int | None = None) -> dict[str, Any]:
    said = {} if stars is None else {"stars": {"N": str(stars)}}
    return {"owner": {"S": owner}, "day": {"S": "1"}, **said}


async def test_groups_gather_rows_of_many_pages_some_of_them_empty() -> None:
    db = database(
        [a_note("b", 0), a_note("a", 4)], [], [a_note("b", 2), a_note("b")], []
    )
    groups = await (
        db.model(Note)
        .group_by(Note.owner)
        .count()
        .sum("stars")
        .average("stars")
        .min(Note.stars, "least")
        .max("day")
    )
    assert groups == [
        GroupResult(
            "a",
            {
                "count": 1,
                "sum_stars": 4,
                "average_stars": Decimal(4),
                "least": 4,
                "max_day": "1",
            },
        ),
        GroupResult(
            "b",
            {
                "count": 3,
                "sum_stars": 2,
                # A missing attribute is what the model reads it as: its default.
                "average_stars": _AVERAGE,
                "least": 0,
                "max_day": "1",
            },
        ),
    ]
    assert (groups[1].key, groups[1]["count"]) == ("b", 3)


_AVERAGE = Decimal("0.66666666666666666666666666666666666667")


@pytest.mark.parametrize(
    ("operator", "value", "keys"),
    [
        ("=", 2, ["b"]),
        ("!=", 2, ["a", "c"]),
        ("<>", Decimal(2), ["a", "c"]),
        ("<", 2, ["a"]),
        ("le", 2.0, ["a", "b"]),
        (">", 2, ["c"]),
        (">=", 2, ["b", "c"]),
    ],
)
async def test_having_keeps_the_groups_of_which_it_holds(
    operator: str, value: Any, keys: list[str]
) -> None:
    db = database([a_note(each) for each in "cbacbc"])
    groups = await (
        db.model(Note).group_by("owner").count().having("count", operator, value)
    )
    assert [each.key for each in groups] == keys


async def test_having_holds_all_at_once_and_none_of_an_aggregate_of_nothing() -> None:
    rows = [
        {"id": {"S": "1"}, "text": {"S": "a"}},
        {"id": {"S": "2"}, "text": {"S": "b"}, "whole": {"N": "0"}},
    ]
    groups = database(rows).model(Thing).group_by("text").min("whole", "m")
    assert [each.key for each in await groups.having("m", "<", 5)] == ["b"]
    groups = database(rows).model(Thing).group_by("text").min("whole", "m")
    assert [each.key for each in await groups.having("m", "=", None)] == ["a"]
    groups = database(rows).model(Thing).group_by("text").count().min("whole", "m")
    both = groups.having("count", "=", 1).having("m", "!=", None)
    assert [each.key for each in await both] == ["b"]


async def test_rows_without_the_grouped_value_are_in_no_group() -> None:
    rows = [
        {"id": {"S": "1"}, "whole": {"N": "0"}},
        {"id": {"S": "2"}},
        {"id": {"S": "3"}, "whole": {"NULL": True}},
    ]
    groups = await database(rows).model(Thing).group_by("whole").count()
    assert groups == [GroupResult(0, {"count": 1})]


async def test_an_attribute_that_is_there_with_a_wrong_type_is_an_error() -> None:
    wrong = {"owner": {"S": "a"}, "day": {"S": "1"}, "stars": {"S": "4711"}}
    with pytest.raises(ItemShapeError, match=r"^Note\.stars: .*owner, day") as caught:
        await database([wrong]).model(Note).sum("stars")
    assert caught.value.key == {"owner": {"S": "a"}, "day": {"S": "1"}}
    assert "4711" not in str(caught.value)


async def test_an_aggregate_of_a_condition_that_fits_no_key_warns_of_the_scan() -> None:
    query = database([a_note("a", 3)]).model(Note).where(Note.stars == 3)
    with pytest.warns(ScanWarning, match="^Note: no condition fits a key"):
        assert await query.sum(Note.stars) == 3


@pytest.mark.parametrize(
    ("keys", "sorted_keys"),
    [
        (["b", "", "a"], ["", "a", "b"]),
        ([3, 0, -1], [-1, 0, 3]),
        (["1", 2, "0", 1], [1, 2, "0", "1"]),
        ([Colour.RED, Colour.BLUE], [Colour.BLUE, Colour.RED]),
    ],
)
def test_groups_come_in_the_order_of_their_keys(
    keys: list[Any], sorted_keys: list[Any]
) -> None:
    results = [GroupResult(each, {}) for each in keys]
    assert [each.key for each in ordered(results)] == sorted_keys


def test_a_group_result_is_a_value() -> None:
    group = GroupResult("a", {"count": 1})
    assert {group: 1}[GroupResult("a", {"count": 1})] == 1
    with pytest.raises(KeyError, match="sum"):
        group["sum"]
