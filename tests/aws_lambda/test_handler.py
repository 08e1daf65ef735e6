"""Handlers: one event loop for all invocations, and nothing left between them."""

import asyncio
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from dynamorm_async import (
    ConfigurationError,
    Credentials,
    LambdaTimeoutError,
    TaskLeakError,
)
from dynamorm_async.aws_lambda import LambdaDB
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


def test_a_plain_function_is_refused(db: LambdaDB) -> None:
    wrong: Any = print
    with pytest.raises(ConfigurationError, match="expected an `async def` function"):
        db.handler(wrong)


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
