"""How long to wait for a table, and how often to look at it meanwhile."""

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import DeadlineExceededError, DynamORMError, ServiceError
from ..lazily import lazy
from ..query.counts import number

if TYPE_CHECKING:
    import anyio
else:
    anyio = lazy("anyio")

Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 300.0
"""Seconds after which a table that is still not ready is an error."""

LONGEST_APPLY = 7200.0
"""Seconds after which a plan that is still not carried out is an error.

Filling a new index takes minutes to hours, by the size of the table; and the service
changes time to live once an hour.
"""


def waits(first: float = 0.05, longest: float = 2.0) -> Iterator[float]:
    """Seconds between two looks at a table: short for an emulator, polite to the
    service.
    """
    wait = first
    while True:
        yield wait
        wait = min(longest, wait * 2)


class Patience:
    """What is waited for, how it looks, and what stands in its way; for messages."""

    def __init__(self, awaited: str) -> None:
        self.awaited = awaited
        self.seen = ""
        """What the table was doing when it was last looked at."""

        self.trouble: DynamORMError | None = None

    def message(self, seconds: float) -> str:
        """What is said when the time is over."""
        said = f"waited {seconds:g} s for {self.awaited}; it may still happen"
        if self.seen:
            said += f".  Last seen: {self.seen}"
        return said if self.trouble is None else f"{said}.  Last met: {self.trouble}"


def said_by(trouble: DynamORMError) -> str:
    """What the service, or the connection to it, said."""
    if isinstance(trouble, ServiceError):
        return trouble.message or trouble.code
    return str(trouble)


@contextmanager
def patient(seconds: float, awaited: str) -> Generator[Patience]:
    """At most so many seconds; then an error that says what was waited for.

    Raises `DeadlineExceededError`, and `InvalidValueError` for what is no number.
    """
    patience = Patience(awaited)
    with anyio.move_on_after(number("wait", seconds)) as scope:
        yield patience
    if scope.cancelled_caught:
        raise DeadlineExceededError(patience.message(seconds)) from patience.trouble
