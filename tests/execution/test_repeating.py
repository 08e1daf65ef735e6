"""Reads that wait for a write: until it is found, seen in an index, or time is up."""

import asyncio
from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from dynamorm_async import (
    AccessDeniedError,
    ConditionFailedError,
    DeadlineExceededError,
)
from dynamorm_async.errors import LambdaTimeoutError
from dynamorm_async.execution.deadline import Deadline
from dynamorm_async.execution.executor import Executor
from dynamorm_async.wire import Body, CompiledQuery, ReadAgain, Reply
from tests.execution.requests import (
    StillTime,
    executor,
    get_item,
    item,
    page,
    put_item,
    query,
)
from tests.scripted import ScriptedTransport, ok, refusal

TOLD = "the User is written, but not yet seen in by-rank"
MISS: Body = {}
DENIED = refusal("AccessDeniedException", "no")
THROTTLED = refusal("ThrottlingException", "slow down")


def seen(**facts: Any) -> CompiledQuery[Sequence[str]]:
    """The query through the index."""
    return query({"IndexName": "by-rank"}, **facts)


def script(*pages: Body | Reply) -> ScriptedTransport:
    replies = [each if isinstance(each, Reply) else ok(**each) for each in pages]
    return ScriptedTransport(*replies)


async def written(runner: Executor, wait: float = 5.0) -> str | None:
    await runner.run_and_see(put_item(), seen(), wait)
    return "written"


async def test_a_write_is_answered_once_the_index_shows_it() -> None:
    time = StillTime()
    transport = script({}, page(""), page("", "x"), page(""), page("1"))
    assert await written(executor(transport, time)) == "written"
    assert transport.operations == ["PutItem", "Query", "Query", "Query", "Query"]
    assert time.pauses == [0.05, 0.1]


async def test_the_pauses_double_are_jittered_and_have_a_longest() -> None:
    time = StillTime()
    transport = script({}, *[page("")] * 8, page("1"))
    runner = Executor.over(
        transport, sleep=time.sleep, rand=lambda: 0.0, clock=time.clock
    )
    await written(runner)
    assert time.pauses == [0.025, 0.05, 0.1, 0.2, 0.4, 0.5, 0.5, 0.5]


async def test_an_index_that_never_shows_it_is_an_error_after_the_write() -> None:
    time = StillTime()
    transport = script({}, *[page("")] * 6)
    with pytest.raises(
        DeadlineExceededError, match=rf"^{TOLD}: not finished within 2 s$"
    ):
        await written(executor(transport, time), 2.0)
    assert time.now <= 1002.0


async def test_a_write_that_fails_is_not_looked_for() -> None:
    transport = script(refusal("ConditionalCheckFailedException", Item=item("1")))
    with pytest.raises(ConditionFailedError, match="ConditionalCheckFailed"):
        await written(executor(transport))
    assert transport.operations == ["PutItem"]


async def test_an_error_while_looking_says_that_it_is_written() -> None:
    with pytest.raises(AccessDeniedError, match="no") as caught:
        await written(executor(script({}, DENIED)))
    assert caught.value.__notes__ == [TOLD]


async def test_the_nearest_deadline_bounds_the_looking() -> None:
    time = StillTime()
    transport = script({}, *[page("")] * 3)
    with pytest.raises(DeadlineExceededError, match=rf"^{TOLD}: .* within 0.3 s$"):
        await written(executor(transport, time, timeout=0.3))
    assert time.now <= 1000.3


async def test_a_retry_that_would_come_too_late_says_that_it_is_written() -> None:
    time = StillTime()
    transport = script({}, *[THROTTLED] * 4)
    with pytest.raises(DeadlineExceededError, match=rf"^{TOLD}: .* within 0.1 s$"):
        await written(executor(transport, time), 0.1)


async def test_a_lambda_that_ends_says_so_and_that_it_is_written() -> None:
    time = StillTime()
    runner = executor(script({}, page("")), time)
    ends = Deadline.after(0.04, kind="lambda", clock=time.clock)
    with pytest.raises(LambdaTimeoutError, match=rf"^{TOLD}: stopped before"):
        await written(runner.until(ends))


async def test_looking_can_be_cancelled() -> None:
    async def never() -> Reply:
        await anyio.sleep_forever()
        raise AssertionError

    transport = ScriptedTransport(ok(), never)
    task = asyncio.create_task(written(executor(transport)))
    await anyio.wait_all_tasks_blocked()
    task.cancel()
    with pytest.raises(asyncio.CancelledError, match=r"^$"):
        await task
    assert transport.operations == ["PutItem", "Query"]


async def test_a_repeated_read_can_be_cancelled_while_it_pauses() -> None:
    again: ReadAgain[Any] = ReadAgain(attempts=5, delay=3600.0, longest=3600.0)
    transport = script(MISS)
    with anyio.move_on_after(0.01) as scope:
        await Executor.over(transport).first(get_item(), again=again)
    assert (scope.cancelled_caught, transport.operations) == (True, ["GetItem"])
