"""Mocks do what they were told, refuse the rest, and say what they missed."""

import re
from collections.abc import Callable
from typing import Any, get_args

import pytest

from dynamorm_async import (
    Database,
    ItemNotFoundError,
    PaginatedResult,
    Query,
    ThrottledError,
    UpdateBuilder,
)
from dynamorm_async.testing import (
    ANY,
    MockBatchWriter,
    MockDB,
    MockExtendedDB,
    MockQuery,
    MockTransaction,
    MockUpdateBuilder,
    UnexpectedCallError,
    UnknownMethodError,
    UnmetExpectationsError,
    method_names,
)
from dynamorm_async.testing.mock import Mock
from tests.models import Note, User, a_user

ANN = a_user()
BEN = a_user(id="2", name="Ben")


async def test_the_example_of_the_design() -> None:
    mock_db, query = MockDB(), MockQuery[User]()
    mock_db.on("model", User).returns(query)
    query.on("where", "id", "=", "1").returns(query)
    query.on("first").returns(ANN)
    assert await mock_db.model(User).where("id", "=", "1").first() is ANN
    mock_db.assert_expectations()


async def test_an_error_comes_at_the_await() -> None:
    query = MockQuery[User]()
    query.on("first").raises(ItemNotFoundError("no User"))
    waiting = query.first()
    with pytest.raises(ItemNotFoundError, match="no User"):
        await waiting


def test_an_error_of_a_step_comes_at_once() -> None:
    query = MockQuery[User]()
    query.on("index", "gsi-x").raises(KeyError("gsi-x"))
    with pytest.raises(KeyError, match="gsi-x"):
        query.index("gsi-x")


async def test_answers_come_in_order_and_no_further() -> None:
    query = MockQuery[User]()
    query.on("first").returns_each(ThrottledError("slow down"), ANN)
    with pytest.raises(ThrottledError, match="slow down"):
        await query.first()
    assert await query.first() is ANN
    with pytest.raises(UnexpectedCallError, match="expected no more than twice"):
        query.first()


async def test_a_spent_expectation_makes_way_for_the_next() -> None:
    query = MockQuery[User]()
    query.on("first").returns(ANN).once()
    query.on("first").returns(BEN)
    assert [await query.first() for _ in range(3)] == [ANN, BEN, BEN]


async def test_a_function_answers_plain_or_async() -> None:
    query = MockQuery[User]()

    async def length(field: str) -> int:
        return len(field)

    query.on("batch_get", ANY).answers(lambda keys: [f"got {key}" for key in keys])
    query.on("sum", ANY).answers(length)
    assert await query.batch_get(["1", "2"]) == ["got 1", "got 2"]
    assert await query.sum("rank") == 4


READS: dict[str, tuple[str, tuple[Any, ...], Any]] = {
    "first_or_none": ("first_or_none", (), None),
    "one": ("one", (), ANN),
    "count": ("count", (), 7),
    "exists": ("exists", (), True),
    "all_paginated": (
        "all_paginated",
        (),
        PaginatedResult(items=[ANN], next_cursor=None, scanned_count=1),
    ),
    "all": ("all", (), [ANN, BEN]),
    "scan": ("scan", (), [ANN]),
    "scan_all_segments": ("scan_all_segments", (4,), [ANN, BEN]),
    "sum": ("sum", ("rank",), 7),
    "group_by": ("group_by", (User.status,), ["groups"]),
    "batch_get": ("batch_get", (["1"],), [ANN]),
    "create": ("create", (), ANN),
    "update": ("update", ("name", User.rank), ANN),
    "delete": ("delete", (), None),
}


@pytest.mark.parametrize(("method", "arguments", "result"), READS.values(), ids=READS)
async def test_what_is_awaited_is_what_was_said(
    method: Any, arguments: tuple[Any, ...], result: Any
) -> None:
    query = MockQuery[User]()
    query.on(method, *arguments).returns(result)
    assert await getattr(query, method)(*arguments) == result
    query.assert_expectations()


async def test_awaiting_and_iterating_a_query_are_its_all() -> None:
    query = MockQuery[User]()
    query.on("all").returns([ANN, BEN])
    assert await query == [ANN, BEN]
    assert [each async for each in query] == [ANN, BEN]
    assert [each async for each in query.all()] == [ANN, BEN]
    assert len(query.calls) == 3


