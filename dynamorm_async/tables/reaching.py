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
)
from ..wire import Runner
from .looking import look, look_for
from .waiting import Patience, Sleep, waits

Found = TableDescription | None
"""A table, or None where there is none."""

SHOWN_WITHIN = 60.0
"""Seconds after which a change that was accepted, and is done, has to be seen."""

REJECTIONS = 4
"""How often a request is found invalid before that is believed.

Others may have done the same a moment ago, which a description shows a little later.
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


class Attempts:
    """The requests that were made on the way to a goal, and what became of them."""

    def __init__(self, work: Work, patience: Patience) -> None:
        self._work = work
        self._patience = patience
        self._since = 0.0
        self._rejections = 0
        self.accepted: list[TableStep] = []

    async def make(self, step: TableStep) -> None:
        """Send what a step needs, unless that was done and just does not show yet."""
        if self.accepted and self.accepted[-1] == step:
            self._check_shown(step)
            return
        try:
            await self._work.runner.run(step.request)
        except RequestRejectedError as error:
            self._note_rejection(error)
        except ServiceError as error:
            if not _is_passing(error):
                raise
            self._patience.trouble = error
        else:
            self.accepted.append(step)
            self._patience.trouble = None
            self._since, self._rejections = self._work.clock(), 0

    def _check_shown(self, step: TableStep) -> None:
        waited = self._work.clock() - self._since
        if waited > SHOWN_WITHIN:
            raise DeadlineExceededError(
                f"{step}: accepted, but {waited:.0f} s later the table does not show it"
            )

    def _note_rejection(self, error: RequestRejectedError) -> None:
        self._patience.trouble = error
        if _TTL_INTERVAL in error.message:
            return
        self._rejections += 1
        if self._rejections >= REJECTIONS:
            raise error


def _is_passing(error: ServiceError) -> bool:
    """Whether the table only has to be looked at again, and perhaps waited for."""
    return isinstance(error, _PASSING) or error.code == _TOO_EARLY
