"""Batches over a scripted service: what is left over is sent again, and never lost."""

import asyncio
import pickle
from typing import Any

import anyio
import pytest

from dynamorm_async import Attr, Database, Model, field, partition_key
from dynamorm_async.config import RetryPolicy
from dynamorm_async.errors import (
    AccessDeniedError,
    BatchError,
    BatchTimeoutError,
    ConditionFailedError,
    DeadlineExceededError,
    EncryptionError,
    InvalidOperatorError,
    InvalidValueError,
    LambdaBatchTimeoutError,
    LambdaTimeoutError,
    TableNotFoundError,
    TransportError,
)
from dynamorm_async.execution.deadline import Deadline
from dynamorm_async.query.query import Query
from dynamorm_async.wire import Reply
from tests.asking import COMPILER
from tests.models import Account, Note
from tests.scripted import ScriptedTransport, ok, refusal

from .batching import (
    DONE,
    Gate,
    accounts_over,
    batch,
    days,
    forever,
    note,
    notes,
    numbers,
    over,
    put,
    turns_of_the_loop,
    without,
)
from .requests import StillTime, executor

DENIED = refusal("AccessDeniedException", "no")
THROTTLED = refusal("ThrottlingException")
SOON = 0.02


async def test_what_came_back_unprocessed_is_sent_again_and_nothing_else() -> None:
    time = StillTime()
    transport = ScriptedTransport(without(0, 2), without(2), DONE)
    given = notes(3)
    await batch(transport, time).batch_create(given)
    assert days(transport) == ["0 1 2", "0 2", "2"]
    assert transport.bodies[1] == {"RequestItems": {"notes": [put(0), put(2)]}}
    assert time.pauses == [0.025, 0.025]


async def test_unprocessed_forever_ends_after_the_attempts() -> None:
    time = StillTime()
    transport = ScriptedTransport(*[without(0, 1)] * 3)
    given = notes(2)
    query = batch(transport, time, retry=RetryPolicy(attempts=3))
    with pytest.raises(
        BatchError, match=r"^BatchWriteItem: 2 left over, 0 done; the s"
    ):
        await query.batch_create(given)
    assert days(transport) == ["0 1", "0 1", "0 1"]
    assert time.pauses == [0.025, 0.05]


async def test_an_attempt_with_progress_starts_counting_anew() -> None:
    time = StillTime()
    transport = ScriptedTransport(
        without(0, 1, 2), without(1, 2), without(1, 2), without(2), without(2), DONE
    )
    query = batch(transport, time, retry=RetryPolicy(attempts=2))
    await query.batch_create(notes(3))
    assert time.pauses == [0.025] * 5


async def test_the_error_holds_every_leftover_as_it_was_handed_in() -> None:
    keys: list[Any] = [("a", "1"), {"owner": "a", "day": "2"}, note(3)]
    deletes = [{"DeleteRequest": {"Key": key}} for key in stored_keys(1, 3)]
    transport = ScriptedTransport(*[ok(UnprocessedItems={"notes": deletes})] * 2)
    query = batch(transport, retry=RetryPolicy(attempts=1))
    with pytest.raises(
        BatchError, match=r"^BatchWriteItem: 2 left over, 1 done"
    ) as caught:
        await query.batch_delete(keys)
    assert caught.value.unprocessed == [keys[0], keys[2]]
    assert caught.value.failures == []
    assert caught.value.__cause__ is None


def stored_keys(*numbers: int) -> list[dict[str, Any]]:
    return [{"owner": {"S": "a"}, "day": {"S": str(each)}} for each in numbers]


async def test_an_answer_about_items_nobody_wrote_makes_all_be_sent_again() -> None:
    transport = ScriptedTransport(without(0, 99), DONE)
    await batch(transport).batch_create(notes(2))
    assert days(transport) == ["0 1", "0 1"]


async def test_unprocessed_forever_until_the_deadline() -> None:
    time = StillTime()
    transport = ScriptedTransport(*[without(0, 1)] * 9)
    given = notes(2)
    query = batch(transport, time, timeout=0.2)
    with pytest.raises(
        BatchTimeoutError, match="BatchWriteItem: 2 left over"
    ) as caught:
        await query.batch_create(given)
    assert caught.value.unprocessed == given
    assert isinstance(caught.value.__cause__, DeadlineExceededError)
    assert time.pauses == [0.025, 0.05, 0.1]


async def test_a_passed_deadline_is_a_batch_error_and_a_timeout() -> None:
    transport = ScriptedTransport(DONE, forever, forever)
    given = notes(100)
    query = batch(transport, timeout=SOON)
    with pytest.raises(BatchTimeoutError, match="75 left over, 25 done") as caught:
        await query.batch_create(given, max_concurrency=2)
    also = {BatchError, DeadlineExceededError, TimeoutError}
    assert also < set(BatchTimeoutError.__mro__)
    assert caught.value.unprocessed == given[25:]
    assert caught.value.failures == []
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.unprocessed == given[25:]


