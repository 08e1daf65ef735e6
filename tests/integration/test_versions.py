"""Optimistic locking: who loses a race is told so, and harms nobody."""

from decimal import Decimal

import anyio
import pytest

from dynamorm_async import (
    ConditionFailedError,
    Database,
    UpdateBuilder,
    VersionConflictError,
)
from tests.integration.conftest import Stored
from tests.models import Account


@pytest.fixture
async def account(db: Database) -> Account:
    await db.ensure_table(Account)
    return await db.create(Account(number=1, holder="Ann", balance=Decimal("10.50")))


def item(**changes: dict[str, str]) -> dict[str, dict[str, str]]:
    """The account as it was created, but for the changes."""
    created = {
        "number": {"N": "1"},
        "holder": {"S": "Ann"},
        "balance": {"N": "10.5"},
        "rev": {"N": "0"},
    }
    return {**created, **changes}


async def test_every_update_requires_and_raises_the_version(
    db: Database, account: Account, stored: Stored
) -> None:
    await db.update(account, "holder")
    await db.save(account)
    await db.model(account).update()
    assert account.rev == 3
    assert await stored("accounts") == [item(rev={"N": "3"})]


@pytest.mark.parametrize("verb", ["update", "create_or_update", "delete"])
async def test_a_lost_race_raises_a_version_conflict_with_the_stored_item(
    db: Database, account: Account, stored: Stored, verb: str
) -> None:
    slow = await db.get(Account, 1)
    assert slow is not None
    account.balance = Decimal(7)
    await db.update(account)
    slow.balance = Decimal(99)
    with pytest.raises(VersionConflictError, match="ConditionalCheck") as caught:
        await getattr(db.model(slow), verb)()
    assert caught.value.item == account
    assert await stored("accounts") == [item(balance={"N": "7"}, rev={"N": "1"})]


@pytest.mark.parametrize("verb", ["update", "create_or_update", "delete"])
async def test_saving_again_after_a_failed_version_check_fails_again(
    db: Database, account: Account, stored: Stored, verb: str
) -> None:
    slow = await db.get(Account, 1)
    assert slow is not None
    account.balance = Decimal(7)
    await db.update(account)
    slow.balance = Decimal(99)
    for _ in range(3):
        with pytest.raises(VersionConflictError, match="ConditionalCheck"):
            await getattr(db.model(slow), verb)()
    assert slow == Account(number=1, holder="Ann", balance=Decimal(99), rev=0)
    assert await stored("accounts") == [item(balance={"N": "7"}, rev={"N": "1"})]


async def test_delete_requires_the_version_in_memory(
    db: Database, account: Account, stored: Stored
) -> None:
    await db.delete(account)
    assert await stored("accounts") == []
    with pytest.raises(VersionConflictError, match="DeleteItem") as caught:
        await db.delete(account)
    assert caught.value.item is None


async def test_another_failed_condition_is_no_version_conflict(
    db: Database, account: Account, stored: Stored
) -> None:
    with pytest.raises(ConditionFailedError, match="UpdateItem") as caught:
        await db.model(account).with_condition("holder", "=", "Bob").update("balance")
    assert type(caught.value) is ConditionFailedError
    assert caught.value.item == account
    assert await stored("accounts") == [item()]


async def test_an_upsert_by_two_is_a_version_conflict_for_one(
    db: Database, account: Account
) -> None:
    first, second = Account(number=2, holder="A"), Account(number=2, holder="B")
    await db.save(first)
    with pytest.raises(VersionConflictError, match="UpdateItem") as caught:
        await db.save(second)
    assert caught.value.item == first
    assert (first.rev, second.rev) == (1, 0)


async def test_of_many_racing_updates_one_wins_each_round(
    db: Database, account: Account, stored: Stored
) -> None:
    """Everybody adds one euro, and reads again after a lost race: none is lost."""

    async def deposit() -> None:
        while True:
            mine = await db.get(Account, 1)
            assert mine is not None
            mine.balance += 1
            try:
                await db.update(mine, "balance")
            except VersionConflictError:
                continue
            return

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(deposit)
    assert await stored("accounts") == [item(balance={"N": "15.5"}, rev={"N": "5"})]


async def test_a_list_edited_in_place_is_written_and_nothing_else(
    db: Database, account: Account, stored: Stored
) -> None:
    mine = await db.get(Account, 1)
    assert mine is not None
    await stored.put("accounts", item(balance={"N": "4"}))
    mine.holder += " B."
    await db.update(mine, "holder")
    expected = item(holder={"S": "Ann B."}, balance={"N": "4"}, rev={"N": "1"})
    assert await stored("accounts") == [expected]


OLD = {"number": {"N": "1"}, "holder": {"S": "Ann"}, "balance": {"N": "10.5"}}
"""An item from before accounts had versions."""


@pytest.fixture
async def unversioned(db: Database, stored: Stored) -> Account:
    await db.ensure_table(Account)
    await stored.put("accounts", OLD)
    found = await db.get(Account, 1)
    assert found == Account(number=1, holder="Ann", balance=Decimal("10.5"), rev=0)
    return found


@pytest.mark.parametrize("verb", ["update", "create_or_update"])
async def test_an_item_from_before_the_version_gets_one_with_its_next_update(
    db: Database, unversioned: Account, stored: Stored, verb: str
) -> None:
    slow = await db.get(Account, 1)
    assert slow is not None
    await getattr(db.model(unversioned), verb)()
    assert unversioned.rev == 1
    assert await stored("accounts") == [{**OLD, "rev": {"N": "1"}}]
    with pytest.raises(VersionConflictError, match="ConditionalCheck") as caught:
        await getattr(db.model(slow), verb)()
    assert caught.value.item == unversioned


async def test_such_an_item_can_be_deleted_but_only_once(
    db: Database, unversioned: Account, stored: Stored
) -> None:
    await db.delete(unversioned)
    assert await stored("accounts") == []
    for write in (db.delete, db.update):
        with pytest.raises(VersionConflictError, match="ConditionalCheck"):
            await write(unversioned)
    assert await stored("accounts") == []


async def test_such_an_item_fails_another_condition_without_a_version_conflict(
    db: Database, unversioned: Account
) -> None:
    with pytest.raises(ConditionFailedError, match="UpdateItem") as caught:
        await db.model(unversioned).with_condition("holder", "=", "Bob").update()
    assert type(caught.value) is ConditionFailedError


async def test_the_update_builder_takes_such_an_item_at_version_0(
    db: Database, unversioned: Account, stored: Stored
) -> None:
    def deposit(number: int) -> UpdateBuilder[Account, Account]:
        key = db.model(Account).where(Account.number == number)
        return key.update_builder().add("balance", Decimal(1)).condition_version(0)

    await deposit(1)
    after = {**OLD, "balance": {"N": "11.5"}, "rev": {"N": "1"}}
    for number in (1, 2):
        with pytest.raises(VersionConflictError, match="ConditionalCheck"):
            await deposit(number)
    assert await stored("accounts") == [after]