async def test_pages_and_segments_are_streams() -> None:
    page = PaginatedResult(items=[ANN], next_cursor=None, scanned_count=1)
    query = MockQuery[User]()
    query.on("pages").returns([page, page])
    query.on("scan_all_segments", 2).returns([ANN, BEN])
    assert [each async for each in query.pages()] == [page, page]
    scan = query.scan_all_segments(2)
    assert [each async for each in scan] == [ANN, BEN]
    assert (await scan, scan.resume_token()) == ([], "after-2")


async def test_groups_are_what_was_said_whatever_is_asked_of_them() -> None:
    query = MockQuery[User]()
    query.on("group_by", "status").returns(["a group"])
    groups = query.group_by(User.status).count().average("rank").having("count", ">", 1)
    assert await groups == ["a group"]


async def test_keywords_and_defaults_are_compared_as_the_real_method_has_them() -> None:
    query = MockQuery[User]()
    query.on("consistent_read")
    query.on("create", wait_for_index="gsi-email").returns(ANN)
    assert query.consistent_read(True) is query
    assert await query.create(wait_for_index="gsi-email", wait=5.0) is ANN
    with pytest.raises(UnexpectedCallError, match=r"wait: expected 5\.0, got 1"):
        query.create(wait_for_index="gsi-email", wait=1)


