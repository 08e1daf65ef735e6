"""Handlers: one event loop for all invocations, and nothing left between them."""

import asyncio
import os
import traceback
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from anyio import to_thread

from dynamorm_async import (
    ConfigurationError,
    Credentials,
    LambdaTimeoutError,
    TaskLeakError,
)
from dynamorm_async.aws_lambda import LambdaDB, invocations
from dynamorm_async.aws_lambda.invocations import INVOCATIONS
from dynamorm_async.testing import Engine
from dynamorm_async.wire import Reply
from tests.aws_lambda.contexts import Remaining
from tests.conftest import ACCESS_KEY, REGION
from tests.models import Note
from tests.scripted import ScriptedTransport, ok

Event = dict[str, Any]
CONTEXT = Remaining()


@pytest.fixture
def db() -> Iterator[LambdaDB]:
    """A database that answers from a script; its event loop ends with the test."""
    database = LambdaDB(transport=ScriptedTransport(*[ok()] * 5))
    yield database
    database.close()


def test_an_async_handler_is_called_as_a_plain_function(db: LambdaDB) -> None:
    @db.handler
    async def handler(event: Event, context: Remaining) -> Event:
        """Greets."""
        await anyio.lowlevel.checkpoint()
        return {"event": event, "left": context.get_remaining_time_in_millis()}

    assert handler({"name": "Ann"}, CONTEXT) == {
        "event": {"name": "Ann"},
        "left": 30_000,
    }
    assert (handler.__name__, handler.__doc__) == ("handler", "Greets.")


def test_all_invocations_of_all_handlers_share_an_event_loop(db: LambdaDB) -> None:
    async def loop(_event: Event, _context: Remaining) -> object:
        return asyncio.get_running_loop()

    first = db.handler(loop)
    second = LambdaDB(transport=ScriptedTransport()).handler(loop)
    loops = [first({}, CONTEXT), first({}, CONTEXT), second({}, CONTEXT)]
    assert len(set(map(id, loops))) == 1


def test_each_invocation_has_its_own_deadline(db: LambdaDB) -> None:
    async def never() -> Reply:
        await anyio.sleep_forever()
        return ok()

    slow = LambdaDB(transport=ScriptedTransport(never, ok()))

    @slow.handler
    async def handler(_event: Event, _context: Remaining) -> Note | None:
        return await slow.get(Note, "ann", "x")

    with pytest.raises(LambdaTimeoutError, match=r"GetItem on notes: .* had 0\.04 s"):
        handler({}, Remaining(50))
    assert handler({}, CONTEXT) is None


def test_a_handler_of_a_copy_keeps_its_buffer(db: LambdaDB) -> None:
    @db.with_lambda_timeout_buffer(1).handler
    async def handler(_event: Event, _context: Remaining) -> Note | None:
        return await db.get(Note, "ann", "x")

    with pytest.raises(LambdaTimeoutError, match="it had 0 s"):
        handler({}, Remaining(900))


def test_a_handler_called_by_hand_needs_no_context(db: LambdaDB) -> None:
    @db.handler
    async def handler(_event: Event, _context: None) -> Note | None:
        return await db.get(Note, "ann", "x")

    assert handler({}, None) is None


def test_what_a_handler_raises_gets_through_unchanged(db: LambdaDB) -> None:
    error = ValueError("mine")

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> None:
        raise error

    with pytest.raises(ValueError, match="mine") as caught:
        handler({}, CONTEXT)
    assert caught.value is error
    assert (error.__cause__, error.__context__) == (None, None)


def test_a_task_that_was_left_running_is_cancelled_and_named(db: LambdaDB) -> None:
    ended: list[str] = []

    async def refresh() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("refresh")

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> str:
        leak = asyncio.create_task(refresh(), name="leak")
        await anyio.lowlevel.checkpoint()
        return leak.get_name()

    with pytest.raises(TaskLeakError, match="leak") as caught:
        handler({}, CONTEXT)
    where = "test_a_task_that_was_left_running_is_cancelled_and_named.<locals>"
    assert caught.value.tasks == [f"leak ({where}.refresh)"]
    assert str(caught.value) == (
        f"handler {where}.handler ended while tasks it had started were running: "
        f"leak ({where}.refresh); they were cancelled, for Lambda would have frozen "
        "them. Await them, or start them in a task group"
    )
    assert ended == ["refresh"]


