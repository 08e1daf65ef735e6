"""How long to wait for a table, and how often to look at it meanwhile."""

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import DeadlineExceededError
from ..lazily import lazy

if TYPE_CHECKING:
    import anyio
else:
    anyio = lazy("anyio")

Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 300.0
"""Seconds after which a table that is still not ready is an error."""

LONGEST_APPLY = 3600.0
"""Seconds after which a plan that is still not carried out is an error.

Filling a new index takes minutes to hours, by the size of the table.
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
    """What is waited for, and what last stood in its way; for messages."""

    def __init__(self, awaited: str) -> None:
        self.awaited = awaited
        self.trouble: Exception | None = None

    def message(self, seconds: float) -> str:
        """What is said when the time is over."""
        said = f"waited {seconds:g} s for {self.awaited}; it may still happen"
        return said if self.trouble is None else f"{said}.  Last met: {self.trouble}"


@contextmanager
def patient(seconds: float, awaited: str) -> Generator[Patience]:
    """At most so many seconds; then an error that says what was waited for.

    Raises `DeadlineExceededError`.
    """
    patience = Patience(awaited)
    with anyio.move_on_after(seconds) as scope:
        yield patience
    if scope.cancelled_caught:
        raise DeadlineExceededError(patience.message(seconds)) from patience.trouble
