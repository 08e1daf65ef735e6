"""Each scenario lets code do what it is about, and is strict where it says so."""

import pytest

from dynamorm_async import (
    ConditionFailedError,
    InvalidCursorError,
    ItemNotFoundError,
    Model,
    ThrottledError,
    TransactionCanceledError,
    partition_key,
    sort_key,
)
from dynamorm_async.errors import InvalidValueError
from dynamorm_async.testing import (
    CommonScenarios,
    TestDB,
    UnexpectedCallError,
    UnmetExpectationsError,
)
from tests.models import Note, User, a_user

ANN = a_user()
BEN = a_user(id="2", name="Ben")
NOTES = [Note(owner="a", day=str(day)) for day in range(5)]


class Order(Model, table="orders"):
    tenant_id: str = partition_key()
    id: str = sort_key()


async def test_crud_reads_what_was_written_last() -> None:
    scenarios = CommonScenarios().setup_crud()
    db = scenarios.mock_db
    assert await db.model(User).where(User.id == "1").first_or_none() is None
    with pytest.raises(ItemNotFoundError, match="no item found"):
        await db.model(User).where(User.id == "1").first()
    assert await db.create(ANN) is ANN
    assert await db.model(User).where(User.id == "1").first() is ANN
    assert await db.update(BEN, "name") is BEN
    assert await db.model(User).where(User.id == "1") == [BEN]
    assert await db.model(User).exists() is True
    assert await db.get(User, "2") is BEN
    assert await db.model(User).count() == 1
    await db.delete(BEN)
    assert await db.model(User).scan() == []
    scenarios.test_db.assert_expectations()


async def test_crud_may_begin_with_an_item() -> None:
    test_db = TestDB()
    CommonScenarios(test_db).setup_crud(ANN)
    assert await test_db.mock_db.model(User).one() is ANN


async def test_pages_follow_each_other_to_the_last() -> None:
    query = CommonScenarios().setup_pagination(2, NOTES).mock_db.model(Note)
    pages, cursor = [], None
    while not pages or cursor:
        page = await query.limit(2).cursor(cursor).all_paginated()
        pages.append(page.items)
        cursor = page.next_cursor
    assert pages == [NOTES[0:2], NOTES[2:4], NOTES[4:5]]
    assert [page.items async for page in query.pages()] == pages
    with pytest.raises(InvalidCursorError, match="of no page"):
        query.cursor("forged")


async def test_no_items_are_one_empty_page() -> None:
    query = CommonScenarios().setup_pagination(10).mock_db.model(Note)
    page = await query.limit(10).all_paginated()
    assert (list(page.items), page.has_more) == ([], False)
    with pytest.raises(InvalidValueError, match="page_size"):
        CommonScenarios().setup_pagination(0)


async def test_a_tenant_sees_its_own_and_no_other() -> None:
    scenarios = CommonScenarios().setup_multi_tenant("t1", [ANN])
    query = scenarios.mock_db.model(Order)
    with pytest.raises(UnmetExpectationsError, match="'tenant_id', '=', 't1'"):
        scenarios.test_db.assert_expectations()
    found = query.where(Order.tenant_id == "t1").where("id", ">", "a").limit(3)
    assert await found == [ANN]
    scenarios.test_db.assert_expectations()
    with pytest.raises(UnexpectedCallError, match=r"expected .*'t1'"):
        query.where("tenant_id", "=", "t2")


async def test_batches_are_read_and_written() -> None:
    db = CommonScenarios().setup_batch_operations([ANN]).mock_db
    query = db.model(User)
    assert await query.batch_get(["1"]) == [ANN]
    await query.batch_create([ANN])
    await query.batch_delete(["1"])
    await query.batch_write([ANN], ["2"])
    await query.batch_update_with_options([ANN], ["name"])
    async with db.batch_writer() as writer:
        await writer.put(ANN)