def test_the_error_of_a_handler_goes_before_a_task_it_left(db: LambdaDB) -> None:
    @db.handler
    async def handler(event: Event, _context: Remaining) -> None:
        event["task"] = asyncio.create_task(anyio.sleep_forever(), name="leak")
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine") as caught:
        handler({}, CONTEXT)
    assert "leak (sleep_forever)" in "".join(traceback.format_exception(caught.value))


def test_a_task_that_fails_when_it_is_cancelled_is_no_complaint(db: LambdaDB) -> None:
    async def stubborn() -> None:
        try:
            await anyio.sleep_forever()
        except asyncio.CancelledError:
            raise ValueError("not now") from None

    @db.handler
    async def handler(event: Event, _context: Remaining) -> None:
        event["task"] = asyncio.create_task(stubborn())
        await anyio.lowlevel.checkpoint()

    with pytest.raises(TaskLeakError, match="stubborn"):
        handler({}, CONTEXT)


number = ContextVar("number", default=0)


def test_what_an_invocation_sets_the_next_does_not_see(db: LambdaDB) -> None:
    @db.handler
    async def handler(_event: Event, _context: Remaining) -> int:
        number.set(number.get() + 1)
        return number.get()

    token = number.set(10)
    assert [handler({}, CONTEXT), handler({}, CONTEXT)] == [11, 11]
    number.reset(token)


async def test_in_a_running_event_loop_it_says_what_to_do(db: LambdaDB) -> None:
    @db.handler
    async def handler(event: Event, _context: Remaining) -> Event:
        return event

    with pytest.raises(
        ConfigurationError, match=r"await .*handler\.__wrapped__\(event"
    ):
        handler({}, CONTEXT)
    unwrapped: Any = handler
    assert await unwrapped.__wrapped__({"a": 1}, CONTEXT) == {"a": 1}


async def greet(greeting: str, event: Event, _context: Any) -> str:
    return f"{greeting} {event['name']}"


class Greeter:
    async def greet(self, event: Event, _context: Any) -> str:
        return await greet("Hello", event, None)


@pytest.mark.parametrize("function", [partial(greet, "Hello"), Greeter().greet])
def test_partials_and_methods_are_handlers_too(db: LambdaDB, function: Any) -> None:
    assert db.handler(function)({"name": "Ann"}, None) == "Hello Ann"


async def streams(_event: Event, _context: Any) -> AsyncIterator[int]:
    yield 1


