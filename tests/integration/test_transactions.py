"""Transactions: all or nothing, and who stopped one."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from decimal import Decimal
from operator import methodcaller
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from dynamorm_async import (
    CancellationReason,
    Database,
    InvalidModelError,
    InvalidOperatorError,
    InvalidValueError,
    ServiceError,
    TransactionCanceledError,
)
from dynamorm_async.transactions import Transaction
from tests.compiler.written import Tag
from tests.integration.conftest import StoppedClock, Stored
from tests.models import NOON, Account, Listing, Note, User, a_user


@pytest.fixture
async def tables(db: Database) -> None:
    for model in (User, Account, Note):
        await db.ensure_table(model)


def note(day: str, text: str = "", stars: int = 0) -> dict[str, Any]:
    return {
        "owner": {"S": "a"},
        "day": {"S": day},
        "text": {"S": text},
        "stars": {"N": str(stars)},
    }


async def send(db: Database, *records: Callable[[Transaction], object]) -> None:
    """A transaction of what these record."""
    async with db.transaction() as tx:
        for each in records:
            each(tx)


async def test_every_verb_of_several_models_happens_at_the_end_of_the_block(
    db: Database, tables: None, stored: Stored, clock: StoppedClock
) -> None:
    account = await db.create(Account(number=1, holder="Ann", balance=Decimal(5)))
    doomed = await db.create(Note(owner="a", day="9"))
    user = await db.create(a_user())
    later = clock.move_on()
    account.balance, user.rank = Decimal(7), 3
    async with db.transaction() as tx:
        tx.model(account).update("balance")
        tx.model(Note(owner="a", day="1", text="made")).create()
        tx.model(Note(owner="a", day="2", text="put")).put()
        tx.model(user).create_or_update()
        tx.model(doomed).delete()
        tx.model(Note).where(Note.owner == "a").where(
            Note.day == "3"
        ).update_builder().add(Note.stars, 2).set("text", "built").execute()
        tx.model(Account).where(Account.number == 2).condition_check(
            Account.holder.not_exists()
        )
        assert len(tx) == 7
        assert [each["day"] for each in await stored("notes")] == [{"S": "9"}]
    assert await stored("notes") == [
        note("1", "made"),
        note("2", "put"),
        {**note("3", "built", 2)},
    ]
    assert await stored("accounts") == [
        {
            "number": {"N": "1"},
            "holder": {"S": "Ann"},
            "balance": {"N": "7"},
            "rev": {"N": "1"},
        }
    ]
    assert (account.rev, user.rev, user.changed) == (1, 1, later)
    found = await db.get(User, "1", NOON)
    assert found is not None
    assert (found.rank, found.made, found.changed) == (3, NOON, later)


async def test_a_created_instance_holds_version_and_times_after_the_block(
    db: Database, tables: None
) -> None:
    user = a_user()
    async with db.transaction() as tx:
        tx.model(user).create()
        assert (user.rev, user.made) == (0, None)
    assert (user.rev, user.made, user.changed) == (0, NOON, NOON)
    assert await db.get(User, "1", NOON) == user


async def test_a_body_that_raises_sends_nothing(
    db: Database, tables: None, stored: Stored
) -> None:
    fresh = Note(owner="a", day="1")
    with pytest.raises(ZeroDivisionError, match="division"):
        await send(db, lambda tx: tx.model(fresh).create(), lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError, match="division"):
        await db.transaction_func(lambda tx: (tx.model(fresh).create(), 1 / 0))
    assert await stored("notes") == []
    # The next one starts anew.
    async with db.transaction() as tx:
        assert len(tx) == 0


async def test_a_cancelled_body_sends_nothing(
    db: Database, tables: None, stored: Stored
) -> None:
    with anyio.move_on_after(0.01):
        async with db.transaction() as tx:
            tx.model(Note(owner="a", day="1")).create()
            await anyio.sleep_forever()
    assert await stored("notes") == []


async def test_one_failed_condition_writes_nothing_and_is_named_with_its_old_item(
    db: Database, tables: None, stored: Stored
) -> None:
    account = await db.create(Account(number=1, holder="Ann", balance=Decimal(5)))
    fresh = Note(owner="a", day="1")
    with pytest.raises(TransactionCanceledError, match="TransactWriteItems") as caught:
        await send(
            db,
            lambda tx: tx.model(fresh).create(),
            lambda tx: (
                tx.model(Account)
                .where(Account.number == 1)
                .condition_check(Account.balance >= Decimal(100))
            ),
            lambda tx: tx.model(Note(owner="a", day="2")).if_exists().put(),
        )
    reasons = caught.value.reasons
    assert [(each.code, each.operation, each.item) for each in reasons] == [
        ("None", "Put", None),
        ("ConditionalCheckFailed", "ConditionCheck", account),
        ("ConditionalCheckFailed", "Put", None),
    ]
    assert all(isinstance(each, CancellationReason) for each in reasons)
    assert await stored("notes") == []


async def test_a_versioned_update_in_a_transaction_requires_its_version(
    db: Database, tables: None, stored: Stored
) -> None:
    account = await db.create(Account(number=1, balance=Decimal(5)))
    slow = await db.get(Account, 1)
    assert slow is not None
    account.balance = Decimal(6)
    await db.update(account)
    slow.balance = Decimal(99)
    for write in ("update", "create_or_update", "delete"):
        record = methodcaller(write)
        with pytest.raises(TransactionCanceledError, match="Canceled") as caught:
            await send(db, lambda tx, record=record: record(tx.model(slow)))
        assert [(each.code, each.item) for each in caught.value.reasons] == [
            ("ConditionalCheckFailed", account)
        ]
        assert slow.rev == 0
    assert (await stored("accounts"))[0]["balance"] == {"N": "6"}


@pytest.mark.parametrize("number", [1, 99, 100])
async def test_up_to_a_hundred_operations_are_one_transaction(
    db: Database, tables: None, number: int
) -> None:
    async with db.transaction() as tx:
        for day in range(number):
            tx.model(Note(owner="a", day=f"{day:03}")).create()
    assert await db.model(Note).where(Note.owner == "a").count() == number


async def test_the_101st_operation_is_refused_before_anything_is_sent(
    db: Database, tables: None, stored: Stored
) -> None:
    notes = [Note(owner="a", day=f"{day:03}") for day in range(101)]
    with pytest.raises(InvalidOperatorError, match=r"at most 100 .* has 101"):
        await send(db, lambda tx: [tx.model(each).create() for each in notes])
    with pytest.raises(InvalidOperatorError, match="at most 100"):
        await db.transact_get([(Note, ("a", str(day))) for day in range(101)])
    assert await stored("notes") == []


async def test_two_operations_on_one_item_are_refused_before_anything_is_sent(
    db: Database, tables: None, stored: Stored
) -> None:
    with pytest.raises(InvalidOperatorError, match=r"operations 1 and 3 .* same item"):
        await send(
            db,
            lambda tx: tx.model(Note(owner="a", day="1")).create(),
            lambda tx: tx.model(Note(owner="a", day="2")).create(),
            lambda tx: tx.model(Note(owner="a", day="1")).delete(),
        )
    assert await stored("notes") == []


async def test_an_update_of_nothing_but_a_key_is_refused_before_anything_is_sent(
    db: Database, tables: None, stored: Stored
) -> None:
    with pytest.raises(
        InvalidOperatorError, match=r"operation 2 .* nothing but the key"
    ):
        await send(
            db,
            lambda tx: tx.model(Note(owner="a", day="1")).create(),
            lambda tx: tx.model(Tag(name="x")).create_or_update(),
        )
    assert await stored("notes") == []


async def test_a_transaction_within_another_is_an_error(
    db: Database, tables: None, stored: Stored
) -> None:
    async def nested(tx: Transaction) -> None:
        tx.model(Note(owner="a", day="1")).create()
        await send(db)

    with pytest.raises(InvalidOperatorError, match="transactions don't nest"):
        await db.transaction_func(nested)
    assert await stored("notes") == []


async def test_a_transaction_is_used_within_its_block_only(
    db: Database, tables: None
) -> None:
    tx = db.transaction()
    with pytest.raises(InvalidOperatorError, match="is not open"):
        tx.model(Note)
    async with tx:
        pass
    with pytest.raises(InvalidOperatorError, match="is not open"):
        tx.model(Note)


async def test_a_write_that_comes_after_the_block_is_an_error_and_not_lost(
    db: Database, tables: None, stored: Stored
) -> None:
    async with db.transaction() as tx:
        query = tx.model(Note(owner="a", day="1"))
        builder = query.update_builder().set(Note.text, "x")
        builder.execute()
    for write in (query.create, query.put, builder.execute, query.update):
        with pytest.raises(InvalidOperatorError, match="is not open"):
            write()
    assert await stored("notes") == [
        {"owner": {"S": "a"}, "day": {"S": "1"}, "text": {"S": "x"}}
    ]


async def test_a_transaction_is_not_entered_twice_at_once(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(InvalidOperatorError, match="transactions don't nest"):
            await asyncio.create_task(tx.__aenter__(), context=Context())


async def test_the_block_may_be_left_in_another_context_as_fixtures_are(
    db: Database, tables: None, stored: Stored
) -> None:
    tx = db.transaction()
    await asyncio.create_task(tx.__aenter__())
    tx.model(Note(owner="a", day="1")).create()
    await asyncio.create_task(tx.__aexit__(None, None, None))
    assert await stored("notes") == [note("1")]


async def test_reads_in_a_transaction_are_refused(db: Database, tables: None) -> None:
    async with db.transaction() as tx:
        query = tx.model(Note).where(Note.owner == "a")
        for read in (query.first, query.one, query.count, query.exists):
            with pytest.raises(InvalidOperatorError, match="records single writes"):
                await read()
        with pytest.raises(InvalidOperatorError, match="records single writes"):
            await query
    with pytest.raises(InvalidModelError, match="writes an instance"):
        await send(db, lambda tx: tx.model(Note).create())


async def test_an_update_builder_that_is_never_executed_is_an_error(
    db: Database, tables: None, stored: Stored
) -> None:
    def create(tx: Transaction) -> None:
        tx.model(Note(owner="a", day="1")).create()

    def forget(tx: Transaction) -> None:
        tx.model(Note(owner="a", day="2")).update_builder().set(Note.text, "lost")

    message = "an update builder for Note was begun .* and never executed"
    with pytest.raises(InvalidOperatorError, match=message):
        await send(db, create, forget)
    assert await stored("notes") == []


async def test_an_update_builder_in_a_transaction_has_no_result(
    db: Database, tables: None
) -> None:
    async with db.transaction() as tx:
        builder = tx.model(Note(owner="a", day="1")).update_builder()
        with pytest.raises(
            InvalidOperatorError, match="a transaction returns no items"
        ):
            builder.set(Note.text, "x").execute_with_result()
        await builder.set(Note.text, "y")
    assert (await db.get(Note, "a", "1")) == Note(owner="a", day="1", text="y")


async def test_the_callback_may_be_plain_or_async(
    db: Database, tables: None, stored: Stored
) -> None:
    async def record(tx: Transaction) -> str:
        tx.model(Note(owner="a", day="1")).put()
        await anyio.lowlevel.checkpoint()
        return "async"

    def record_plainly(tx: Transaction) -> str:
        tx.model(Note(owner="a", day="2")).put()
        return "plain"

    assert await db.transaction_func(record) == "async"
    assert await db.transaction_func(record_plainly) == "plain"
    assert await stored("notes") == [note("1"), note("2")]


async def test_awaiting_a_recorded_write_is_harmless(
    db: Database, tables: None, stored: Stored
) -> None:
    async with db.transaction() as tx:
        await tx.model(Note(owner="a", day="1")).create()
        assert await stored("notes") == []
    assert await stored("notes") == [note("1")]


async def test_an_empty_transaction_sends_nothing(db: Database) -> None:
    async with db.transaction():
        pass
    assert await db.transact_get([]) == []


async def test_transact_get_keeps_the_order_and_marks_what_is_missing(
    db: Database, tables: None
) -> None:
    account = await db.create(Account(number=1))
    first = await db.create(Note(owner="a", day="1"))
    second = await db.create(Note(owner="a", day="2"))
    user = await db.create(a_user())
    assert await db.transact_get(
        [
            (Note, ("a", "2")),
            (Account, 1),
            (Note, {"owner": "a", "day": "0"}),
            (User, user),
            (Note, ("a", "1")),
            (Account, 2),
        ]
    ) == [second, account, None, user, first, None]


@pytest.mark.parametrize("keys", [None, Note, [Note], [(Note,)], [(Note, "a", "1")]])
async def test_transact_get_wants_pairs(db: Database, keys: Any) -> None:
    with pytest.raises(InvalidValueError, match="takes a list of pairs of a model"):
        await db.transact_get(keys)


async def test_two_transactions_at_once_keep_apart(
    db: Database, tables: None, stored: Stored
) -> None:
    async def write(day: str) -> None:
        async with db.transaction() as tx:
            tx.model(Note(owner="a", day=day)).create()
            await anyio.lowlevel.checkpoint()
            tx.model(Note(owner="a", day=day + "b")).create()
            assert len(tx) == 2

    async with anyio.create_task_group() as tasks:
        for day in range(5):
            tasks.start_soon(write, str(day))
    assert len(await stored("notes")) == 10


async def test_a_table_that_is_missing_stops_a_transaction(
    db: Database, tables: None, stored: Stored
) -> None:
    with pytest.raises(ServiceError, match="TransactWriteItems"):
        await send(
            db,
            lambda tx: tx.model(Note(owner="a", day="1")).create(),
            lambda tx: tx.model(Listing(id="1", kind="k", shop="s")).create(),
        )
    assert await stored("notes") == []
