"""The first row, the needed row, and reads that are repeated."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import anyio
import pytest

from dynamorm_async.errors import (
    DeadlineExceededError,
    ItemNotFoundError,
    MultipleItemsError,
)
from dynamorm_async.execution.executor import Executor
from dynamorm_async.wire import Body, CompiledQuery, PaginatedResult, ReadAgain, Reply
from dynamorm_async.wire.runner import Runner
from tests.scripted import ScriptedTransport, ok

from .requests import (
    StillTime,
    count_query,
    executor,
    get_item,
    item,
    page,
    query,
)

FILTER = {"FilterExpression": "#n0 = :v0"}
HIT: Body = {"Item": item("1")}
MISS: Body = {}


def script(*pages: Body) -> ScriptedTransport:
    return ScriptedTransport(*(ok(**each) for each in pages))


def test_an_executor_is_a_runner() -> None:
    runner: Runner = Executor.over(ScriptedTransport())
    assert repr(runner.bounded(3)) == (
        "<Executor of <Sender over <ScriptedTransport, 0 answers left>, "
        "<RetryQuota 500 of 500>>, at most 3 s per call>"
    )


@pytest.mark.parametrize(
    ("compiled", "pages", "row"),
    [
        (get_item(), [HIT], "1"),
        (get_item(), [MISS], None),
        (query(limit=1), [page("a", "a")], "a"),
        (query(), [page("abc", "c")], "a"),
        (query(FILTER), [page("", "c"), page("", "f"), page("gh", "i")], "g"),
        (query(FILTER), [page("", "c"), page("")], None),
        (query(offset=2), [page("abc", "c")], "c"),
        (query(limit=0), [], None),
    ],
)
async def test_first_is_the_first_row_or_none(
    compiled: CompiledQuery[Any], pages: list[Body], row: str | None
) -> None:
    transport = script(*pages)
    assert await executor(transport).first(compiled) == row
    assert len(transport.requests) == len(pages)


@pytest.mark.parametrize(
    ("compiled", "pages", "only"),
    [
        (get_item(), [HIT], False),
        (get_item(), [HIT], True),
        (query(), [page("1", "1")], False),
        (query(), [page("12", "2")], False),
        (query(), [page("1", "1"), page("")], True),
    ],
)
async def test_a_needed_row_is_returned(
    compiled: CompiledQuery[Any], pages: list[Body], only: bool
) -> None:
    transport = script(*pages)
    assert await executor(transport).need(compiled, only=only) == "1"
    assert len(transport.requests) == len(pages)


@pytest.mark.parametrize(
    ("compiled", "pages", "message"),
    [
        (get_item(), [MISS], "^no User found by GetItem on t$"),
        (query(FILTER), [page("", "b"), page("")], "^no User found by Query on t$"),
    ],
)
async def test_a_needed_row_that_is_not_there_is_an_error(
    compiled: CompiledQuery[Any], pages: list[Body], message: str
) -> None:
    with pytest.raises(ItemNotFoundError, match=message):
        await executor(script(*pages)).need(compiled)


def need_one(runner: Executor, compiled: CompiledQuery[Any]) -> Awaitable[Any]:
    return runner.need(compiled, only=True)


@pytest.mark.parametrize(
    "pages", [[page("ab")], [page("a", "a"), page("", "b"), page("c", "c")]]
)
async def test_a_second_row_is_an_error_where_only_one_may_be(
    pages: list[Body],
) -> None:
    with pytest.raises(
        MultipleItemsError, match=r"^more than one User found by Query on"
    ):
        await need_one(executor(script(*pages)), query(FILTER))


@pytest.mark.parametrize(
    ("compiled", "counts", "expected"),
    [
        (count_query(), [(3, "c")], True),
        (count_query(FILTER, limit=1), [(0, "c"), (0, "f"), (2, "i")], True),
        (count_query(FILTER), [(0, "c"), (0, None)], False),
        (count_query(offset=3), [(3, "c"), (1, "d")], True),
        (count_query(offset=3), [(3, None)], False),
    ],
)
async def test_what_exists_is_looked_for_no_further_than_needed(
    compiled: CompiledQuery[int],
    counts: list[tuple[int, str | None]],
    expected: bool,
) -> None:
    replies = [{**page("", after), "Count": count} for count, after in counts]
    transport = script(*replies)
    assert await executor(transport).exists(compiled) is expected
    assert len(transport.requests) == len(counts)


async def test_a_read_is_repeated_until_something_is_found() -> None:
    time = StillTime()
    again: ReadAgain[str] = ReadAgain(attempts=5, delay=0.1, longest=0.3)
    transport = script(MISS, MISS, MISS, MISS, HIT)
    assert await executor(transport, time).need(get_item(), again=again) == "1"
    assert time.pauses == [0.1, 0.2, 0.3, 0.3]


async def test_half_of_each_pause_is_sure() -> None:
    time = StillTime()
    runner = executor(script(MISS, HIT), time)
    runner.sender.rand = lambda: 0.0
    await runner.need(get_item(), again=ReadAgain(attempts=2, delay=0.1))
    assert time.pauses == [0.05]


async def test_a_read_is_repeated_until_it_is_as_it_should_be() -> None:
    again: ReadAgain[str] = ReadAgain(
        attempts=4, delay=0.1, until=lambda name: name == "c"
    )
    transport = script(page("a"), page(""), page("c"))
    assert await executor(transport).first(query(), again=again) == "c"


async def test_when_tries_run_out_the_last_read_is_the_answer() -> None:
    again: ReadAgain[str] = ReadAgain(attempts=2, delay=0.1, until=lambda _: False)
    assert await executor(script(HIT, HIT)).first(get_item(), again=again) == "1"
    assert await executor(script(HIT, MISS)).first(get_item(), again=again) is None
    with pytest.raises(ItemNotFoundError, match="no User found"):
        await executor(script(HIT, MISS)).need(get_item(), again=again)


async def test_a_list_is_read_again_until_it_is_as_it_should_be() -> None:
    again: ReadAgain[list[str]] = ReadAgain(
        attempts=3, delay=0.1, until=lambda rows: len(rows) == 2
    )
    transport = script(page(""), page("a"), page("ab"))
    assert await executor(transport).collect(query(), again=again) == ["a", "b"]


async def test_an_empty_list_is_read_again() -> None:
    again: ReadAgain[list[str]] = ReadAgain(attempts=3, delay=0.1)
    transport = script(page(""), page("a"))
    assert await executor(transport).collect(query(), again=again) == ["a"]


async def test_when_the_deadline_is_near_the_last_read_is_the_answer() -> None:
    time = StillTime()
    again: ReadAgain[str] = ReadAgain(attempts=9, delay=0.1)
    runner = executor(script(MISS, MISS), time, timeout=0.25)
    assert await runner.first(get_item(), again=again) is None
    assert time.pauses == [0.1]


async def forever() -> Reply:
    await anyio.sleep_forever()
    raise AssertionError("never reached")


async def test_a_call_of_many_pages_has_one_deadline() -> None:
    transport = ScriptedTransport(ok(**page("a", "a")), forever)
    with pytest.raises(DeadlineExceededError, match="Query on t: not finished within"):
        await executor(transport, timeout=0.01).collect(query())


async def test_an_iteration_has_the_deadline_for_each_page() -> None:
    time = StillTime()
    transport = ScriptedTransport(ok(**page("a", "a")), ok(**page("b", "b")), forever)
    rows = executor(transport, time, timeout=0.01).rows(query())
    assert await anext(rows) == "a"
    time.now += 3600
    assert await anext(rows) == "b"
    with pytest.raises(DeadlineExceededError, match="Query on t: not finished within"):
        await anext(rows)


async def test_two_tasks_cannot_ask_one_iterator_for_its_next_page() -> None:
    rows = executor(ScriptedTransport(forever)).rows(query())
    first = asyncio.ensure_future(anext(rows))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="two tasks ask one iterator"):
        await anext(rows)
    first.cancel()
    await asyncio.wait([first])


async def test_an_iteration_goes_on_after_a_cancelled_wait() -> None:
    transport = ScriptedTransport(forever, ok(**page("a")))
    rows = executor(transport).rows(query())
    with anyio.move_on_after(0.01):
        await anext(rows)
    assert [row async for row in rows] == ["a"]


async def test_a_page_of_a_query_without_cursors_has_none() -> None:
    compiled: CompiledQuery[list[str]] = CompiledQuery.of(
        "Query", {"TableName": "t"}, lambda reply: [""] * len(reply["Items"])
    )
    found = await executor(script(page("a"))).page(compiled)
    assert found == PaginatedResult(items=[""], next_cursor=None, scanned_count=1)
