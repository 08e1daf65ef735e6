"""The update builder: every verb, on every kind of place, seen by another client."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    EmptyValueError,
    FieldNotLoadedError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    Model,
    RequestRejectedError,
    UnknownFieldError,
    VersionConflictError,
    field,
    partition_key,
    updated_at,
    version,
)
from tests.integration.conftest import Stored, StoppedClock
from tests.models import NOON, NOON_TEXT

LATER_TEXT = "2026-11-22T13:00:00.000000Z"


class Thing(Model, table="things"):
    """Something of every kind that an update can change."""

    id: Attr[str] = partition_key()
    count: Attr[int] = field(default=0)
    price: Attr[Decimal | None] = field(default=None)
    title: Attr[str | None] = field(default=None, attribute="t")
    words: Attr[set[str]] = field(factory=set)
    numbers: Attr[set[int]] = field(factory=set)
    blobs: Attr[set[bytes]] = field(factory=set)
    labels: Attr[list[str]] = field(factory=list, as_set=True)
    rows: Attr[list[Any]] = field(factory=list)
    tree: Attr[dict[str, Any]] = field(factory=dict)
    seen: Attr[datetime | None] = field(default=None)
    copy: Attr[int | None] = field(default=None)


class Stamped(Model, table="stamped"):
    """Kept up by every write."""

    id: Attr[str] = partition_key()
    count: Attr[int] = field(default=0)
    rev: Attr[int] = version()
    changed: Attr[datetime] = updated_at()


BEFORE: dict[str, Any] = {
    "id": {"S": "1"},
    "count": {"N": "5"},
    "t": {"S": "old"},
    "words": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": [b"a", b"b"]},
    "labels": {"SS": ["a"]},
    "rows": {"L": [{"N": "0"}, {"S": "one"}, {"N": "2"}]},
    "tree": {"M": {"a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}]}}}, "n": {"N": "1"}}},
}


@pytest.fixture
async def things(db: Database, stored: Stored) -> None:
    await db.ensure_table(Thing)
    await stored.put("things", BEFORE)


def builder(db: Database, key: str = "1") -> Any:
    return db.model(Thing).where(Thing.id == key).update_builder()


def sorted_sets(item: dict[str, Any]) -> dict[str, Any]:
    """The item, its sets in order; the engine keeps none."""
    return {
        name: {
            tag: sorted(content) if tag in ("SS", "NS", "BS") else content
            for tag, content in value.items()
        }
        for name, value in item.items()
    }


Build = Callable[[Any], Any]
CHANGES: dict[str, tuple[Build, dict[str, Any]]] = {
    "set": (
        lambda b: b.set(Thing.count, 7).set("title", "new"),
        {"count": {"N": "7"}, "t": {"S": "new"}},
    ),
    "set of a stored name": (lambda b: b.set("t", "new"), {"t": {"S": "new"}}),
    "set by the type of the field": (
        lambda b: b.set("seen", NOON).set("price", Decimal("1.50")),
        {"seen": {"S": NOON_TEXT}, "price": {"N": "1.5"}},
    ),
    "set to None": (lambda b: b.set("title", None), {"t": None}),
    "set to an empty set": (lambda b: b.set("words", set()), {"words": None}),
    "set to another field": (lambda b: b.set("copy", Thing.count), {"copy": {"N": "5"}}),
    "set in a map": (
        lambda b: b.set(Thing.tree["a"]["c"], "x").set("tree.n", 9),
        {
            "tree": {
                "M": {
                    "a": {
                        "M": {"b": {"L": [{"N": "1"}, {"N": "2"}]}, "c": {"S": "x"}}
                    },
                    "n": {"N": "9"},
                }
            }
        },
    ),
    "set in a list": (
        lambda b: b.set(Thing.rows[1], {"k": None}).set("rows[2]", "z"),
        {"rows": {"L": [{"N": "0"}, {"M": {"k": {"NULL": True}}}, {"S": "z"}]}},
    ),
    "set if not exists": (
        lambda b: b.set_if_not_exists("count", 1).set_if_not_exists(Thing.price, 2),
        {"price": {"N": "2"}},
    ),
    "set if not exists in a map": (
        lambda b: b.set_if_not_exists("tree.n", 5).set_if_not_exists("tree.m", 6),
        {
            "tree": {
                "M": {**BEFORE["tree"]["M"], "m": {"N": "6"}},
            }
        },
    ),
    "add to a number": (lambda b: b.add("count", -2), {"count": {"N": "3"}}),
    "add to a missing number": (
        lambda b: b.add("price", Decimal("0.1")),
        {"price": {"N": "0.1"}},
    ),
    "increment and decrement": (
        lambda b: b.increment("count").decrement("copy", 3),
        {"count": {"N": "6"}, "copy": {"N": "-3"}},
    ),
    "decrement by one": (lambda b: b.decrement("count"), {"count": {"N": "4"}}),
    "increment by a number": (
        lambda b: b.increment(Thing.tree["n"], 4),
        {"tree": {"M": {**BEFORE["tree"]["M"], "n": {"N": "5"}}}},
    ),
    "add to a set of text": (
        lambda b: b.add("words", {"b", "c"}),
        {"words": {"SS": ["a", "b", "c"]}},
    ),
    "add one element": (lambda b: b.add("words", "c"), {"words": {"SS": ["a", "b", "c"]}}),
    "add to a set of numbers": (
        lambda b: b.add(Thing.numbers, [2, 3]),
        {"numbers": {"NS": ["1", "2", "3"]}},
    ),
    "add one number": (lambda b: b.add("numbers", 3), {"numbers": {"NS": ["1", "2", "3"]}}),
    "add to a set of bytes": (
        lambda b: b.add("blobs", {b"c"}),
        {"blobs": {"BS": [b"a", b"b", b"c"]}},
    ),
    "add to a list stored as a set": (
        lambda b: b.add("labels", ["b"]),
        {"labels": {"SS": ["a", "b"]}},
    ),
    "delete from a set of text": (
        lambda b: b.delete("words", "a"),
        {"words": {"SS": ["b"]}},
    ),
    "delete what is not there": (lambda b: b.delete("words", {"x"}), {}),
    "delete the last elements": (lambda b: b.delete("words", {"a", "b"}), {"words": None}),
    "delete from a set of numbers": (
        lambda b: b.delete("numbers", 1),
        {"numbers": {"NS": ["2"]}},
    ),
    "delete from a set of bytes": (
        lambda b: b.delete(Thing.blobs, b"a"),
        {"blobs": {"BS": [b"b"]}},
    ),
    "delete from a list stored as a set": (
        lambda b: b.delete("labels", ["a"]),
        {"labels": None},
    ),
    "delete from a missing set": (
        lambda b: b.remove("words").add("count", 1),
        {"words": None, "count": {"N": "6"}},
    ),
    "remove": (lambda b: b.remove("title", Thing.rows), {"t": None, "rows": None}),
    "remove in a map": (
        lambda b: b.remove(Thing.tree["a"]),
        {"tree": {"M": {"n": {"N": "1"}}}},
    ),
    "remove from a list": (
        lambda b: b.remove_from_list_at("rows", 0).remove_from_list_at("rows", 2),
        {"rows": {"L": [{"S": "one"}]}},
    ),
    "remove from a list in a map": (
        lambda b: b.remove_from_list_at("tree.a.b", 0),
        {"tree": {"M": {"a": {"M": {"b": {"L": [{"N": "2"}]}}}, "n": {"N": "1"}}}},
    ),
    "append": (
        lambda b: b.append_to_list("rows", [3, [4]]),
        {"rows": {"L": [*BEFORE["rows"]["L"], {"N": "3"}, {"L": [{"N": "4"}]}]}},
    ),
    "prepend": (
        lambda b: b.prepend_to_list(Thing.rows, ["x", "y"]),
        {"rows": {"L": [{"S": "x"}, {"S": "y"}, *BEFORE["rows"]["L"]]}},
    ),
    "append to a list in a map": (
        lambda b: b.append_to_list("tree.a.b", [3]),
        {
            "tree": {
                "M": {
                    "a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}},
                    "n": {"N": "1"},
                }
            }
        },
    ),
    "append to a missing list in a map": (
        lambda b: b.append_to_list("tree.new", [3]),
        {"tree": {"M": {**BEFORE["tree"]["M"], "new": {"L": [{"N": "3"}]}}}},
    ),
    "set a list element": (
        lambda b: b.set_list_element("rows", 1, 1),
        {"rows": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}},
    ),
    "set a list element past the end": (
        lambda b: b.set_list_element(Thing.rows, 9, "end"),
        {"rows": {"L": [*BEFORE["rows"]["L"], {"S": "end"}]}},
    ),
    "all at once": (
        lambda b: (
            b.set("title", "new")
            .add("count", 1)
            .remove("numbers")
            .delete("words", "a")
            .set_if_not_exists("copy", 1)
            .append_to_list("rows", [3])
            .remove("tree.a")
            .set("tree.z", 1)
        ),
        {
            "t": {"S": "new"},
            "count": {"N": "6"},
            "numbers": None,
            "words": {"SS": ["b"]},
            "copy": {"N": "1"},
            "rows": {"L": [*BEFORE["rows"]["L"], {"N": "3"}]},
            "tree": {"M": {"n": {"N": "1"}, "z": {"N": "1"}}},
        },
    ),
}


LACKING = {
    "remove from a list": pytest.mark.engine_lacks(
        dynoxide="removing two list elements by their old places"
    ),
    "set a list element past the end": pytest.mark.engine_lacks(
        dynoxide="appending what is set past the end of a list; it pads with NULLs"
    ),
}


@pytest.mark.parametrize(
    "case", [pytest.param(each, marks=LACKING.get(each, ())) for each in CHANGES]
)
async def test_a_change_is_in_the_table(
    db: Database, things: None, stored: Stored, case: str
) -> None:
    build, changed = CHANGES[case]
    await build(builder(db))
    expected = {
        name: value
        for name, value in {**BEFORE, **changed}.items()
        if value is not None
    }
    assert [sorted_sets(each) for each in await stored("things")] == [expected]


@pytest.mark.parametrize(
    ("build", "item"),
    [
        (lambda b: b.append_to_list("rows", [1]), {"rows": {"L": [{"N": "1"}]}}),
        (lambda b: b.prepend_to_list("rows", [1]), {"rows": {"L": [{"N": "1"}]}}),
        (lambda b: b.add("words", "a"), {"words": {"SS": ["a"]}}),
        (lambda b: b.increment("count"), {"count": {"N": "1"}}),
        (lambda b: b.delete("words", "a").set("copy", 1), {"copy": {"N": "1"}}),
        (lambda b: b.set_if_not_exists("count", 3), {"count": {"N": "3"}}),
        (lambda b: b.remove("rows"), {}),
    ],
)
async def test_an_update_of_a_missing_item_creates_it(
    db: Database, things: None, stored: Stored, build: Build, item: dict[str, Any]
) -> None:
    await stored.delete("things", {"id": {"S": "1"}})
    await build(builder(db, "2"))
    assert await stored("things") == [{"id": {"S": "2"}, **item}]


@pytest.mark.parametrize(
    ("chain", "holds"),
    [
        (lambda b: b.condition(Thing.count == 5), True),
        (lambda b: b.condition("count", ">", 5), False),
        (lambda b: b.condition("count", ">", 5).or_condition("t", "=", "old"), True),
        (lambda b: b.condition("count", "=", 5).or_condition("t", "=", "x"), True),
        # (count = 5 OR t = x) AND t = y, as the chain reads.
        (
            lambda b: (
                b.condition("count", "=", 5)
                .or_condition("t", "=", "x")
                .condition("t", "=", "y")
            ),
            False,
        ),
        (
            lambda b: (
                b.condition("count", "=", 0)
                .condition("t", "=", "y")
                .or_condition("count", "=", 5)
            ),
            True,
        ),
        (
            lambda b: b.condition(
                (Thing.count == 0) | ((Thing.title == "old") & ~(Thing.count > 9))
            ),
            True,
        ),
        (lambda b: b.condition_exists("count").condition_not_exists("price"), True),
        (lambda b: b.condition_exists("count").condition_not_exists("title"), False),
        (lambda b: b.condition_exists(Thing.tree["a"]["b"][1]), True),
        (lambda b: b.condition_exists(Thing.tree["a"]["b"][2]), False),
    ],
)
@pytest.mark.parametrize("verb", ["execute", "execute_with_result"])
async def test_conditions_hold_as_the_chain_reads(
    db: Database,
    things: None,
    stored: Stored,
    chain: Build,
    holds: bool,
    verb: str,
) -> None:
    update = chain(builder(db).set("copy", 1))
    errors: list[Any] = []
    try:
        await getattr(update, verb)()
    except ConditionFailedError as error:
        errors.append(error.item.id)
    copies = [each.get("copy") for each in await stored("things")]
    assert (copies, errors) == {
        True: ([{"N": "1"}], []),
        False: ([None], ["1"]),
    }[holds]


async def test_conditions_of_the_query_are_required_too(
    db: Database, things: None, stored: Stored
) -> None:
    query = db.model(Thing).where(Thing.id == "2").if_exists()
    with pytest.raises(ConditionFailedError, match="UpdateItem") as caught:
        await query.update_builder().set("copy", 1).or_condition("count", "=", 5)
    assert caught.value.item is None
    other = db.model(Thing).where("id", "=", "1").where("count", "=", 6)
    with pytest.raises(ConditionFailedError, match="UpdateItem"):
        await other.update_builder().set("copy", 1)
    assert await stored("things") == [BEFORE]


async def test_a_builder_executed_twice_sends_the_same_request(
    db: Database, things: None, stored: Stored
) -> None:
    update = builder(db).add("count", 1).set("copy", 1).condition("count", "<", 99)
    first = update.compile()
    await update.execute()
    await update.execute_with_result()
    await update
    assert update.compile() == first
    assert (await stored("things"))[0]["count"] == {"N": "8"}


async def test_a_step_leaves_the_builder_before_it_as_it_was(
    db: Database, things: None, stored: Stored
) -> None:
    base = builder(db).add("count", 1)
    base.set("title", "forgotten")
    base.condition("count", "=", 0)
    await base
    assert await stored("things") == [{**BEFORE, "count": {"N": "6"}}]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda b: b.set("tree", {}).set("tree.a", 1), r"Thing\.tree is .*tree\.a"),
        (lambda b: b.set("tree.a.b[0]", 1).remove("tree.a"), "is changed together with"),
        (lambda b: b.add("count", 1).set("count", 1), "is changed together with"),
        (lambda b: b.set("t", "a").set("title", "b"), "is changed together with"),
        (lambda b: b, "nothing to change"),
        (lambda b: b.add("title", "x"), "add is for numbers and sets"),
        (lambda b: b.delete("rows", "x"), "not stored as a set"),
        (lambda b: b.delete("count", 1), "not stored as a set but as N"),
        (lambda b: b.add("count", {1}), "not stored as a set but as N"),
        (lambda b: b.append_to_list("words", ["x"]), "not stored as a list"),
        (lambda b: b.return_values("ALL"), "return_values is one of"),
        (lambda b: b.set("copy", 1).condition_version(1), "Thing has no version"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_it_is_sent(
    db: Database, build: Build, message: str
) -> None:
    with pytest.raises(InvalidOperatorError, match=message):
        await build(builder(db))


@pytest.mark.parametrize(
    ("error", "build"),
    [
        (EmptyValueError, lambda b: b.add("words", set())),
        (EmptyValueError, lambda b: b.delete("words", [])),
        (InvalidPrimaryKeyError, lambda b: b.set("id", "2")),
        (InvalidPrimaryKeyError, lambda b: b.remove("id")),
        (UnknownFieldError, lambda b: b.set("nope", 1)),
        (UnknownFieldError, lambda b: b.set("tree.", 1)),
    ],
)
async def test_a_mistake_names_the_field(
    db: Database, error: type[Exception], build: Build
) -> None:
    with pytest.raises(error, match="Thing"):
        await build(builder(db))


async def test_the_key_has_to_be_whole(db: Database) -> None:
    with pytest.raises(InvalidPrimaryKeyError, match="id is missing"):
        await db.model(Thing).update_builder().set("copy", 1)


async def test_a_change_within_what_is_not_there_is_rejected_by_the_service(
    db: Database, things: None, stored: Stored
) -> None:
    with pytest.raises(RequestRejectedError, match="document path"):
        await builder(db).set("tree.x.y", 1)
    assert await stored("things") == [BEFORE]


RETURNED = {
    "ALL_OLD": {"count": 5, "title": "old", "copy": None},
    "ALL_NEW": {"count": 6, "title": "new", "copy": None},
}


@pytest.mark.parametrize("wanted", RETURNED)
async def test_return_values_of_the_whole_item_are_a_model(
    db: Database, things: None, wanted: str
) -> None:
    update = builder(db).add("count", 1).set("title", "new").return_values(wanted)
    found = await update.execute_with_result()
    assert {name: getattr(found, name) for name in RETURNED[wanted]} == RETURNED[wanted]
    assert found.numbers == {1, 2}


@pytest.mark.parametrize(
    ("wanted", "values"), [("UPDATED_OLD", (5, "old")), ("UPDATED_NEW", (6, "new"))]
)
async def test_return_values_of_the_change_are_a_part_of_the_model(
    db: Database, things: None, wanted: str, values: tuple[int, str]
) -> None:
    update = builder(db).add("count", 1).set("title", "new").return_values(wanted)
    found = await update.execute_with_result()
    assert (found.count, found.title) == values
    with pytest.raises(FieldNotLoadedError, match="Thing.numbers"):
        _ = found.numbers


async def test_the_result_is_the_new_item_where_nothing_is_said(
    db: Database, things: None
) -> None:
    found = await builder(db).increment("count").execute_with_result()
    assert found == await db.get(Thing, "1")
    none = builder(db).increment("count").return_values("NONE")
    assert (await none.execute_with_result()).count == 7
    assert await builder(db).increment("count").execute() is None


@pytest.mark.engine_lacks(dynoxide="no Attributes where there was no old item")
async def test_the_old_item_of_a_missing_one_is_none(
    db: Database, things: None
) -> None:
    update = builder(db, "9").increment("count").return_values("ALL_OLD")
    assert await update.execute_with_result() is None


async def test_version_and_time_are_kept_up_without_being_asked(
    db: Database, stored: Stored, clock: StoppedClock
) -> None:
    await db.ensure_table(Stamped)
    item = await db.create(Stamped(id="1"))
    later = clock.move_on()
    await db.model(item).update_builder().increment("count").execute()
    assert await stored("stamped") == [
        {
            "id": {"S": "1"},
            "count": {"N": "1"},
            "rev": {"N": "1"},
            "changed": {"S": LATER_TEXT},
        }
    ]
    # The instance it began with holds what was changed.
    assert (item.count, item.rev, item.changed) == (1, 1, later)


async def test_touch_false_leaves_version_and_time_as_they_are(
    db: Database, stored: Stored, clock: StoppedClock
) -> None:
    await db.ensure_table(Stamped)
    item = await db.create(Stamped(id="1"))
    clock.move_on()
    await db.model(item).update_builder(touch=False).increment("count")
    assert await stored("stamped") == [
        {
            "id": {"S": "1"},
            "count": {"N": "1"},
            "rev": {"N": "0"},
            "changed": {"S": NOON_TEXT},
        }
    ]
    assert (item.count, item.rev, item.changed) == (1, 0, NOON)


async def test_condition_version_loses_a_race_with_a_version_conflict(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Stamped)
    item = await db.create(Stamped(id="1"))
    update = db.model(item).update_builder().increment("count").condition_version(0)
    await update
    assert (item.count, item.rev) == (1, 1)
    with pytest.raises(VersionConflictError, match="UpdateItem") as caught:
        await update
    assert caught.value.item == item
    assert (item.count, item.rev) == (1, 1)
    with pytest.raises(ConditionFailedError, match="UpdateItem") as other:
        await db.model(item).update_builder().increment("count").condition(
            Stamped.count == 9
        )
    assert type(other.value) is ConditionFailedError


async def test_a_time_or_version_that_is_set_by_hand_is_not_set_twice(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Stamped)
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    update = db.model(Stamped).where("id", "=", "1").update_builder()
    await update.set("changed", moment).set("rev", 7)
    assert await db.get(Stamped, "1") == Stamped(id="1", changed=moment, rev=7)
