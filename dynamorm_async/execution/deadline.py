"""Deadlines: the nearest wins, and cancels what still runs when it passes."""

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from ..errors import DeadlineExceededError, LambdaTimeoutError
from ..lazily import lazy

if TYPE_CHECKING:
    import anyio
else:
    anyio = lazy("anyio")

Clock = Callable[[], float]
"""Seconds on a clock that only goes forward, as `time.monotonic`."""

Kind = Literal["call", "lambda"]

_ERRORS: dict[Kind, tuple[type[DeadlineExceededError], str]] = {
    "call": (DeadlineExceededError, "{doing}: not finished within {given:.3g} s"),
    "lambda": (
        LambdaTimeoutError,
        "{doing}: stopped before the Lambda invocation ends; it had {given:.3g} s",
    ),
}


class Deadline(Struct, frozen=True):
    """An instant after which a call is of no more use to its caller."""

    at: float
    """The instant, on the monotonic clock."""

    given: float
    """Seconds there were when it was set, for messages."""

    kind: Kind = "call"

    @classmethod
    def after(
        cls, seconds: float, *, kind: Kind = "call", clock: Clock = time.monotonic
    ) -> "Deadline":
        """The deadline that many seconds from now."""
        return cls(clock() + seconds, seconds, kind)

    def error(self, doing: str) -> DeadlineExceededError:
        """What is raised when it passes while `doing` something."""
        error, text = _ERRORS[self.kind]
        return error(text.format(doing=doing, given=max(self.given, 0.0)))


def nearest(*deadlines: Deadline | None) -> Deadline | None:
    """The first of these to pass; None where there is none."""
    return min(
        (each for each in deadlines if each is not None),
        key=lambda each: each.at,
        default=None,
    )


_ambient: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def ambient() -> Deadline | None:
    """The deadline of the block that runs now, if one has one."""
    return _ambient.get()


@contextmanager
def deadline_for_block(deadline: Deadline) -> Generator[None]:
    """Every call inside the block, and inside tasks it starts, keeps this deadline.

    Only such calls are cancelled by it, never the block's own code.
    """
    token = _ambient.set(nearest(_ambient.get(), deadline))
    try:
        yield
    finally:
        _ambient.reset(token)


class Within(AbstractContextManager[None]):
    """A block that is cancelled when the deadline passes, and then raises its error.

    Cancellation from elsewhere passes through as it is.  A deadline that has passed
    already makes the block raise before it begins.
    """

    __slots__ = ("_clock", "_deadline", "_doing", "_scope")

    def __init__(
        self, deadline: Deadline, doing: str, clock: Clock = time.monotonic
    ) -> None:
        self._deadline = deadline
        self._doing = doing
        self._clock = clock

    def __enter__(self) -> None:
        left = self._deadline.at - self._clock()
        if left <= 0:
            raise self._deadline.error(self._doing)
        # The loop has a clock of its own.
        self._scope = anyio.CancelScope(deadline=anyio.current_time() + left)
        self._scope.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scope.__exit__(kind, error, trace)
        if self._scope.cancelled_caught:
            # The cancelled wait is in the chain: it shows what hung.
            raise self._deadline.error(self._doing) from error