REFUSED: dict[str, tuple[Callable[[MockQuery[User]], object], str]] = {
    "another value": (
        lambda query: query.where("id", "=", "2"),
        "MockQuery.where('id', '=', '2') was not expected.\n"
        "  nearest: where('id', '=', '1'), called never\n"
        "      condition: expected ('id', '=', '1'), got ('id', '=', '2')\n"
        "  nearest: where(User.rank > 18), called never\n"
        "      condition: expected User.rank > 18, got ('id', '=', '2')",
    ),
    "another condition": (
        lambda query: query.where(User.rank > 17),
        "MockQuery.where(User.rank > 17) was not expected.\n"
        "  nearest: where('id', '=', '1'), called never\n"
        "      condition: expected ('id', '=', '1'), got User.rank > 17\n"
        "  nearest: where(User.rank > 18), called never\n"
        "      condition: expected User.rank > 18, got User.rank > 17",
    ),
    "another method": (
        lambda query: query.limit(5),
        "MockQuery.limit(5) was not expected.\n"
        "  expected was: where('id', '=', '1'), where(User.rank > 18), "
        "update('name', 'rank')",
    ),
    "fewer arguments": (
        lambda query: query.update("name"),
        "MockQuery.update('name') was not expected.\n"
        "  nearest: update('name', 'rank'), called never\n"
        "      fields[1]: expected 'rank', got nothing",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_a_call_that_was_not_expected_says_what_was(
    call: Callable[[MockQuery[User]], object], message: str
) -> None:
    query = MockQuery[User]()
    query.on("where", "id", "=", "1")
    query.on("where", User.rank > 18)
    query.on("update", "name", "rank")
    with pytest.raises(UnexpectedCallError, match=f"^{re.escape(message)}$"):
        call(query)


def test_a_call_of_too_many_is_told_from_one_of_other_arguments() -> None:
    query = MockQuery[User](name="users")
    query.on("limit", 5).once()
    query.limit(5)
    message = (
        "users.limit(5) was not expected.\n"
        "  nearest: limit(5), called once\n"
        "      expected no more than once"
    )
    with pytest.raises(UnexpectedCallError, match=f"^{re.escape(message)}$"):
        query.limit(5)


def test_times_0_forbids() -> None:
    query = MockQuery[User]()
    query.on("delete").times(0)
    with pytest.raises(UnexpectedCallError, match="the test forbids it"):
        query.delete()


async def test_all_that_was_missed_is_told_at_once() -> None:
    mock_db, query = MockDB(), MockQuery[User]()
    mock_db.on("model", User).returns(query)
    mock_db.on("model", Note).maybe()
    query.on("where", "id", "=", "1").returns(query)
    query.on("limit", 5).times(3)
    query.on("count").returns(1)
    query.on("create").returns(ANN)
    mock_db.model(User).limit(5)
    query.create()
    with pytest.raises(UnexpectedCallError, match="first"):
        query.first()
    message = (
        "not as expected:\n"
        "  MockQuery.where('id', '=', '1') was called never\n"
        "  MockQuery.limit(5) was called once, expected 3 times\n"
        "  MockQuery.count() was called never\n"
        "  MockQuery.first() was not expected\n"
        "  MockQuery.create() was called and never awaited"
    )
    with pytest.raises(UnmetExpectationsError, match=f"^{re.escape(message)}$"):
        mock_db.assert_expectations()


def test_reset_forgets_everything() -> None:
    query = MockQuery[User]()
    query.on("limit", 5)
    query.on("first")
    query.limit(5)
    query.reset()
    query.assert_expectations()
    assert query.calls == []
    with pytest.raises(UnexpectedCallError, match="expected was: nothing at all"):
        query.limit(5)


def test_a_misspelt_method_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UnknownMethodError, match="did you mean 'limit'"):
        MockQuery[User]().on("limmit", 5)  # type: ignore[arg-type]
    with pytest.raises(UnknownMethodError, match="did you mean 'model'"):
        MockDB().on("modle", User)  # type: ignore[arg-type]


@pytest.mark.parametrize("arguments", [(1, 2), ("a", "b", "c")])
def test_arguments_that_the_method_does_not_take_are_refused(
    arguments: tuple[Any, ...],
) -> None:
    with pytest.raises(TypeError, match=r"called as limit\(rows: int"):
        MockQuery[User]().on("limit", *arguments)


def test_a_mock_that_is_not_strict_lets_steps_pass() -> None:
    query = MockQuery[User](strict=False)
    assert query.where("id", "=", "1").limit(5).order_by("joined") is query
    with pytest.raises(UnexpectedCallError, match="count"):
        query.count()
    query.on("limit", 5)
    with pytest.raises(UnexpectedCallError, match="rows: expected 5, got 6"):
        query.limit(6)


async def test_an_update_builder_is_played_step_by_step() -> None:
    query, builder = MockQuery[User](), MockUpdateBuilder[User, User]()
    query.on("update_builder").returns(builder)
    builder.on("add", "rank", 1)
    builder.on("condition", "rank", "<", 9)
    builder.on("return_values", "ALL_OLD")
    builder.on("execute")
    builder.on("execute_with_result").returns(ANN)
    built = query.update_builder().add(User.rank, 1).condition(User.rank < 9)
    assert built is builder
    await built
    assert await built.return_values("ALL_OLD").execute_with_result() is ANN
    query.assert_expectations()


async def test_the_shortcuts_go_through_the_builder_as_the_real_ones_do() -> None:
    mock_db, query = MockDB(), MockQuery[User]()
    mock_db.on("model", ANN).returns(query)
    query.on("create").returns(ANN)
    query.on("create_or_update").returns(ANN)
    query.on("update", "name").returns(ANN)
    query.on("delete")
    assert await mock_db.create(a_user()) is ANN
    assert await mock_db.save(ANN) is ANN
    assert await mock_db.update(ANN, "name") is ANN
    assert await mock_db.delete(ANN) is None
    mock_db.assert_expectations()


async def test_a_shortcut_of_which_something_was_said_does_that() -> None:
    mock_db = MockDB()
    mock_db.on("create", ANN).returns(BEN)
    mock_db.on("get", User, "1").returns(ANN)
    assert await mock_db.create(ANN) is BEN
    assert await mock_db.get(User, "1") is ANN
    with pytest.raises(UnexpectedCallError, match="expected '1', got '2'"):
        mock_db.get(User, "2")


async def test_a_database_is_opened_copied_and_closed_without_being_told() -> None:
    mock_db = MockDB()
    async with mock_db as db:
        assert db.with_timeout(1) is db.with_lambda_timeout(None) is mock_db
    mock_db.assert_expectations()


async def test_tables_need_to_be_expected_unless_the_mock_is_the_extended_one() -> None:
    with pytest.raises(UnexpectedCallError, match=r"ensure_table\(User\)"):
        MockDB().ensure_table(User)
    assert await MockExtendedDB().ensure_table(User) is None  # type: ignore[func-returns-value]
    with pytest.raises(UnexpectedCallError, match=r"ensure_table\(User\)"):
        MockExtendedDB(strict=True).ensure_table(User)


def test_a_handler_is_an_ordinary_entry_point() -> None:
    mock_db = MockDB()
    mock_db.on("get", User, "1").returns(ANN)

    @mock_db.handler
    async def handler(event: dict[str, str], _context: None) -> str:
        found = await mock_db.get(User, event["id"])
        assert found is not None
        return found.name

    try:
        assert handler({"id": "1"}, None) == "Ann"
    finally:
        mock_db.close()


def test_mocks_are_what_they_stand_for() -> None:
    assert isinstance(MockDB(), Database)
    assert isinstance(MockQuery(), Query)
    assert isinstance(MockUpdateBuilder(), UpdateBuilder)


@pytest.mark.parametrize(
    ("mock", "names"),
    [
        (MockQuery, method_names.QueryMethod),
        (MockUpdateBuilder, method_names.UpdateMethod),
        (MockDB, method_names.DatabaseMethod),
        (MockTransaction, method_names.TransactionMethod),
        (MockBatchWriter, method_names.BatchWriterMethod),
    ],
)
def test_a_type_checker_knows_the_methods(mock: type[Mock[Any]], names: Any) -> None:
    assert sorted(get_args(names)) == sorted(mock.played)


@pytest.mark.parametrize("mock", [MockQuery, MockUpdateBuilder, MockDB])
def test_no_method_of_the_real_class_shows_through(mock: type[Mock[Any]]) -> None:
    assert {
        name for name in mock.played if getattr(mock, name) is mock.played[name]
    } == set()


def test_a_mock_that_is_not_told_its_builder_says_so() -> None:
    query = MockQuery[Note](name="notes")
    query.on("update_builder")
    message = (
        r"notes\.update_builder\(\): the test does not say what it returns; add "
        r"\.returns\(\.\.\.\) to \.on\('update_builder'\)"
    )
    with pytest.raises(UnexpectedCallError, match=message):
        query.update_builder()
    mock_db = MockDB()
    mock_db.on("model", Note)
    with pytest.raises(UnexpectedCallError, match=r"add \.returns\(\.\.\.\)"):
        mock_db.model(Note)


def test_the_fields_that_differ_are_told_and_not_the_whole_instance() -> None:
    mock_db = MockDB()
    mock_db.on("model", ANN)
    with pytest.raises(UnexpectedCallError) as caught:
        mock_db.model(a_user(name="Anna", rank=7))
    assert str(caught.value).splitlines()[2:] == [
        f"      subject.rank: expected {ANN.rank}, got 7",
        f"      subject.name: expected {ANN.name!r}, got 'Anna'",
    ]


async def test_what_is_not_a_list_is_refused_where_rows_are_awaited() -> None:
    query = MockQuery[User]()
    query.on("all").returns(ANN)
    with pytest.raises(TypeError, match=r"all\(\) comes to a list: .* not a User"):
        await query


async def test_none_is_no_list_either() -> None:
    query = MockQuery[User]()
    query.on("all")
    with pytest.raises(TypeError, match="not a NoneType"):
        await query


def test_what_is_no_error_cannot_be_raised() -> None:
    with pytest.raises(TypeError, match=r"raises\(\) takes an error, .* not 'boom'"):
        MockQuery[User]().on("first").raises("boom")  # type: ignore[arg-type]


def test_the_filters_of_a_group_are_shown() -> None:
    query = MockQuery[User]()
    query.on(
        "filter_group", lambda q: q.filter("rank", ">", 1).or_filter(User.id == "1")
    )
    message = (
        "MockQuery.filter_group(lambda q: q.filter('rank', '>', 2)) was not expected.\n"
        "  nearest: filter_group(lambda q: q.filter('rank', '>', 1)"
        ".or_filter(User.id = '1')), called never\n"
    )
    with pytest.raises(UnexpectedCallError, match=f"^{re.escape(message)}"):
        query.filter_group(lambda q: q.filter("rank", ">", 2))


async def test_keys_may_come_from_a_generator() -> None:
    query = MockQuery[User]()
    query.on("batch_get", ["1", "2"]).answers(lambda keys: [ANN for _ in keys])
    assert await query.batch_get(str(each) for each in (1, 2)) == [ANN, ANN]


def test_a_mock_database_consumed_nothing() -> None:
    assert MockDB().consumed_capacity == {}
