"""Bringing one table to a goal: look, do the first thing that is missing, look again.

What is missing is asked of the table each time and never remembered.  So it does not
matter who does it: of many processes with one goal, each does what is left, and an
interrupted one is taken up where it stopped.
"""

import time
from collections.abc import Awaitable, Callable, Sequence

import anyio
from msgspec import Struct

from ..compiler.tables.descriptions import TableDescription
from ..compiler.tables.options import TableOptions
from ..compiler.tables.steps import TableStep
from ..errors import (
    DeadlineExceededError,
    RequestRejectedError,
    ServiceError,
    TableInUseError,
    TableNotFoundError,
    ThrottledError,
    TransportError,
)
from ..wire.runner import Runner
from .looking import look, look_for
from .waiting import Patience, Sleep, waits

Found = TableDescription | None
"""A table, or None where there is none."""

SHOWN_WITHIN = 60.0
"""Seconds after which a change that was accepted, and is done, has to be seen."""

REJECTIONS = 4
"""How often a request is refused, or has no reply, before that is believed.

It may have been carried out all the same, or others may have done it a moment ago; a
description shows that a little later.
"""

_PASSING = (TableInUseError, ThrottledError, TableNotFoundError)
_TOO_EARLY = "ContinuousBackupsUnavailableException"
_TTL_INTERVAL = "multiple times within a fixed interval"


class Work(Struct, frozen=True):
    """What it takes to work on tables: a way to the service, and time."""

    runner: Runner
    sleep: Sleep = anyio.sleep
    clock: Callable[[], float] = time.monotonic


class Goal(Struct, frozen=True):
    """How a table should be, as the steps that it takes from how it is."""

    table: str
    options: TableOptions
    """What has to be known of the table to tell."""

    missing: Callable[[Found], Sequence[TableStep]]
    """What is still to be done; nothing when the goal is reached."""

    on_look: Callable[[Found], Awaitable[None]] | None = None


class Reached(Struct, frozen=True):
    """The table at its goal, and what had to be done."""

    table: Found
    done: tuple[TableStep, ...]


async def reach(work: Work, goal: Goal, patience: Patience) -> Reached:
    """Bring a table to its goal; wait for whatever changes it meanwhile.

    Runs until then: the caller sets the deadline.
    """
    attempts = Attempts(work, patience)
    for pause in waits():
        found = await look(work.runner, goal.table)
        attempts.has_shown = attempts.has_shown or found is not None
        patience.seen = doing(found)
        if is_settled(found):
            if found is not None:
                found = await look_for(work.runner, found, goal.options)
            missing = goal.missing(found)
            if not missing:
                return Reached(found, tuple(attempts.accepted))
            await attempts.make(missing[0])
        if goal.on_look is not None:
            await goal.on_look(found)
        await work.sleep(pause)
    raise AssertionError("waits() never ends")


def is_settled(found: Found) -> bool:
    """Whether nothing is being done to the table or its indexes."""
    return found is None or found.is_active


def doing(found: Found) -> str:
    """What the table and its indexes are doing, where that is anything."""
    if found is None:
        return "no table"
    busy = [
        f"index {each.name} {each.status}"
        for each in found.indexes
        if each.status != "ACTIVE"
    ]
    return ", ".join([found.status, *busy])


class Attempts:
    """The requests that were made on the way to a goal, and what became of them."""

    def __init__(self, work: Work, patience: Patience) -> None:
        self._work = work
        self._patience = patience
        self._hidden_since: float | None = None
        self._rejections = 0
        self.accepted: list[TableStep] = []
        self.has_shown = False
        """Whether there was a table since the last request."""

    async def make(self, step: TableStep) -> None:
        """Send what a step needs, unless that was done and just does not show yet."""
        was_undone = step.creates and self.has_shown
        if self.accepted and self.accepted[-1] == step and not was_undone:
            self._check_shown(step)
            return
        try:
            await self._work.runner.run(step.request)
        except (ServiceError, TransportError) as error:
            self._patience.trouble = error
            if not _is_passing(error):
                self._doubt(error)
        else:
            self.accepted.append(step)
            self._patience.trouble = None
            self._hidden_since, self._rejections = None, 0
            self.has_shown = False

    def _check_shown(self, step: TableStep) -> None:
        """Wait for what is done and does not show, but not for ever."""
        now = self._work.clock()
        if self._hidden_since is None:
            self._hidden_since = now
        waited = now - self._hidden_since
        if waited > SHOWN_WITHIN:
            raise DeadlineExceededError(
                f"{step}: accepted, but {waited:.0f} s later the table does not show it"
            )

    def _doubt(self, error: ServiceError | TransportError) -> None:
        """Look again before an error is believed that the table may prove wrong."""
        self._rejections += 1
        if not _is_doubtful(error) or self._rejections >= REJECTIONS:
            raise error


def _is_passing(error: ServiceError | TransportError) -> bool:
    """Whether the table only has to be waited for."""
    if not isinstance(error, ServiceError):
        return False
    return (
        isinstance(error, _PASSING)
        or error.code == _TOO_EARLY
        or _TTL_INTERVAL in error.message
    )


def _is_doubtful(error: ServiceError | TransportError) -> bool:
    """Whether what was asked may have been done: by others, or without a reply."""
    if isinstance(error, TransportError):
        return error.sent
    is_broken = error.status is not None and error.status >= 500
    return is_broken or isinstance(error, RequestRejectedError)
