"""Batches through an engine, and what another client then finds in the tables."""

from typing import Any

import pytest

from dynamorm_async import BatchError, ConditionFailedError, Database
from dynamorm_async.wire import AttributeValue, Item
from tests.integration.conftest import StoppedClock, Stored
from tests.models import NOON, NOON_TEXT, Account, Note, User, a_user


@pytest.fixture
async def tables(db: Database) -> None:
    for model in (Account, Note, User):
        await db.ensure_table(model)


def stored_account(number: int, **changes: AttributeValue) -> Item:
    """An account as it is created."""
    created = {
        "number": {"N": str(number)},
        "holder": {"S": ""},
        "balance": {"N": "0"},
        "rev": {"N": "0"},
    }
    return {**created, **changes}


def in_order(items: list[Item]) -> list[Item]:
    """Items in the order of their numbers."""
    return sorted(items, key=lambda item: int(item["number"]["N"]))


@pytest.mark.parametrize("number", [0, 1, 25, 26, 51])
async def test_all_new_items_are_written_and_settled(
    db: Database, tables: None, stored: Stored, number: int
) -> None:
    accounts = [Account(number=each) for each in range(number)]
    await db.model(Account).batch_create(accounts)
    assert in_order(await stored("accounts")) == [
        stored_account(each) for each in range(number)
    ]
    assert {account.rev for account in accounts} <= {0}


@pytest.mark.parametrize("number", [1, 100, 101])
async def test_all_keys_are_read_in_their_order(
    db: Database, tables: None, number: int
) -> None:
    await db.model(Account).batch_create([Account(number=n) for n in range(number)])
    keys = [*reversed(range(number)), number + 1, 0]
    found = await db.model(Account).consistent_read().batch_get(keys)
    assert [account.number for account in found] == [*reversed(range(number))]


async def test_selected_fields_and_the_key_are_read(db: Database, tables: None) -> None:
    users = [a_user(id=str(each), rank=each) for each in range(3)]
    await db.model(User).batch_create(users)
    keys = [users[2], ("0", NOON), {"id": "1", "joined": NOON}]
    found = await db.model(User).select("rank").batch_get(keys)
    assert [vars(user) for user in found] == [
        {"id": str(each), "joined": NOON, "rank": each} for each in (2, 0, 1)
    ]


async def test_new_items_have_the_times_that_their_instances_have(
    db: Database, tables: None, stored: Stored, clock: StoppedClock
) -> None:
    users = [a_user(id="1"), a_user(id="2")]
    await db.model(User).batch_create(users)
    times = [(item["made"], item["changed"]) for item in await stored("users")]
    assert times == [({"S": NOON_TEXT}, {"S": NOON_TEXT})] * 2
    later = clock.move_on()
    await db.model(User).batch_write(users)
    assert [(user.made, user.changed) for user in users] == [(NOON, later)] * 2
    assert await db.model(User).batch_get(users) == users


async def test_puts_come_before_deletes(
    db: Database, tables: None, stored: Stored
) -> None:
    accounts = [Account(number=each) for each in range(30)]
    await db.model(Account).batch_write(accounts, range(2, 40))
    assert in_order(await stored("accounts")) == [stored_account(0), stored_account(1)]


async def test_every_update_has_its_version_and_its_error(
    db: Database, tables: None, stored: Stored
) -> None:
    accounts = [Account(number=each) for each in range(40)]
    query = db.model(Account)
    await query.batch_create(accounts)
    (winner,) = await query.batch_get([7])
    await db.update(winner, "balance")
    await db.delete(accounts[9])
    for each in accounts:
        each.holder = "new"
    with pytest.raises(BatchError, match="2 left over, 38 done") as caught:
        await query.batch_update_with_options(accounts, ["holder"])
    failed = sorted(caught.value.failures, key=lambda pair: pair[0].number)
    assert [one for one, _ in failed] == [accounts[7], accounts[9]]
    stored_items = [
        error.item for _, error in failed if isinstance(error, ConditionFailedError)
    ]
    assert stored_items == [winner, None]
    written = stored_account(1, holder={"S": "new"}, rev={"N": "1"})
    items = in_order(await stored("accounts"))
    assert items[1] == written
    assert items[7] == stored_account(7, rev={"N": "1"})
    assert len(items) == 39
    assert [accounts[each].rev for each in (1, 7, 9)] == [1, 0, 0]


async def test_updates_keep_the_conditions_of_the_query(
    db: Database, tables: None, stored: Stored
) -> None:
    accounts = [Account(number=0, holder="x"), Account(number=1, holder="y")]
    await db.model(Account).batch_create(accounts)
    poor = db.model(Account).with_condition("holder", "=", "x")
    with pytest.raises(BatchError, match="1 left over, 1 done") as caught:
        await poor.batch_update_with_options(accounts)
    assert caught.value.unprocessed == [accounts[1]]
    assert [account.rev for account in accounts] == [1, 0]


async def test_one_writer_writes_many_models(
    db: Database, tables: None, stored: Stored
) -> None:
    async with db.batch_writer(max_concurrency=3) as writer:
        for each in range(80):
            await writer.put(Account(number=each))
            await writer.put(Note(owner="a", day=f"{each:02}"))
        for each in range(1, 80):
            await writer.delete(Account, each)
            await writer.delete(Note(owner="a", day=f"{each:02}"))
    assert await stored("accounts") == [stored_account(0)]
    assert await db.model(Note).scan() == [Note(owner="a", day="00")]


async def test_the_last_of_many_writes_of_one_item_is_stored(
    db: Database, tables: None
) -> None:
    async with db.batch_writer(max_concurrency=8) as writer:
        for each in range(300):
            await writer.put(Note(owner="a", day=str(each % 27), stars=each))
    rows = await db.model(Note).where(Note.owner == "a")
    assert sorted(row.stars for row in rows) == list(range(273, 300))


async def test_a_missing_table_leaves_everything_over(db: Database) -> None:
    accounts = [Account(number=each) for each in range(30)]
    with pytest.raises(BatchError, match="30 left over, 0 done") as caught:
        await db.model(Account).batch_create(accounts, max_concurrency=1)
    assert caught.value.unprocessed == accounts


@pytest.mark.parametrize("fields", ["text", Note.text, ["text"], (Note.text,)])
async def test_one_field_to_update_may_stand_alone(
    db: Database, tables: None, fields: Any
) -> None:
    note = await db.create(Note(owner="a", day="1", text="old", stars=1))
    note.text, note.stars = "new", 2
    await db.model(Note).batch_update_with_options([note], fields)
    assert await db.get(Note, "a", "1") == Note(owner="a", day="1", text="new", stars=1)
