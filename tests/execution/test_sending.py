"""Retries: what is sent again, how often, and what counts as success."""

import asyncio
import logging
from typing import Any

import anyio
import pytest

from dynamorm_async.config import RetryPolicy
from dynamorm_async.errors import (
    ConditionFailedError,
    CredentialsError,
    DeadlineExceededError,
    EncryptionError,
    RequestRejectedError,
    ServiceError,
    ThrottledError,
    TransportError,
    VersionConflictError,
)
from dynamorm_async.execution.deadline import Deadline, deadline_for_block
from dynamorm_async.wire import CompiledQuery, Reply, WriteCheck
from dynamorm_async.wire.sealed import Awaited, Sealed
from tests.scripted import Answer, ScriptedTransport, ok, refusal

from .requests import StillTime, executor, get_item, item, put_item

THROTTLED = refusal("ThrottlingException", "slow down")
BROKEN = refusal("InternalServerError", "oops", status=500)
UNSENT = TransportError("no connection")
LOST = TransportError("the connection broke", sent=True)
FOUND = ok(Item=item("1"))


async def test_a_request_is_sent_and_its_reply_decoded() -> None:
    transport = ScriptedTransport(FOUND)
    compiled = get_item()
    assert await executor(transport).run(compiled) == "1"
    assert transport.requests == [("GetItem", compiled.body)]


@pytest.mark.parametrize(
    "trouble",
    [
        THROTTLED,
        BROKEN,
        Reply(status=502, body={}),
        refusal("TransactionInProgressException"),
        refusal(
            "TransactionCanceledException",
            CancellationReasons=[{"Code": "TransactionConflict"}],
        ),
        UNSENT,
        LOST,
        TransportError("the reply was damaged: its CRC32 differs", sent=True),
    ],
)
async def test_what_passes_by_itself_is_sent_again(trouble: Answer) -> None:
    transport = ScriptedTransport(trouble, FOUND)
    time = StillTime()
    assert await executor(transport, time).run(get_item()) == "1"
    assert transport.operations == ["GetItem", "GetItem"]
    assert time.pauses == [0.025]


@pytest.mark.parametrize(
    ("trouble", "kind", "message"),
    [
        (refusal("ValidationException", "bad"), RequestRejectedError, "bad"),
        (refusal("ConditionalCheckFailedException"), ConditionFailedError, "Condit"),
        (Reply(status=403, body={}), ServiceError, "HTTP 403: not an answer of Dyn"),
        (CredentialsError("no AWS credentials"), CredentialsError, "no AWS cred"),
    ],
)
async def test_what_does_not_pass_is_raised_at_once(
    trouble: Answer, kind: type[Exception], message: str
) -> None:
    transport = ScriptedTransport(trouble)
    with pytest.raises(kind, match=message):
        await executor(transport).run(get_item())
    assert transport.operations == ["GetItem"]


async def test_the_last_attempt_raises_what_it_met() -> None:
    transport = ScriptedTransport(UNSENT, BROKEN, THROTTLED)
    time = StillTime()
    with pytest.raises(ThrottledError, match="slow down"):
        await executor(transport, time, retry=RetryPolicy(attempts=3)).run(get_item())
    assert time.pauses == [0.025, 0.05]


async def test_ten_attempts_pause_longer_and_longer() -> None:
    time = StillTime()
    with pytest.raises(ThrottledError, match="slow down"):
        await executor(ScriptedTransport(*[THROTTLED] * 10), time).run(get_item())
    assert time.pauses == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0]


async def test_a_retry_costs_quota_and_its_success_pays_it_back() -> None:
    runner = executor(ScriptedTransport(THROTTLED, THROTTLED, FOUND, FOUND))
    quota = runner.sender.quota
    await runner.run(get_item())
    assert quota.left == 495
    await runner.run(get_item())
    assert quota.left == 496


async def test_the_retry_of_a_timeout_costs_twice() -> None:
    slow = TransportError("silent for longer than read_timeout", sent=True)
    slow.__cause__ = TimeoutError()
    runner = executor(ScriptedTransport(slow, refusal("ValidationException")))
    with pytest.raises(RequestRejectedError, match="ValidationException"):
        await runner.run(get_item())
    assert runner.sender.quota.left == 490


async def test_without_quota_nothing_is_sent_again() -> None:
    transport = ScriptedTransport(THROTTLED, THROTTLED, THROTTLED)
    runner = executor(transport, retry=RetryPolicy(quota=7))
    with pytest.raises(ThrottledError, match="slow down"):
        await runner.run(get_item())
    assert len(transport.requests) == 2
    assert repr(runner) == (
        "<Executor of <Sender over <ScriptedTransport, 1 answers left>, "
        "<RetryQuota 2 of 7>>>"
    )


async def test_copies_share_one_quota() -> None:
    runner = executor(ScriptedTransport(THROTTLED, FOUND))
    await runner.bounded(5).run(get_item())
    assert runner.bounded(7).sender.quota is runner.sender.quota


def check(*, applied: bool, outdated: bool = True) -> WriteCheck:
    return WriteCheck(applied=lambda *_: applied, outdated=lambda _: outdated)


FAILED = refusal("ConditionalCheckFailedException", "it failed", Item=item("1"))


