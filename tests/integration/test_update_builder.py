"""The update builder: what it requires, what it returns, what it keeps up."""

from datetime import UTC, datetime
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
    InvalidValueError,
    Model,
    RequestRejectedError,
    UnknownFieldError,
    VersionConflictError,
    field,
    partition_key,
    updated_at,
    version,
)
from tests.integration.conftest import StoppedClock, Stored
from tests.integration.things import BEFORE, Build, Thing, builder
from tests.models import NOON, NOON_TEXT

LATER_TEXT = "2026-11-22T13:00:00.000000Z"


class Stamped(Model, table="stamped"):
    """Kept up by every write."""

    id: Attr[str] = partition_key()
    count: Attr[int] = field(default=0)
    rev: Attr[int] = version()
    changed: Attr[datetime] = updated_at()


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
        (
            lambda b: b.set("tree.a.b[0]", 1).remove("tree.a"),
            "is changed together with",
        ),
        (lambda b: b.add("count", 1).set("count", 1), "is changed together with"),
        (lambda b: b.set("t", "a").set("title", "b"), "is changed together with"),
        (lambda b: b, "nothing to change"),
        (lambda b: b.remove(), "nothing to change"),
        (lambda b: b.condition(), "one condition is wanted, .* got none"),
        (lambda b: b.condition("count", "=", 1, 2), "its three parts; got 4"),
        (lambda b: b.add("title", "x"), "add is for numbers and sets"),
        (lambda b: b.increment("rows"), "add is for numbers and sets"),
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
        (InvalidValueError, lambda b: b.decrement("count", "x")),
        (InvalidValueError, lambda b: b.increment("count", "x")),
        *(
            (
                InvalidValueError,
                lambda b, index=index: b.remove_from_list_at("rows", index),
            )
            for index in (-1, "0", True, 1.0)
        ),
        (InvalidValueError, lambda b: b.set_list_element("rows", "0", 1)),
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
    with pytest.raises(FieldNotLoadedError, match=r"Thing\.numbers"):
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
        await (
            db.model(item)
            .update_builder()
            .increment("count")
            .condition(Stamped.count == 9)
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