async def test_a_complex_query_finds_what_it_was_given() -> None:
    db = CommonScenarios().setup_complex_query([ANN, BEN]).mock_db
    query = (
        db.model(User)
        .index("gsi-status")
        .where(User.status == "active")
        .filter_group(lambda q: q.filter(User.rank > 1).or_filter("nick", "EXISTS"))
        .order_by("rank", "DESC")
        .limit(10)
    )
    assert await query == [ANN, BEN]
    assert (await query.first(), await query.count()) == (ANN, 2)
    assert (await query.all_paginated()).items == [ANN, BEN]


async def test_errors_are_raised_by_what_they_are_named_for() -> None:
    db = (
        CommonScenarios()
        .setup_error_scenarios(
            {
                "create": ConditionFailedError("taken"),
                "find": ItemNotFoundError("gone"),
                "update": ConditionFailedError("stale"),
                "delete": ThrottledError("slow"),
                "all": ThrottledError("slower"),
                "count": ThrottledError,
            }
        )
        .mock_db
    )
    with pytest.raises(ConditionFailedError, match="taken"):
        await db.create(ANN)
    with pytest.raises(ItemNotFoundError, match="gone"):
        await db.model(User).where(User.id == "1").first()
    assert await db.get(User, "1") is None
    with pytest.raises(ConditionFailedError, match="stale"):
        await db.update(ANN, "name")
    with pytest.raises(ThrottledError, match="slow"):
        await db.delete(ANN)
    with pytest.raises(ThrottledError, match="slower"):
        await db.model(User)
    with pytest.raises(ThrottledError, match="ProvisionedThroughput"):
        await db.model(User).count()


def test_an_unknown_operation_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidValueError, match="create, find, update, delete"):
        CommonScenarios().setup_error_scenarios({"insert": KeyError})


async def test_what_fails_to_be_found_fails_for_get_too() -> None:
    scenarios = CommonScenarios().setup_error_scenarios({"find": ThrottledError})
    with pytest.raises(ThrottledError, match="ProvisionedThroughput"):
        await scenarios.mock_db.get(User, "1")


async def test_a_transaction_succeeds_or_fails_when_it_ends() -> None:
    db = CommonScenarios().setup_transaction_scenario().mock_db
    async with db.transaction() as tx:
        tx.model(ANN).create()
        tx.model(User).where(User.id == "2").condition_check(User.rank > 1)
        tx.model(User).where(User.id == "3").update_builder().add("rank", 1).execute()
    failing = CommonScenarios().setup_transaction_scenario(False).mock_db
    with pytest.raises(TransactionCanceledError, match="the test wants it so"):
        await failing.transaction_func(lambda tx: tx.model(ANN).create())


async def test_scans_find_what_they_were_given() -> None:
    query = CommonScenarios().setup_scan_scenario(NOTES).mock_db.model(Note)
    assert await query.filter(Note.stars > 1).scan() == NOTES
    assert [each async for each in query.scan_all_segments(4)] == NOTES
    assert await query.count() == 5


async def test_an_index_has_to_be_named() -> None:
    scenarios = CommonScenarios().setup_index_query("gsi-email", [ANN])
    query = scenarios.mock_db.model(User)
    with pytest.raises(UnexpectedCallError, match="expected 'gsi-email', got 'gsi-x'"):
        query.index("gsi-x")
    assert await query.index("gsi-email").where(User.email == "a@b.c") == [ANN]


async def test_updates_are_built_of_any_steps() -> None:
    scenarios = CommonScenarios().setup_update_builder(ANN)
    builder = scenarios.mock_db.model(ANN).update_builder()
    await builder.increment("rank").set("name", "Ann").condition("rank", "<", 9)
    assert await builder.return_values("ALL_NEW").execute_with_result() is ANN
    assert [call.method for call in scenarios.update_builder.calls] == [
        *("increment", "set", "condition", "execute"),
        *("return_values", "execute_with_result"),
    ]
