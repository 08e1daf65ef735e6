"""`TestDB` is told in a chain what to expect, and is asked in the end."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dynamorm_async import (
    DB,
    ConditionFailedError,
    ItemNotFoundError,
    PaginatedResult,
    Transaction,
    TransactionCanceledError,
)
from dynamorm_async.testing import (
    ANY,
    MockTransaction,
    MockUpdateBuilder,
    QueryChain,
    TestDB,
    UnexpectedCallError,
    UnmetExpectationsError,
)
from tests.models import Note, User, a_user

ANN = a_user()
BEN = a_user(id="2", name="Ben")
PAGE = PaginatedResult(items=[ANN], next_cursor=None, scanned_count=1)

Expect = Callable[[TestDB], object]
Act = Callable[[DB], Awaitable[Any]]

CASES: dict[str, tuple[Expect, Act, Any]] = {
    "find": (
        lambda t: t.expect_model(User).expect_where("id", "=", "1").expect_find(ANN),
        lambda db: db.model(User).where("id", "=", "1").first(),
        ANN,
    ),
    "find, typed": (
        lambda t: t.expect_model(User).expect_where(User.id == "1").expect_find(ANN),
        lambda db: db.model(User).where("id", "=", "1").first_or_none(),
        ANN,
    ),
    "find the only one": (
        lambda t: t.expect_find(ANN),
        lambda db: db.model(User).one(),
        ANN,
    ),
    "not found, or none": (
        lambda t: t.expect_not_found(),
        lambda db: db.model(User).first_or_none(),
        None,
    ),
    "get": (
        lambda t: t.expect_get(User, "1", result=ANN),
        lambda db: db.get(User, "1"),
        ANN,
    ),
    "create": (
        lambda t: t.expect_model(User).expect_create(),
        lambda db: db.model(ANN).create(),
        ANN,
    ),
    "create this one": (
        lambda t: t.expect_create(a_user()),
        lambda db: db.create(ANN),
        ANN,
    ),
    "save": (
        lambda t: t.expect_create_or_update(),
        lambda db: db.save(ANN),
        ANN,
    ),
    "put": (lambda t: t.expect_put(), lambda db: db.model(ANN).put(), ANN),
    "update": (
        lambda t: t.expect_update("name", "rank"),
        lambda db: db.update(ANN, "name", User.rank),
        ANN,
    ),
    "update of whatever": (
        lambda t: t.expect_update(),
        lambda db: db.update(ANN, "name"),
        ANN,
    ),
    "delete": (lambda t: t.expect_delete(), lambda db: db.delete(ANN), None),
    "all": (
        lambda t: t.expect_index("gsi-email").expect_limit(5).expect_all([ANN, BEN]),
        lambda db: db.model(User).index("gsi-email").limit(5).all(),
        [ANN, BEN],
    ),
    "the query itself": (
        lambda t: t.expect_order_by("joined", "DESC").expect_offset(2).expect_all(),
        lambda db: db.model(User).order_by(User.joined, "DESC").offset(2).all(),
        [],
    ),
    "scan": (
        lambda t: (
            t.expect_filter("rank", ">", 1).expect_select("name").expect_all([ANN])
        ),
        lambda db: db.model(User).filter(User.rank > 1).select(User.name).scan(),
        [ANN],
    ),
    "count": (lambda t: t.expect_count(7), lambda db: db.model(User).count(), 7),
    "a page": (
        lambda t: t.expect_all_paginated(PAGE),
        lambda db: db.model(User).all_paginated(),
        PAGE,
    ),
    "batch get": (
        lambda t: t.expect_batch_get(["1"], [ANN]),
        lambda db: db.model(User).batch_get(["1"], max_concurrency=2),
        [ANN],
    ),
    "batch create": (
        lambda t: t.expect_batch_create([ANN]),
        lambda db: db.model(User).batch_create([ANN]),
        None,
    ),
    "batch delete": (
        lambda t: t.expect_batch_delete(),
        lambda db: db.model(User).batch_delete(["1"]),
        None,
    ),
    "a chain": (
        lambda t: (
            t.query_chain()
            .where("status", "=", "active")
            .filter("rank", ">", 1)
            .index("gsi-status")
            .order_by("rank", "DESC")
            .limit(3)
            .offset(1)
            .expect_all([ANN])
        ),
        lambda db: (
            db.model(User)
            .where(User.status == "active")
            .filter(User.rank > 1)
            .index("gsi-status")
            .order_by("rank", "DESC")
            .limit(3)
            .offset(1)
            .all()
        ),
        [ANN],
    ),
    "a chain to one": (
        lambda t: QueryChain(t).where(User.id == "1").expect_first(ANN),
        lambda db: db.model(User).where(User.id == "1").first(),
        ANN,
    ),
    "a chain to a number": (
        lambda t: QueryChain(t).where(User.id == "1").expect_count(3),
        lambda db: db.model(User).where(User.id == "1").count(),
        3,
    ),
}


@pytest.mark.parametrize(("expect", "act", "result"), CASES.values(), ids=CASES)
async def test_what_is_expected_happens(expect: Expect, act: Act, result: Any) -> None:
    test_db = TestDB()
    expect(test_db)
    with pytest.raises(UnmetExpectationsError, match="was called never"):
        test_db.assert_expectations()
    assert await act(test_db.mock_db) == result
    test_db.assert_expectations()


FAILURES: dict[str, tuple[Expect, Act, type[Exception]]] = {
    "create": (
        lambda t: t.expect_create_error(ConditionFailedError("taken")),
        lambda db: db.create(ANN),
        ConditionFailedError,
    ),
    "update": (
        lambda t: t.expect_update_error(ConditionFailedError("taken"), "name"),
        lambda db: db.update(ANN, "name"),
        ConditionFailedError,
    ),
    "delete": (
        lambda t: t.expect_delete_error(ConditionFailedError("taken")),
        lambda db: db.delete(ANN),
        ConditionFailedError,
    ),
    "find": (
        lambda t: t.expect_not_found(),
        lambda db: db.model(User).first(),
        ItemNotFoundError,
    ),
    "a transaction": (
        lambda t: t.expect_transaction_error(TransactionCanceledError("taken")),
        lambda db: db.transaction_func(lambda tx: None),
        TransactionCanceledError,
    ),
}


@pytest.mark.parametrize(("expect", "act", "error"), FAILURES.values(), ids=FAILURES)
async def test_what_is_to_fail_fails(
    expect: Expect, act: Act, error: type[Exception]
) -> None:
    test_db = TestDB()
    expect(test_db)
    with pytest.raises(error, match=r"taken|no item found"):
        await act(test_db.mock_db)
    test_db.assert_expectations()


async def test_a_transaction_runs_its_block_and_its_function() -> None:
    test_db = TestDB()
    test_db.expect_transaction().expect_update("name").expect_delete()

    def delete(tx: Transaction) -> None:
        tx.model(BEN).delete()

    async with test_db.mock_db.transaction() as tx:
        tx.model(ANN).update("name")
    await test_db.mock_db.transaction_func(delete)
    test_db.assert_expectations()


async def test_a_transaction_is_set_up_on_its_own() -> None:
    test_db = TestDB()

    def expect_ann(tx: MockTransaction) -> None:
        tx.on("model", ANN).returns(test_db.mock_query)

    test_db.expect_transaction(expect_ann).expect_update()
    with pytest.raises(UnexpectedCallError, match=r"\.id: expected '1', got '2'"):
        await test_db.mock_db.transaction_func(lambda tx: tx.model(BEN).update())
    test_db.reset().expect_transaction(expect_ann).expect_update()
    await test_db.mock_db.transaction_func(lambda tx: tx.model(ANN).update("rank"))
    test_db.assert_expectations()


async def test_an_update_builder_has_expectations_of_its_own() -> None:
    test_db, builder = TestDB(), MockUpdateBuilder[User, User]()
    builder.on("increment", "rank")
    builder.on("execute")
    test_db.expect_update_builder(builder)
    await test_db.mock_db.model(ANN).update_builder().increment(User.rank)
    test_db.assert_expectations()


def test_a_model_that_was_expected_rules_out_the_others() -> None:
    test_db = TestDB()
    assert test_db.mock_db.model(Note) is test_db.mock_query
    test_db.expect_model(User)
    assert test_db.mock_db.model(User) is test_db.mock_query
    assert test_db.mock_db.model(ANN) is test_db.mock_query
    with pytest.raises(UnexpectedCallError, match="expected <User>, got Note"):
        test_db.mock_db.model(Note)


def test_reset_forgets_and_begins_anew() -> None:
    test_db = TestDB()
    test_db.expect_model(User).expect_limit(5).expect_batch_get(ANY, [])
    test_db.reset()
    test_db.assert_expectations()
    assert test_db.mock_db.model(Note) is test_db.mock_query
    with pytest.raises(UnexpectedCallError, match=r"limit\(5\)"):
        test_db.mock_query.limit(5)
