"""The streaming writer over a scripted service: order, back-pressure, memory, ends."""

import asyncio
from datetime import datetime
from typing import Any

import anyio
import pytest

from dynamorm_async import Attr, Database, Model, field, partition_key, updated_at
from dynamorm_async.batching import BatchWriter
from dynamorm_async.errors import (
    AccessDeniedError,
    BatchError,
    BatchTimeoutError,
    EncryptionError,
    InvalidModelError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    InvalidValueError,
)
from dynamorm_async.execution.executor import Executor
from dynamorm_async.wire.batches import BatchPace, OnProgress
from tests.asking import COMPILER
from tests.models import Account, Note
from tests.scripted import ScriptedTransport, refusal

from .batching import (
    DONE,
    Gate,
    days,
    forever,
    note,
    notes,
    numbers,
    put,
    turns_of_the_loop,
    without,
)
from .requests import executor

DENIED = refusal("AccessDeniedException", "no")
SOON = 0.02


class Sealed(Model, table="sealed"):
    """A model that nothing can encrypt."""

    id: Attr[str] = partition_key()
    code: Attr[str] = field(default="", encrypted=True)


class Stamped(Model, table="stamped"):
    """A model that knows when it was written."""

    id: Attr[str] = partition_key()
    changed: Attr[datetime | None] = updated_at(default=None)


def writer(
    over: ScriptedTransport | Executor,
    at_once: int = 1,
    on_progress: OnProgress | None = None,
) -> BatchWriter:
    """A writer with so many requests at a time."""
    runner = executor(over) if isinstance(over, ScriptedTransport) else over
    pace = BatchPace(at_once=at_once, on_progress=on_progress)
    return BatchWriter(COMPILER, runner, pace)


async def put_all(to: BatchWriter, given: list[Note]) -> None:
    for each in given:
        await to.put(each)


@pytest.mark.parametrize(
    ("number", "sizes"),
    [(0, []), (1, [1]), (25, [25]), (26, [25, 1]), (51, [25, 25, 1])],
)
async def test_leaving_the_block_writes_all_of_it(
    number: int, sizes: list[int]
) -> None:
    transport = ScriptedTransport(*[DONE] * len(sizes))
    async with writer(transport) as to:
        await put_all(to, notes(number))
    assert [len(each.split()) for each in days(transport)] == sizes
    assert to.unprocessed == []


async def test_one_request_holds_the_writes_of_many_models_and_tables() -> None:
    transport = ScriptedTransport(DONE)
    async with writer(transport) as to:
        await to.put(note(1))
        await to.put(Account(number=1))
        await to.delete(Account, 2)
        await to.delete(note(2))
        await to.delete(Note, ("a", "3"))
        await to.put(note(4), table="old-notes")
    account = {"number": {"N": "1"}, "holder": {"S": ""}, "balance": {"N": "0"}}
    assert transport.bodies == [
        {
            "RequestItems": {
                "notes": [put(1), delete(2), delete(3)],
                "accounts": [
                    {"PutRequest": {"Item": {**account, "rev": {"N": "0"}}}},
                    {"DeleteRequest": {"Key": {"number": {"N": "2"}}}},
                ],
                "old-notes": [put(4)],
            }
        }
    ]


def delete(day: int) -> dict[str, Any]:
    key = {"owner": {"S": "a"}, "day": {"S": str(day)}}
    return {"DeleteRequest": {"Key": key}}


async def test_of_two_models_of_one_table_one_write_per_key_is_sent() -> None:
    transport = ScriptedTransport(DONE)
    async with writer(transport) as to:
        await to.put(Stamped(id="1"))
        await to.delete(Sealed, "2", table="stamped")
        await to.delete(Sealed, "1", table="stamped")
    deletes = [{"DeleteRequest": {"Key": {"id": {"S": each}}}} for each in "21"]
    assert transport.bodies == [{"RequestItems": {"stamped": deletes}}]


async def test_of_two_writes_of_one_item_the_later_wins() -> None:
    transport = ScriptedTransport(DONE)
    async with writer(transport) as to:
        await to.put(note(1))
        await to.put(note(2))
        await to.delete(note(1))
        await to.delete(Note, ("a", "2"))
        await to.put(note(2))
    assert transport.bodies == [{"RequestItems": {"notes": [delete(1), put(2)]}}]


async def test_a_write_of_an_item_under_way_waits_for_it() -> None:
    gate = Gate()
    transport = ScriptedTransport(gate.then(DONE), DONE, DONE)
    async with writer(transport, at_once=3) as to:
        await put_all(to, notes(25))
        await to.delete(note(7))
        await put_all(to, notes(50)[26:])
        await turns_of_the_loop()
        assert [len(each.split()) for each in days(transport)] == [25, 24]
        assert "7" not in days(transport)[1].split()
        gate.open()
    assert transport.bodies[2] == {"RequestItems": {"notes": [delete(7)]}}