async def test_the_end_of_a_lambda_is_its_own_error() -> None:
    time = StillTime()
    ends = Deadline(time.now + SOON, SOON, "lambda")
    runner = executor(ScriptedTransport(forever), time).until(ends)
    with pytest.raises(LambdaTimeoutError, match="1 left over, 0 done") as caught:
        await over(runner).batch_create(notes(1))
    assert type(caught.value) is LambdaBatchTimeoutError


async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    transport = ScriptedTransport()
    runner = executor(transport).until(Deadline(0.0, 1.0))
    with pytest.raises(BatchTimeoutError, match="60 left over, 0 done") as caught:
        await over(runner).batch_create(notes(60))
    assert numbers(caught.value.unprocessed) == list(range(60))


async def test_an_error_leaves_over_its_request_and_all_after_it() -> None:
    transport = ScriptedTransport(DONE, DENIED)
    given = notes(200)
    with pytest.raises(BatchError, match=r"175 left over, 25 done; .*: no") as caught:
        await batch(transport).batch_create(given, max_concurrency=1)
    assert caught.value.unprocessed == given[25:]
    assert isinstance(caught.value.__cause__, AccessDeniedError)
    failed = [one for one, _ in caught.value.failures]
    assert failed == given[25:50]
    assert {type(error) for _, error in caught.value.failures} == {AccessDeniedError}


async def test_requests_beside_the_one_that_fails_are_finished() -> None:
    gate = Gate()
    transport = ScriptedTransport(gate.then(DONE), DENIED, gate.then(DONE))
    given = accounts(60)
    query = accounts_over(executor(transport))

    async def let_go() -> None:
        await turns_of_the_loop()
        gate.open()

    async with anyio.create_task_group() as group:
        group.start_soon(let_go)
        with pytest.raises(BatchError, match="25 left over, 35 done") as caught:
            await query.batch_create(given, max_concurrency=3)
    assert caught.value.unprocessed == given[25:50]
    # Only what was written is settled.
    assert {each.number for each in given if each.rev == 0} == {
        *range(25),
        *range(50, 60),
    }


def accounts(number: int) -> list[Account]:
    """So many accounts, at a version that no new one has."""
    made = [Account(number=each) for each in range(number)]
    for each in made:
        each.rev = 9
    return made


async def test_a_throttled_request_is_sent_again() -> None:
    time = StillTime()
    transport = ScriptedTransport(THROTTLED, without(1), THROTTLED, DONE)
    await batch(transport, time).batch_create(notes(2))
    assert days(transport) == ["0 1", "0 1", "1", "1"]


async def test_a_missing_table_is_the_cause_of_the_error() -> None:
    transport = ScriptedTransport(refusal("ResourceNotFoundException", "no table"))
    with pytest.raises(BatchError, match="no table") as caught:
        await batch(transport).batch_get([("a", "1")])
    assert isinstance(caught.value.__cause__, TableNotFoundError)
    assert caught.value.unprocessed == [("a", "1")]


@pytest.mark.parametrize("number", [0, 1, 25, 26, 51])
async def test_progress_is_told_after_each_request(number: int) -> None:
    told: list[tuple[int, int | None]] = []
    transport = ScriptedTransport(*[DONE] * 3)
    query = batch(transport)
    await query.batch_create(
        notes(number),
        max_concurrency=1,
        on_progress=lambda done, total: told.append((done, total)),
    )
    ends = [*range(25, number, 25), *[number][:number]]
    assert told == [(end, number) for end in ends]
    assert len(transport.requests) == len(ends)


async def test_progress_may_be_async_and_counts_what_was_handed_in_twice() -> None:
    told: list[tuple[int, int | None]] = []

    async def tell(done: int, total: int | None) -> None:
        await anyio.lowlevel.checkpoint()
        told.append((done, total))

    transport = ScriptedTransport(without(1), DONE)
    given = [note(0), note(1), note(0)]
    await batch(transport).batch_create(given, on_progress=tell)
    assert told == [(2, 3), (3, 3)]


async def test_an_error_of_the_progress_callback_stops_the_batch() -> None:
    def tell(done: int, total: int | None) -> None:
        raise RuntimeError("a secret")

    transport = ScriptedTransport(DONE)
    given = notes(30)
    with pytest.raises(
        BatchError, match=r"5 left over, 25 done; .*: RuntimeError$"
    ) as caught:
        await batch(transport).batch_create(given, max_concurrency=1, on_progress=tell)
    assert caught.value.unprocessed == given[25:]
    assert isinstance(caught.value.__cause__, RuntimeError)


async def test_a_progress_callback_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"on_progress is a function .* a int$"):
        await batch(ScriptedTransport()).batch_create(
            notes(1),
            on_progress=3,  # type: ignore[arg-type] # what a caller may do wrong
        )


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    gate = Gate()
    transport = ScriptedTransport(*[gate.then(DONE)] * 8)
    async with anyio.create_task_group() as group:
        group.start_soon(lambda: create(batch(transport), 200, 3))
        await turns_of_the_loop()
        assert len(transport.requests) == 3
        gate.open()
    assert len(transport.requests) == 8