@pytest.mark.parametrize("trouble", [LOST, BROKEN, Reply(status=504, body={})])
async def test_a_write_that_fails_on_what_it_left_behind_has_succeeded(
    trouble: Answer,
) -> None:
    own = WriteCheck(applied=lambda it, _: it == item("1"), outdated=lambda _: True)
    compiled: CompiledQuery[Any] = put_item(check=own)
    decoding = compiled.but(decode=lambda reply: ("decoded", reply))
    result = await executor(ScriptedTransport(trouble, FAILED)).run(decoding)
    assert result == ("decoded", {})


async def test_the_new_values_of_a_lost_reply_are_those_stored() -> None:
    compiled: CompiledQuery[Any] = put_item(
        check=check(applied=True), return_values="ALL_NEW"
    )
    decoding = compiled.but(decode=lambda reply: ("decoded", reply))
    result = await executor(ScriptedTransport(LOST, FAILED)).run(decoding)
    assert result == ("decoded", {"Attributes": item("1")})


async def test_it_has_succeeded_too_when_later_attempts_were_throttled() -> None:
    transport = ScriptedTransport(LOST, THROTTLED, UNSENT, FAILED)
    await executor(transport).run(put_item(check=check(applied=True)))
    assert len(transport.requests) == 4


@pytest.mark.parametrize("answers", [[FAILED], [UNSENT, FAILED], [THROTTLED, FAILED]])
async def test_a_write_that_never_arrived_before_has_lost(
    answers: list[Answer],
) -> None:
    with pytest.raises(VersionConflictError, match="it failed"):
        await executor(ScriptedTransport(*answers)).run(
            put_item(check=check(applied=True))
        )


async def test_a_write_that_left_something_else_behind_has_lost() -> None:
    with pytest.raises(VersionConflictError, match="it failed"):
        await executor(ScriptedTransport(LOST, FAILED)).run(
            put_item(check=check(applied=False))
        )


async def test_a_missing_item_proves_nothing_unless_it_was_asked_for() -> None:
    compiled = put_item(check=check(applied=True))
    del compiled.body["ReturnValuesOnConditionCheckFailure"]
    nothing = refusal("ConditionalCheckFailedException", "it failed")
    with pytest.raises(ConditionFailedError, match="it failed"):
        await executor(ScriptedTransport(LOST, nothing)).run(compiled)


async def test_a_pause_that_would_end_after_the_deadline_is_not_begun() -> None:
    transport = ScriptedTransport(THROTTLED, THROTTLED, THROTTLED)
    time = StillTime()
    message = "GetItem on t: not finished within 0.08 s"
    with pytest.raises(DeadlineExceededError, match=message) as caught:
        await executor(transport, time, timeout=0.08).run(get_item())
    assert isinstance(caught.value.__cause__, ThrottledError)
    assert time.pauses == [0.025, 0.05]


async def forever() -> Reply:
    await anyio.sleep_forever()
    raise AssertionError("never reached")


@pytest.mark.parametrize(("own", "bound"), [(60, 0.01), (0.01, 60)])
async def test_the_nearest_of_two_limits_cancels_the_call(
    own: float, bound: float
) -> None:
    runner = executor(ScriptedTransport(forever), timeout=own).bounded(bound)
    with pytest.raises(DeadlineExceededError, match=r"not finished within 0\.01 s"):
        await runner.run(get_item())


async def test_a_deadline_around_the_call_cancels_it() -> None:
    time = StillTime()
    runner = executor(ScriptedTransport(forever), time, timeout=60)
    block = deadline_for_block(Deadline.after(0.01, clock=time.clock))
    with pytest.raises(DeadlineExceededError, match=r"within 0\.01 s"), block:
        await runner.run(get_item())


async def test_the_deadline_of_a_copy_cancels_the_call() -> None:
    time = StillTime()
    runner = executor(ScriptedTransport(forever), time)
    ending = runner.until(Deadline.after(60, clock=time.clock)).until(
        Deadline.after(0.01, kind="lambda", clock=time.clock)
    )
    with pytest.raises(
        DeadlineExceededError, match="before the Lambda invocation ends"
    ):
        await ending.run(get_item())


async def test_cancelling_gets_through_a_request() -> None:
    task = asyncio.create_task(executor(ScriptedTransport(forever)).run(get_item()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_cancelling_gets_through_a_pause() -> None:
    transport = ScriptedTransport(THROTTLED)
    runner = executor(transport, timeout=60)
    runner.sender.sleep = lambda _: anyio.sleep_forever()
    task = asyncio.create_task(runner.run(get_item()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert transport.operations == ["GetItem"]


async def test_what_must_be_encrypted_is_not_sent_without_encryption() -> None:
    transport = ScriptedTransport()
    message = r"User: ssn, iban must be encrypted, and no encryption is configured"
    with pytest.raises(EncryptionError, match=message):
        await executor(transport).run(
            put_item(awaited=Awaited(Sealed(("ssn", "iban"))))
        )
    assert transport.requests == []


async def test_each_decision_is_logged_once_and_without_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "dynamorm_async")
    transport = ScriptedTransport(UNSENT, THROTTLED)
    with pytest.raises(ThrottledError, match="slow down"):
        await executor(transport, retry=RetryPolicy(attempts=2)).run(put_item())
    decisions = [each for each in caplog.records if each.name == "dynamorm_async"]
    assert [record.getMessage() for record in decisions] == [
        "PutItem on t: TransportError, again in 0.025 s",
        "PutItem on t: ThrottlingException, the last attempt",
    ]