@wraps(greet)
def logged(*arguments: Any) -> Any:
    return greet(*arguments)


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (print, "print"),
        (Greeter(), "Greeter"),
        (3, "int"),
        (streams, "streams, which yields; a handler returns what it answers"),
        (
            logged,
            "greet in a decorator for plain functions; put it above the handler's",
        ),
    ],
)
def test_what_is_no_async_function_is_refused(
    db: LambdaDB, wrong: Any, got: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        db.handler(wrong)
    expected = "handler: expected an `async def` function, got "
    assert str(caught.value) == expected + got


def test_a_generator_that_is_left_early_is_no_task_that_leaks(db: LambdaDB) -> None:
    closed: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await anyio.lowlevel.checkpoint()
            closed.append("numbers")

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> int:
        async for number in numbers():
            return number
        return 0

    assert (handler({}, CONTEXT), closed) == (1, ["numbers"])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that were left running get no time to end."""
    monkeypatch.setattr(invocations, "SETTLE_SECONDS", 0.0)


def test_a_generator_that_does_not_close_is_one(db: LambdaDB, impatient: None) -> None:
    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await anyio.sleep_forever()

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> int:
        async for number in numbers():
            return number
        return 0

    with pytest.raises(TaskLeakError, match="ended while tasks it had started"):
        handler({}, CONTEXT)


def test_a_task_that_does_not_end_is_told_of_once(
    db: LambdaDB, impatient: None
) -> None:
    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await anyio.sleep_forever()
        await anyio.sleep_forever()

    @db.handler
    async def handler(event: Event, _context: Remaining) -> str:
        if event:
            event["task"] = asyncio.create_task(stubborn())
            await anyio.lowlevel.checkpoint()
        return "done"

    with pytest.raises(TaskLeakError, match="stubborn"):
        handler({"leak": True}, CONTEXT)
    assert handler({}, CONTEXT) == "done"


def test_a_loop_that_a_handler_closed_is_replaced(db: LambdaDB) -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> Note | None:
        loops.append(asyncio.get_running_loop())
        return await db.get(Note, "ann", "x")

    handler({}, CONTEXT)
    loops[0].close()
    assert handler({}, CONTEXT) is None
    loops[1].close()
    db.close()
    assert handler({}, CONTEXT) is None


def test_a_loop_that_a_handler_stops_ends_that_invocation_only(db: LambdaDB) -> None:
    @db.handler
    async def handler(event: Event, _context: Remaining) -> str:
        if event:
            asyncio.get_running_loop().stop()
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        return "done"

    with pytest.raises(RuntimeError, match="stopped before Future completed"):
        handler({"stop": True}, CONTEXT)
    assert handler({}, CONTEXT) == "done"


def test_two_invocations_at_once_are_refused(db: LambdaDB) -> None:
    @db.handler
    async def inner(_event: Event, _context: Remaining) -> str:
        return "inner"

    @db.handler
    async def handler(event: Event, context: Remaining) -> str:
        return await to_thread.run_sync(inner, event, context)

    with pytest.raises(ConfigurationError, match=r"inner: called in a second thread"):
        handler({}, CONTEXT)
    assert inner({}, CONTEXT) == "inner"


def test_other_threads_may_invoke_one_after_the_other(db: LambdaDB) -> None:
    @db.handler
    async def handler(_event: Event, _context: Remaining) -> int:
        await anyio.lowlevel.checkpoint()
        return id(asyncio.get_running_loop())

    with ThreadPoolExecutor(1) as pool:
        elsewhere = pool.submit(handler, {}, CONTEXT).result()
    assert handler({}, CONTEXT) == elsewhere


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_a_loop_of_its_own(db: LambdaDB) -> None:
    @db.handler
    async def handler(_event: Event, _context: Remaining) -> int:
        return id(asyncio.get_running_loop())

    ours = handler({}, CONTEXT)
    child = os.fork()
    if child == 0:
        os._exit(int(repr(INVOCATIONS) != "<Invocations, no event loop>"))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert handler({}, CONTEXT) == ours


def test_the_buffer_is_subtracted_once_also_from_a_copy_in_a_handler(
    db: LambdaDB,
) -> None:
    given: list[float] = []

    @db.with_lambda_timeout_buffer(1).handler
    async def handler(_event: Event, context: Remaining) -> None:
        bound = db.with_lambda_timeout_buffer(1).with_lambda_timeout(context)
        deadline = bound._runner._nearest()
        assert deadline is not None
        given.append(deadline.given)

    handler({}, Remaining(10_000))
    assert given == [9.0]


class Odd:
    def __init__(self, left: object) -> None:
        self.left = left

    def get_remaining_time_in_millis(self) -> Any:
        return self.left


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (
            {},
            "expected the context of a Lambda invocation.* or None, got dict",
        ),
        (Odd("9"), "has to return a number, got str; a test's context needs a time"),
        (Odd(object()), "has to return a number, got object"),
        (Odd(float("nan")), "has to return a number, got float"),
        (Odd(True), "has to return a number, got bool"),
    ],
)
def test_what_is_no_context_is_refused(
    db: LambdaDB, context: Any, message: str
) -> None:
    @db.handler
    async def handler(_event: Event, _context: Any) -> None:
        raise AssertionError("it was called")

    with pytest.raises(ConfigurationError, match=message):
        handler({}, context)


@pytest.mark.parametrize("transport", ["aiobotocore", "direct"])
def test_closing_the_loop_closes_its_connections(
    engine: Engine, transport: Any
) -> None:
    db = LambdaDB(
        endpoint_url=engine.url,
        region=REGION,
        transport=transport,
        credentials=Credentials(access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY),
    )

    @db.handler
    async def handler(_event: Event, _context: Remaining) -> str:
        with pytest.raises(Exception, match="ResourceNotFoundException"):
            await db.get(Note, "ann", "x")
        return repr(db)

    assert "not connected" not in handler({}, CONTEXT)
    db.close()
    db.close()
    assert repr(INVOCATIONS) == "<Invocations, no event loop>"
    assert "not connected" not in handler({}, CONTEXT)
    db.close()