async def create(query: Query[Note], number: int, at_once: int) -> None:
    await query.batch_create(notes(number), max_concurrency=at_once)


async def test_items_come_in_the_order_of_their_keys_and_each_once() -> None:
    def item(number: int) -> dict[str, Any]:
        (key,) = stored_keys(number)
        return {**key, "text": {"S": f"n{number}"}, "stars": {"N": "0"}}

    transport = ScriptedTransport(
        ok(
            Responses={"notes": [item(3), item(1)]},
            UnprocessedKeys={"notes": {"Keys": stored_keys(2, 4)}},
        ),
        ok(Responses={"notes": [item(4)]}, UnprocessedKeys={}),
    )
    keys = [("a", "4"), ("a", "3"), ("a", "2"), ("a", "1"), ("a", "3")]
    found = await batch(transport).select("text").batch_get(keys)
    assert [each.text for each in found] == ["n4", "n3", "n1"]
    assert days(transport) == ["4 3 2 1", "4 2"]
    assert transport.bodies[1]["RequestItems"]["notes"]["ProjectionExpression"] == (
        "#n0, #n1, #n2"
    )


async def test_an_empty_list_sends_nothing() -> None:
    transport = ScriptedTransport()
    query = batch(transport)
    assert await query.batch_get([]) == []
    await query.batch_create([])
    await query.batch_delete([])
    await query.batch_write([], [])
    await query.batch_update_with_options([])
    assert transport.requests == []


class Secret(Model, table="secrets"):
    """A model that nothing can encrypt."""

    id: Attr[str] = partition_key()
    code: Attr[str] = field(default="", encrypted=True)


async def test_what_must_be_encrypted_is_not_sent() -> None:
    transport = ScriptedTransport()
    question = COMPILER.question(Secret, None)
    query: Query[Secret] = Query(COMPILER, executor(transport), question)
    for wait in (
        query.batch_get(["1"]),
        query.batch_create([Secret(id="1")]),
        query.batch_write([Secret(id="1")]),
        query.batch_update_with_options([Secret(id="1")], ["code"]),
    ):
        with pytest.raises(EncryptionError, match=r"^Secret: code must be encrypted"):
            await wait
    assert transport.requests == []


def conflict(rev: str) -> Reply:
    """The refusal of an update, with the item as it is stored."""
    item = {"number": {"N": "1"}, "rev": {"N": rev}, "holder": {"S": "new"}}
    return refusal("ConditionalCheckFailedException", Item=item)


async def test_each_update_that_fails_is_reported_and_stops_no_other() -> None:
    transport = ScriptedTransport(ok(), conflict("7"), ok(), DENIED, ok())
    given = [Account(number=each) for each in range(5)]
    query = accounts_over(executor(transport))
    with pytest.raises(BatchError, match="UpdateItem: 2 left over, 3 done") as caught:
        await query.batch_update_with_options(given, ["holder"], max_concurrency=1)
    assert caught.value.unprocessed == [given[1], given[3]]
    assert [one for one, _ in caught.value.failures] == [given[1], given[3]]
    kinds = [type(error).__name__ for _, error in caught.value.failures]
    assert kinds == ["VersionConflictError", "AccessDeniedError"]
    lost = caught.value.failures[0][1]
    assert isinstance(lost, ConditionFailedError)
    assert lost.item.rev == 7
    assert [each.rev for each in given] == [1, 0, 1, 0, 1]


async def test_an_update_whose_reply_was_lost_is_known_to_have_succeeded() -> None:
    lost = TransportError("gone", sent=True)
    transport = ScriptedTransport(lost, conflict("1"))
    given = Account(number=1, holder="new")
    query = accounts_over(executor(transport))
    await query.batch_update_with_options([given], ["holder"])
    assert given.rev == 1


async def test_a_transaction_takes_no_batches() -> None:
    transport = ScriptedTransport()
    db = Database(transport=transport)
    async with db.transaction() as tx:
        query = tx.model(Note)
        for send in (
            lambda: query.batch_get([("a", "1")]),
            lambda: query.batch_create([note(1)]),
            lambda: query.batch_update_with_options([note(1)], ["text"]),
        ):
            with pytest.raises(InvalidOperatorError, match="records single writes"):
                send()
    assert transport.requests == []


async def test_a_cancelled_batch_ends_at_once_and_leaves_no_task() -> None:
    transport = ScriptedTransport(*[forever] * 3)
    task = asyncio.ensure_future(create(batch(transport), 75, 3))
    await turns_of_the_loop()
    task.cancel()
    with pytest.raises(asyncio.CancelledError, match=r"^$"):
        await task
    assert len(transport.requests) == 3


async def test_a_cancelled_wait_for_the_next_attempt_sends_nothing_more() -> None:
    transport = ScriptedTransport(without(0))
    runner = executor(transport)
    runner.sender.sleep = anyio.sleep
    runner.sender.rand = lambda: 1e6
    with anyio.move_on_after(SOON) as scope:
        await over(runner).batch_create(notes(1))
    assert scope.cancelled_caught
    assert len(transport.requests) == 1
