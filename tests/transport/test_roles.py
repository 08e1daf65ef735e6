"""The keys of a role: when they are fetched, for whom, and what a failure means."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
import pytest

from dynamorm_async.config import Credentials
from dynamorm_async.errors import CredentialsError
from dynamorm_async.transport.roles import RoleCredentials, TemporaryKey
from tests.models import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
REFUSED = CredentialsError("account 'a': AssumeRole was refused")

Answer = timedelta | Exception | Callable[[], Awaitable[timedelta]]
"""How long the next key lives, the error there is instead, or something to wait for."""


class Desk:
    """Hands out key 1, key 2...; the clock stands still until it is set."""

    def __init__(self, *answers: Answer) -> None:
        self.now = NOON
        self.asked = 0
        self._answers = list(answers)
        self.role = RoleCredentials("account 'a'", self.fetch, clock=lambda: self.now)

    async def fetch(self) -> TemporaryKey:
        self.asked += 1
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        life = answer if isinstance(answer, timedelta) else await answer()
        return TemporaryKey(key(self.asked), self.now + life)

    async def at(self, moment: datetime) -> Credentials:
        """The key that is handed out at a time."""
        self.now = moment
        return await self.role.credentials()


def key(number: int) -> Credentials:
    return Credentials(
        access_key_id=f"ASIAEXAMPLE{number}",
        secret_access_key="secret",
        session_token="token",
    )


async def test_a_key_is_kept_until_five_minutes_before_it_expires() -> None:
    desk = Desk(HOUR, HOUR)
    assert desk.asked == 0
    moments = [NOON, NOON + 54 * MINUTE, NOON + 55 * MINUTE, NOON + 56 * MINUTE]
    assert [await desk.at(each) for each in moments] == [key(1), key(1), key(2), key(2)]
    assert desk.asked == 2


async def test_a_key_with_a_short_life_is_renewed_in_its_last_quarter() -> None:
    desk = Desk(timedelta(seconds=40), HOUR)
    seconds = [NOON + timedelta(seconds=each) for each in (0, 29, 30)]
    assert [await desk.at(each) for each in seconds] == [key(1), key(1), key(2)]


async def test_a_key_that_the_service_refuses_is_forgotten_and_no_other() -> None:
    desk = Desk(HOUR, HOUR)
    assert await desk.role.credentials() == key(1)
    desk.role.forget(key(1))
    assert await desk.role.credentials() == key(2)
    desk.role.forget(key(1))
    assert await desk.role.credentials() == key(2)


async def test_callers_at_once_wait_for_one_fetch() -> None:
    arrived = anyio.Event()

    async def slowly() -> timedelta:
        await arrived.wait()
        return HOUR

    desk = Desk(slowly)
    found: list[Credentials] = []

    async def call() -> None:
        found.append(await desk.role.credentials())

    async with anyio.create_task_group() as calls:
        for _ in range(50):
            calls.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        arrived.set()
    assert (found, desk.asked) == ([key(1)] * 50, 1)


async def test_callers_at_once_share_a_failure() -> None:
    arrived = anyio.Event()

    async def refuse() -> timedelta:
        await arrived.wait()
        raise REFUSED

    desk = Desk(refuse, HOUR)
    failed: list[CredentialsError] = []

    async def call() -> None:
        with pytest.raises(CredentialsError, match="AssumeRole was refused") as caught:
            await desk.role.credentials()
        failed.append(caught.value)

    async with anyio.create_task_group() as calls:
        for _ in range(50):
            calls.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        arrived.set()
    assert len(set(map(id, failed))) == 50
    assert {each.__cause__ for each in failed} == {REFUSED}
    assert desk.asked == 1
    assert await desk.role.credentials() == key(2)


async def test_who_is_cancelled_while_fetching_leaves_it_to_the_next() -> None:
    async def forever() -> timedelta:
        await anyio.sleep_forever()
        return HOUR

    desk = Desk(forever, HOUR)
    found: list[Credentials] = []

    async def call() -> None:
        found.append(await desk.role.credentials())

    async with anyio.create_task_group() as calls:
        first = asyncio.create_task(desk.role.credentials())
        await anyio.wait_all_tasks_blocked()
        calls.start_soon(call)
        await anyio.wait_all_tasks_blocked()
        first.cancel()
    assert first.cancelled()
    assert (found, desk.asked) == ([key(2)], 2)


async def test_while_the_old_key_is_good_a_failure_is_only_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "dynamorm_async")
    desk = Desk(HOUR, REFUSED, REFUSED, HOUR)
    late = NOON + 57 * MINUTE
    moments = [timedelta(seconds=each) for each in (0, 29, 30, 59, 60)]
    await desk.at(NOON)
    assert [await desk.at(late + each) for each in moments] == [*[key(1)] * 4, key(4)]
    assert [each.getMessage() for each in caplog.records] == [
        "account 'a': still on its old credentials: account 'a': AssumeRole was refused"
    ] * 2


async def test_an_expired_key_is_not_handed_out() -> None:
    desk = Desk(HOUR, REFUSED, HOUR)
    await desk.at(NOON)
    with pytest.raises(CredentialsError, match="account 'a': AssumeRole was refused"):
        await desk.at(NOON + HOUR)
    assert await desk.at(NOON + HOUR) == key(3)


async def test_a_key_that_comes_expired_points_to_the_clock() -> None:
    desk = Desk(timedelta(0))
    with pytest.raises(CredentialsError, match="check the clock of this machine"):
        await desk.at(NOON)


async def test_after_hours_in_the_freezer_the_key_is_fetched_anew() -> None:
    desk = Desk(HOUR, HOUR)
    assert [await desk.at(NOON), await desk.at(NOON + 9 * HOUR)] == [key(1), key(2)]


async def test_a_role_that_was_removed_hands_out_nothing() -> None:
    desk = Desk(HOUR)
    await desk.at(NOON)
    desk.role.retire()
    with pytest.raises(CredentialsError, match="account 'a' was removed"):
        await desk.role.credentials()
    assert desk.asked == 1


def test_two_event_loops_share_the_key() -> None:
    desk = Desk(HOUR)
    found = [asyncio.run(desk.role.credentials()) for _ in range(2)]
    assert (found, desk.asked) == ([key(1), key(1)], 1)


async def test_its_repr_says_how_long_and_shows_no_key() -> None:
    desk = Desk(HOUR)
    before = repr(desk.role)
    await desk.at(NOON)
    held = repr(desk.role)
    desk.role.retire()
    assert [before, held, repr(desk.role)] == [
        "<RoleCredentials of account 'a', no key yet>",
        "<RoleCredentials of account 'a', a key until 2026-11-22 13:00:00>",
        "<RoleCredentials of account 'a', removed>",
    ]