async def test_a_put_waits_while_all_requests_are_under_way_and_the_next_is_full() -> (
    None
):
    gate = Gate()
    transport = ScriptedTransport(*[gate.then(DONE)] * 4)
    taken: list[Note] = []

    async def feed(to: BatchWriter) -> None:
        for each in notes(100):
            await to.put(each)
            taken.append(each)

    async with writer(transport, at_once=2) as to, anyio.create_task_group() as group:
        group.start_soon(feed, to)
        await turns_of_the_loop()
        assert len(transport.requests) == 2
        assert len(taken) == 74
        assert numbers(to.unprocessed) == list(range(75))
        gate.open()
    assert len(taken) == 100


async def test_however_many_are_written_few_are_held() -> None:
    transport = ScriptedTransport(*[DONE] * 80)
    held: list[int] = []
    async with writer(transport, at_once=3) as to:
        for each in notes(2000):
            await to.put(each)
            held.append(len(to.unprocessed))
    assert max(held) <= (3 + 1) * 25
    assert len(transport.requests) == 80


async def test_many_tasks_may_write_to_one_writer() -> None:
    transport = ScriptedTransport(*[DONE] * 99)
    async with writer(transport, at_once=2) as to, anyio.create_task_group() as group:
        for start in range(0, 500, 50):
            group.start_soon(put_all, to, notes(500)[start : start + 50])
    sent = " ".join(days(transport)).split()
    assert sorted(map(int, sent)) == list(range(500))
    assert max(len(each.split()) for each in days(transport)) == 25


async def test_progress_of_a_stream_knows_no_total() -> None:
    told: list[tuple[int, int | None]] = []
    transport = ScriptedTransport(DONE, without(27), DONE)
    tell = lambda done, total: told.append((done, total))  # noqa: E731
    async with writer(transport, on_progress=tell) as to:
        await to.put(note(3))
        await put_all(to, notes(28))
    assert told == [(26, None), (28, None), (29, None)]


async def test_flush_returns_when_all_so_far_is_written() -> None:
    transport = ScriptedTransport(DONE, without(1), DONE, DONE)
    async with writer(transport) as to:
        await put_all(to, notes(27))
        await to.flush()
        assert to.unprocessed == []
        assert days(transport)[1:] == ["25 26", "25 26"]
        await to.put(note(27))
    assert days(transport)[3:] == ["27"]


async def test_instances_are_settled_when_they_are_written() -> None:
    gate = Gate()
    transport = ScriptedTransport(gate.then(DONE))
    stamped = Stamped(id="1")
    async with writer(transport) as to:
        await to.put(stamped)
        assert stamped.changed is None
        gate.open()
    assert stamped.changed is not None


async def fail_after(to: BatchWriter, given: list[Note]) -> None:
    """Write these notes, let the requests go, and then fail."""
    async with to:
        await put_all(to, given)
        await turns_of_the_loop()
        raise ZeroDivisionError("by zero")


async def test_a_body_that_raises_sends_no_more_and_its_error_gets_out() -> None:
    transport = ScriptedTransport(DONE)
    to, given = writer(transport), notes(30)
    with pytest.raises(ZeroDivisionError, match=r"^by zero$") as caught:
        await fail_after(to, given)
    assert caught.value.__cause__ is None
    assert len(transport.requests) == 1
    assert to.unprocessed == given[25:]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
async def test_what_ends_the_program_gets_out_as_it_is(error: BaseException) -> None:
    transport = ScriptedTransport(forever)
    to = writer(transport)

    async def end_in_the_block() -> None:
        async with to:
            await put_all(to, notes(25))
            raise error

    with pytest.raises(type(error), match=f"^{error}$") as caught:
        await end_in_the_block()
    assert caught.value is error


async def test_a_body_that_raises_cancels_what_is_under_way() -> None:
    to, given = writer(ScriptedTransport(forever)), notes(25)
    with pytest.raises(ZeroDivisionError, match=r"^by zero$"):
        await fail_after(to, given)
    assert to.unprocessed == given


