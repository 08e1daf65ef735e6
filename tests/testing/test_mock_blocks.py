"""Transactions and batch writers of a mock run their blocks, and end as was said."""

import pytest

from dynamorm_async import BatchError, Transaction, TransactionCanceledError
from dynamorm_async.errors import InvalidOperatorError
from dynamorm_async.testing import (
    ANY,
    MockBatchWriter,
    MockDB,
    MockExtendedDB,
    MockQuery,
    MockTransaction,
    MockUpdateBuilder,
    UnexpectedCallError,
)
from tests.models import Account, Note, User, a_user

ANN = a_user()


def with_update(db: MockDB) -> MockQuery[User]:
    query = MockQuery[User]()
    db.on("model", ANN).returns(query)
    query.on("update", "name").returns(ANN)
    return query


async def test_a_transaction_asks_the_models_of_its_database() -> None:
    db = MockDB()
    with_update(db)
    db.on("transaction")
    async with db.transaction() as tx:
        tx.model(ANN).update("name")
        with pytest.raises(UnexpectedCallError, match=r"model\(Note\)"):
            tx.model(Note)
    with pytest.raises(AssertionError, match=r"^not as expected:\n  .*model\(Note\)"):
        db.assert_expectations()


async def test_what_a_transaction_records_needs_no_await_as_what_follows_does() -> None:
    db = MockDB()
    query = with_update(db)
    db.on("transaction")
    async with db.transaction() as tx:
        tx.model(ANN).update("name")
    db.assert_expectations()
    query.update("name")
    with pytest.raises(AssertionError, match="called and never awaited"):
        db.assert_expectations()


async def test_a_transaction_that_is_canceled_says_so_when_its_block_ends() -> None:
    db, steps = MockDB(), []
    db.on("transaction").raises(TransactionCanceledError("the stock ran out"))
    with pytest.raises(TransactionCanceledError, match="the stock ran out"):
        async with db.transaction():
            steps.append("in the block")
    assert steps == ["in the block"]


async def test_a_transaction_of_ones_own_has_expectations_of_its_own() -> None:
    db, tx = MockDB(), MockTransaction()
    query, builder = MockQuery[Account](), MockUpdateBuilder[Account, Account]()
    db.on("transaction").returns(tx)
    tx.on("model", Account).returns(query)
    query.on("where", Account.number == 1)
    query.on("condition_check", "balance", ">", 0)
    query.on("update_builder").returns(builder)
    builder.on("add", "balance", -1)
    builder.on("execute")
    async with db.transaction() as opened:
        asked = opened.model(Account).where(Account.number == 1)
        asked.condition_check(Account.balance > 0)
        asked.update_builder().add("balance", -1).execute()
    db.assert_expectations()
    builder.on("remove", "holder")
    with pytest.raises(AssertionError, match=r"remove\('holder'\) was called never"):
        db.assert_expectations()


async def test_a_transaction_is_used_in_its_block_and_not_nested() -> None:
    db = MockDB()
    with_update(db)
    db.on("transaction")
    with pytest.raises(InvalidOperatorError, match="is not open"):
        db.transaction().model(ANN)
    async with db.transaction():
        with pytest.raises(InvalidOperatorError, match="don't nest"):
            await db.transaction().__aenter__()


async def test_the_function_of_a_transaction_is_called_plain_or_async() -> None:
    db = MockDB()
    with_update(db)
    db.on("transaction_func", ANY)

    def plain(tx: Transaction) -> str:
        tx.model(ANN).update("name")
        return "plain"

    async def waiting(tx: Transaction) -> str:
        await tx.model(ANN).update("name")
        return "async"

    assert await db.transaction_func(plain) == "plain"
    assert await db.transaction_func(waiting) == "async"
    db.assert_expectations()


async def test_a_failed_transaction_func_has_called_its_function_before() -> None:
    db, steps = MockDB(), []
    db.on("transaction_func", ANY).raises(TransactionCanceledError("lost a race"))
    with pytest.raises(TransactionCanceledError, match="lost a race"):
        await db.transaction_func(lambda _tx: steps.append("called"))
    assert steps == ["called"]


async def test_a_batch_writer_takes_what_comes_and_remembers_it() -> None:
    db = MockDB()
    db.on("batch_writer")
    async with db.batch_writer() as writer:
        await writer.put(ANN)
        await writer.delete(User, "2")
        await writer.flush()
    assert isinstance(writer, MockBatchWriter)
    assert [str(each.method) for each in writer.calls] == ["put", "delete", "flush"]
    assert writer.unprocessed == []


async def test_a_batch_writer_of_ones_own_takes_what_was_said() -> None:
    db, writer = MockDB(), MockBatchWriter()
    db.on("batch_writer").returns(writer)
    writer.on("put", ANN)
    async with db.batch_writer() as opened:
        await opened.put(a_user())
        with pytest.raises(UnexpectedCallError, match="delete"):
            await opened.delete(ANN)


async def test_a_batch_writer_fails_when_its_block_ends() -> None:
    db = MockDB()
    db.on("batch_writer").raises(BatchError("one is left", unprocessed=[ANN]))
    with pytest.raises(BatchError, match="one is left"):
        async with db.batch_writer() as writer:
            await writer.put(ANN)


async def test_the_extended_mock_needs_to_be_told_of_no_block() -> None:
    db = MockExtendedDB()
    with_update(db)
    async with db.transaction() as tx:
        tx.model(ANN).update("name")
    assert await db.transaction_func(lambda _tx: 7) == 7
    async with db.batch_writer() as writer:
        await writer.put(ANN)
    db.assert_expectations()


def test_blocks_have_to_be_expected_of_the_strict_one() -> None:
    with pytest.raises(UnexpectedCallError, match=r"transaction\(\)"):
        MockDB().transaction()


async def test_a_write_that_is_not_awaited_is_noticed_in_a_block_too() -> None:
    db = MockDB()
    db.on("batch_writer")
    async with db.batch_writer() as writer:
        writer.delete(ANN)
    with pytest.raises(AssertionError, match=r"delete\(.*\) was called and never awai"):
        db.assert_expectations()
    db.reset()
    db.assert_expectations()


async def test_what_nobody_expected_of_a_transaction_is_noticed_too() -> None:
    db = MockDB()
    db.on("transaction")
    async with db.transaction() as tx:
        with pytest.raises(UnexpectedCallError, match="compile"):
            tx.compile()
    with pytest.raises(AssertionError, match=r"compile\(\) was not expected"):
        db.assert_expectations()


async def test_closing_has_to_be_awaited() -> None:
    db = MockExtendedDB()
    db.aclose()
    with pytest.raises(AssertionError, match=r"aclose\(\) was called and never"):
        db.assert_expectations()
