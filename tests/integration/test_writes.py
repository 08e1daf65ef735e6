"""Writes of one item: what is in the table afterwards, seen by another client."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from dynamorm_async import (
    ConditionFailedError,
    Database,
    EmptyValueError,
    FieldNotLoadedError,
    InvalidModelError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    VersionConflictError,
)
from dynamorm_async.wire import Item
from tests.compiler.written import Tag
from tests.integration.conftest import StoppedClock, Stored
from tests.models import NOON, NOON_TEXT, Account, Note, Profile, User, a_user

WHOLE_USER: Item = {
    "id": {"S": "1"},
    "joined": {"S": NOON_TEXT},
    "email": {"S": "a@b.c"},
    "status": {"S": "active"},
    "rank": {"N": "3"},
    "display_name": {"S": "Ann"},
    "tags": {"SS": ["x"]},
    "profile": {"S": '{"city":"Ulm","langs":[]}'},
    "rev": {"N": "0"},
    "made": {"S": NOON_TEXT},
    "changed": {"S": NOON_TEXT},
    "expires": {"N": "1795348800"},
}
LATER_TEXT = "2026-11-22T13:00:00.000000Z"


@pytest.fixture
async def users(db: Database) -> None:
    await db.ensure_table(User)


@pytest.fixture
async def notes(db: Database) -> None:
    await db.ensure_table(Note)


@pytest.fixture
async def accounts(db: Database) -> None:
    await db.ensure_table(Account)


async def test_create_stores_the_whole_item(
    db: Database, users: None, stored: Stored
) -> None:
    user = a_user(rank=3, tags={"x"}, expires=NOON)
    created = await db.model(user).create()
    assert created is user
    assert await stored("users") == [WHOLE_USER]


async def test_what_was_created_reads_back_equal_to_the_instance(
    db: Database, users: None
) -> None:
    user = await db.create(a_user(rank=3, tags={"x", "y"}, expires=NOON))
    assert (user.rev, user.made, user.changed) == (0, NOON, NOON)
    assert await db.get(User, "1", NOON) == user


async def test_create_of_an_existing_key_fails_and_hands_out_the_stored_item(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    first = await db.create(a_user(rank=3, tags={"x"}, expires=NOON))
    clock.move_on()
    second = a_user(name="Bob", rev=7)
    with pytest.raises(ConditionFailedError, match="PutItem") as caught:
        await db.create(second)
    assert type(caught.value) is ConditionFailedError
    assert caught.value.item == first
    assert caught.value.code == "ConditionalCheckFailedException"
    assert caught.value.status == 400
    assert caught.value.request_id
    assert await stored("users") == [WHOLE_USER]
    # The instance is as it was.
    assert (second.rev, second.made, second.changed) == (7, None, None)


async def test_put_replaces_the_whole_item(
    db: Database, notes: None, stored: Stored
) -> None:
    await stored.put(
        "notes", {"owner": {"S": "a"}, "day": {"S": "1"}, "foreign": {"S": "x"}}
    )
    note = Note(owner="a", day="1", text="new")
    assert await db.model(note).put() is note
    assert await stored("notes") == [
        {
            "owner": {"S": "a"},
            "day": {"S": "1"},
            "text": {"S": "new"},
            "stars": {"N": "0"},
        }
    ]


async def test_put_keeps_the_creation_time_and_version_of_the_instance(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    user = await db.create(a_user(rank=3, tags={"x"}, expires=NOON))
    clock.move_on()
    await db.model(user).put()
    assert await stored("users") == [{**WHOLE_USER, "changed": {"S": LATER_TEXT}}]
    assert await db.get(User, "1", NOON) == user


@pytest.mark.parametrize("verb", ["put", "create", "create_or_update"])
async def test_a_put_under_a_condition_that_fails_writes_nothing(
    db: Database, notes: None, stored: Stored, verb: str
) -> None:
    note = Note(owner="a", day="1", text="new")
    query = db.model(note).if_exists()
    with pytest.raises(ConditionFailedError, match="conditional") as caught:
        await getattr(query, verb)()
    assert caught.value.item is None
    assert await stored("notes") == []


async def test_create_or_update_creates_a_missing_item(
    db: Database, users: None, stored: Stored
) -> None:
    user = a_user(rank=3, tags={"x"}, expires=NOON)
    assert await db.save(user) is user
    assert await stored("users") == [{**WHOLE_USER, "rev": {"N": "1"}}]
    assert await db.get(User, "1", NOON) == user


@pytest.mark.engine_lacks(moto="an UpdateItem without an expression")
async def test_create_or_update_creates_an_item_that_has_only_a_key(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Tag)
    await db.save(Tag(name="new"))
    await db.save(Tag(name="new"))
    assert await stored("tags") == [{"name": {"S": "new"}}]


async def test_create_or_update_keeps_creation_time_and_unknown_attributes(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    await stored.put("users", {**WHOLE_USER, "foreign": {"S": "kept"}})
    later = clock.move_on()
    user = a_user(rank=4, nick=None)
    await db.save(user)
    changed = {
        "rank": {"N": "4"},
        "rev": {"N": "1"},
        "changed": {"S": LATER_TEXT},
        "foreign": {"S": "kept"},
    }
    expected = {**WHOLE_USER, **changed}
    del expected["tags"], expected["expires"]
    assert await stored("users") == [expected]
    assert (user.changed, user.rev) == (later, 1)


async def test_create_or_update_gives_the_instance_the_stored_creation_time(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    await stored.put("users", WHOLE_USER)
    clock.move_on()
    user = await db.save(a_user(rank=4))
    assert user.made == NOON
    assert await db.get(User, "1", NOON) == user


async def test_update_writes_only_the_named_fields(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    user = await db.create(a_user(rank=3, tags={"x"}, expires=NOON))
    clock.move_on()
    user.rank, user.name = 9, "not written"
    assert await db.update(user, "rank") is user
    changed = {"rank": {"N": "9"}, "rev": {"N": "1"}, "changed": {"S": LATER_TEXT}}
    assert await stored("users") == [{**WHOLE_USER, **changed}]
    assert user.rev == 1


async def test_update_without_fields_writes_all_but_keys_and_creation_time(
    db: Database, users: None, stored: Stored, clock: StoppedClock
) -> None:
    user = await db.create(a_user(rank=3, tags={"x"}, expires=NOON))
    clock.move_on()
    user.made = NOON + timedelta(days=400)
    user.rank, user.tags, user.expires, user.name = 0, set(), None, "Bob"
    user.profile = Profile("Bonn", ["de"])
    await db.model(user).update()
    assert await stored("users") == [
        {
            "id": {"S": "1"},
            "joined": {"S": NOON_TEXT},
            "email": {"S": "a@b.c"},
            "status": {"S": "active"},
            "rank": {"N": "0"},
            "display_name": {"S": "Bob"},
            "profile": {"S": '{"city":"Bonn","langs":["de"]}'},
            "rev": {"N": "1"},
            "made": {"S": NOON_TEXT},
            "changed": {"S": LATER_TEXT},
        }
    ]


@pytest.mark.parametrize("name", ["name", "display_name"])
async def test_fields_are_named_in_python_or_as_stored(
    db: Database, users: None, stored: Stored, name: str
) -> None:
    user = await db.create(a_user(rank=3, tags={"x"}, expires=NOON))
    user.name = "Eve"
    await db.update(user, name)
    changed = {"display_name": {"S": "Eve"}, "rev": {"N": "1"}}
    assert await stored("users") == [{**WHOLE_USER, **changed}]


async def test_an_update_of_a_deleted_row_makes_no_phantom_item(
    db: Database, notes: None, stored: Stored
) -> None:
    note = await db.create(Note(owner="a", day="1"))
    await stored.delete("notes", {"owner": {"S": "a"}, "day": {"S": "1"}})
    note.text = "still here?"
    with pytest.raises(ConditionFailedError, match="UpdateItem") as caught:
        await db.update(note, "text")
    assert caught.value.item is None
    assert await stored("notes") == []


async def test_a_versioned_update_of_a_deleted_row_is_a_version_conflict(
    db: Database, accounts: None, stored: Stored
) -> None:
    account = await db.create(Account(number=1))
    await stored.delete("accounts", {"number": {"N": "1"}})
    with pytest.raises(VersionConflictError, match="UpdateItem") as caught:
        await db.update(account, "balance")
    assert caught.value.item is None
    assert await stored("accounts") == []


async def test_delete_deletes_by_instance_and_by_key(
    db: Database, notes: None, stored: Stored
) -> None:
    first = await db.create(Note(owner="a", day="1"))
    await db.create(Note(owner="a", day="2"))
    await db.create(Note(owner="a", day="3"))
    await db.delete(first)
    await db.model(Note).where(Note.owner == "a").where("day", "=", "2").delete()
    assert [each["day"] for each in await stored("notes")] == [{"S": "3"}]


async def test_delete_of_a_missing_item_succeeds(
    db: Database, notes: None, stored: Stored
) -> None:
    await db.delete(Note(owner="a", day="1"))
    await db.model(Note).where(Note.owner == "b").where(Note.day == "2").delete()
    assert await stored("notes") == []


async def test_delete_under_a_condition_that_fails_leaves_the_item(
    db: Database, notes: None, stored: Stored
) -> None:
    note = await db.create(Note(owner="a", day="1", stars=3))
    before = await stored("notes")
    with pytest.raises(ConditionFailedError, match="DeleteItem") as caught:
        await db.model(note).with_condition(Note.stars > 3).delete()
    assert caught.value.item == note
    assert await stored("notes") == before
    with pytest.raises(ConditionFailedError, match="DeleteItem"):
        await db.model(Note(owner="b", day="2")).if_exists().delete()


async def test_a_where_beside_the_key_is_a_condition_of_the_write(
    db: Database, notes: None, stored: Stored
) -> None:
    note = await db.create(Note(owner="a", day="1", stars=3))
    note.text = "changed"
    with pytest.raises(ConditionFailedError, match="UpdateItem"):
        await db.model(note).where(Note.stars == 4).update("text")
    await db.model(note).where(Note.stars == 3).update("text")
    assert (await db.get(Note, "a", "1")) == note


async def test_a_raw_condition_has_its_own_names_and_values(
    db: Database, notes: None
) -> None:
    note = await db.create(Note(owner="a", day="1", stars=3))
    note.text = "changed"
    raw = (
        db.model(note)
        .with_condition(Note.text == "")
        .with_condition_expression(
            "#s BETWEEN :v0 AND :high OR attribute_not_exists(#s)",
            {":v0": 1, "high": Decimal(5)},
            {"#s": "stars"},
        )
    )
    await raw.update("text")
    with pytest.raises(ConditionFailedError, match="UpdateItem"):
        await raw.update("text")


async def test_a_projected_object_cannot_be_saved_over_what_was_not_read(
    db: Database, notes: None, stored: Stored
) -> None:
    await db.create(Note(owner="a", day="1", text="done", stars=7))
    before = await stored("notes")
    part = await db.model(Note).where(Note.owner == "a").select("text").first()

    async def put(note: Note) -> Note:
        return await db.model(note).put()

    for write in (db.save, db.create, db.update, put):
        with pytest.raises(FieldNotLoadedError, match=r"Note\.stars was not read"):
            await write(part)
    assert await stored("notes") == before


async def test_a_projected_object_can_update_what_was_read(
    db: Database, notes: None, stored: Stored
) -> None:
    await db.create(Note(owner="a", day="1", text="done", stars=7))
    part = await db.model(Note).where(Note.owner == "a").select("text").first()
    part.text = "more"
    await db.update(part, "text")
    assert await db.get(Note, "a", "1") == Note(
        owner="a", day="1", text="more", stars=7
    )
    await db.delete(part)
    assert await stored("notes") == []


@pytest.mark.parametrize(
    ("error", "message", "write"),
    [
        (InvalidModelError, "needs|writes an instance", lambda q: q.create()),
        (InvalidPrimaryKeyError, "day", lambda q: q.where("owner", "=", "a").delete()),
        (
            InvalidOperatorError,
            "is named by =",
            lambda q: q.where("owner", "=", "a").where("day", ">", "1").delete(),
        ),
        (
            InvalidOperatorError,
            "filter",
            lambda q: (
                q.where("owner", "=", "a")
                .where("day", "=", "1")
                .filter("stars", "=", 1)
                .delete()
            ),
        ),
        (
            EmptyValueError,
            "Note.day",
            lambda q: q.where("owner", "=", "a").where("day", "=", "").delete(),
        ),
    ],
)
async def test_a_write_that_cannot_be_meant_is_refused_before_it_is_sent(
    db: Database, error: type[Exception], message: str, write: object
) -> None:
    with pytest.raises(error, match=message):
        await write(db.model(Note))  # type: ignore[operator]


async def test_a_key_with_another_zone_names_the_same_item(
    db: Database, users: None
) -> None:
    user = await db.create(a_user())
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert await db.get(User, "1", elsewhere) == user
    assert await db.get(User, ("1", elsewhere)) == user
    assert await db.get(User, {"id": "1", "joined": elsewhere}) == user
    assert await db.get(User, user) == user
    assert await db.get(User, "1", datetime(2020, 1, 1, tzinfo=UTC)) is None