async def test_an_error_is_raised_by_a_later_put_with_all_that_is_left() -> None:
    transport = ScriptedTransport(DONE, DENIED)
    given = notes(60)
    put_so_far: list[Note] = []

    async def write() -> None:
        async with writer(transport) as to:
            for each in given:
                put_so_far.append(each)
                await to.put(each)
                await turns_of_the_loop(2)

    with pytest.raises(BatchError, match=r"left over, 25 done; .*: no") as caught:
        await write()
    assert len(put_so_far) < 60
    assert caught.value.unprocessed == put_so_far[25:]
    assert [one for one, _ in caught.value.failures] == given[25:50]
    assert isinstance(caught.value.__cause__, AccessDeniedError)
    assert len(transport.requests) == 2


async def test_an_error_of_the_last_request_is_raised_by_the_end_of_the_block() -> None:
    transport = ScriptedTransport(DONE, DENIED)
    given = notes(30)
    with pytest.raises(BatchError, match="5 left over, 25 done") as caught:
        async with writer(transport) as to:
            await put_all(to, given)
    assert caught.value.unprocessed == given[25:]


async def test_an_error_that_the_body_swallows_is_raised_at_the_end() -> None:
    transport = ScriptedTransport(DENIED)

    async def write() -> None:
        async with writer(transport) as to:
            await put_all(to, notes(25))
            with pytest.raises(BatchError, match="25 left over, 0 done"):
                await to.flush()
            with pytest.raises(BatchError, match="26 left over, 0 done"):
                await to.put(note(25))

    with pytest.raises(BatchError, match="26 left over, 0 done") as caught:
        await write()
    assert numbers(caught.value.unprocessed) == list(range(26))
    assert len(transport.requests) == 1


async def test_a_request_of_a_writer_has_the_deadline_of_a_call() -> None:
    transport = ScriptedTransport(forever, forever)
    given = notes(60)
    with pytest.raises(BatchTimeoutError, match="0 done") as caught:
        async with writer(executor(transport, timeout=SOON), at_once=2) as to:
            await put_all(to, given)
    assert caught.value.unprocessed[:50] == given[:50]


async def test_cancelling_a_flush_gets_through_and_leaves_no_task() -> None:
    transport = ScriptedTransport(forever, forever)
    to = writer(transport, at_once=2)

    async def write() -> None:
        async with to:
            await put_all(to, notes(30))

    task = asyncio.ensure_future(write())
    await turns_of_the_loop()
    task.cancel()
    with pytest.raises(asyncio.CancelledError, match=r"^$"):
        await task
    assert numbers(to.unprocessed) == list(range(30))


async def test_a_timeout_of_the_caller_ends_a_put_that_waits() -> None:
    transport = ScriptedTransport(forever)
    with pytest.raises(TimeoutError, match=r"^$"):
        async with asyncio.timeout(SOON), writer(transport) as to:
            await put_all(to, notes(100))
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert numbers(to.unprocessed) == list(range(50))


async def test_a_writer_writes_only_in_its_block_and_once() -> None:
    to = writer(ScriptedTransport())
    closed = "^the batch writer is not open: use it in its `async with` block$"
    with pytest.raises(InvalidOperatorError, match=closed):
        await to.put(note(1))
    async with to:
        pass
    with pytest.raises(InvalidOperatorError, match=closed):
        await to.delete(note(1))
    with pytest.raises(InvalidOperatorError, match="a batch writer is used once"):
        await to.__aenter__()


async def test_a_wrong_write_is_refused_and_the_writer_goes_on() -> None:
    transport = ScriptedTransport(DONE)
    wrong: Any = Note
    nothing: Any = "x"
    async with writer(transport) as to:
        await to.put(note(1))
        with pytest.raises(InvalidModelError, match="expected a model or an instance"):
            await to.put(nothing)
        with pytest.raises(InvalidModelError, match="expected an instance of Note"):
            await to.put(wrong)
        with pytest.raises(InvalidPrimaryKeyError, match="day is missing"):
            await to.delete(Note, "a")
        with pytest.raises(InvalidOperatorError, match="takes an instance, or a model"):
            await to.delete(wrong)
        with pytest.raises(EncryptionError, match="code must be encrypted"):
            await to.put(Sealed(id="1"))
        await to.delete(Sealed, "1")
    assert transport.bodies == [
        {
            "RequestItems": {
                "notes": [put(1)],
                "sealed": [{"DeleteRequest": {"Key": {"id": {"S": "1"}}}}],
            }
        }
    ]


async def test_a_database_makes_writers() -> None:
    transport = ScriptedTransport(DONE)
    db = Database(transport=transport)
    with pytest.raises(InvalidValueError, match="max_concurrency is a whole number"):
        db.batch_writer(max_concurrency=0)
    async with db.batch_writer(max_concurrency=2) as to:
        assert repr(to) == "<BatchWriter open>"
        await to.put(note(1))
    assert repr(to) == "<BatchWriter closed>"
    assert transport.operations == ["BatchWriteItem"]
