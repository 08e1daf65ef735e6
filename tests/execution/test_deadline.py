"""Deadlines: the nearest wins, and only its own cancellation becomes its error."""

import asyncio

import anyio
import pytest

from dynamorm_async.errors import DeadlineExceededError, LambdaTimeoutError
from dynamorm_async.execution.deadline import (
    Deadline,
    Within,
    ambient,
    deadline_for_block,
    nearest,
)

SOON = 0.01


def test_the_nearest_of_several_wins() -> None:
    near, far = Deadline(1.0, 1.0), Deadline(2.0, 2.0, "lambda")
    assert nearest(far, None, near) is near
    assert nearest(None, far) is far
    assert nearest(None, None) is None


def test_blocks_nest_and_the_nearest_holds_inside() -> None:
    near, far = Deadline(1.0, 1.0), Deadline(2.0, 2.0)
    with deadline_for_block(near):
        with deadline_for_block(far):
            assert ambient() is near
        assert ambient() is near
    with deadline_for_block(far):
        with deadline_for_block(near):
            assert ambient() is near
        assert ambient() is far
    assert ambient() is None


async def test_a_block_that_lasts_too_long_is_cancelled() -> None:
    message = r"^Query on users: not finished within 0.01 s$"
    late = Within(Deadline.after(SOON), "Query on users")
    with pytest.raises(DeadlineExceededError, match=message) as caught, late:
        await anyio.sleep_forever()
    assert isinstance(caught.value, TimeoutError)
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)


async def test_the_deadline_of_a_lambda_says_so() -> None:
    message = r"^GetItem: stopped before the Lambda invocation ends; it had 0.01 s$"
    late = Within(Deadline.after(SOON, kind="lambda"), "GetItem")
    with pytest.raises(LambdaTimeoutError, match=message), late:
        await anyio.sleep_forever()


async def test_a_deadline_that_has_passed_lets_nothing_begin() -> None:
    begun = []
    late = Within(Deadline(10.0, 5.0), "GetItem", clock=lambda: 11.0)
    with pytest.raises(DeadlineExceededError, match="not finished within 5 s"), late:
        begun.append(True)
    assert begun == []


async def test_the_instant_is_read_from_the_clock_that_is_handed_in() -> None:
    deadline = Deadline.after(SOON, clock=lambda: 1e9)
    late = Within(deadline, "GetItem", clock=lambda: 1e9)
    with pytest.raises(DeadlineExceededError, match=r"0\.01 s"), late:
        await anyio.sleep_forever()


async def test_what_ends_in_time_is_left_alone() -> None:
    with Within(Deadline.after(60), "GetItem"):
        await anyio.lowlevel.checkpoint()


async def test_another_error_passes_through() -> None:
    with pytest.raises(KeyError, match="x"), Within(Deadline.after(60), "GetItem"):
        raise KeyError("x")


async def test_an_outer_scope_is_not_taken_for_the_deadline() -> None:
    with anyio.move_on_after(SOON) as outer:
        with Within(Deadline.after(60), "GetItem"):
            await anyio.sleep_forever()
    assert outer.cancelled_caught


async def test_cancelling_the_task_is_not_taken_for_the_deadline() -> None:
    async def wait() -> None:
        with Within(Deadline.after(60), "GetItem"):
            await anyio.sleep_forever()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
