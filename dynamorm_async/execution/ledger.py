"""The books of a batch: what waits, what is under way, what went wrong.

Decides; others wait.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import islice
from typing import Any

from ..errors import (
    BatchError,
    BatchTimeoutError,
    DeadlineExceededError,
    DynamORMError,
    LambdaBatchTimeoutError,
    LambdaTimeoutError,
)
from ..wire import CompiledBatch
from ..wire.batches import BatchPart, BatchReply


class Ledger:
    """What has become of the parts of a batch so far.

    Of two parts for one item the later wins if the earlier still waits; if it is under
    way, the later one waits for it.  So a request never holds an item twice, and writes
    of one item never overtake each other.
    """

    def __init__(self, batch: CompiledBatch) -> None:
        self._kind = batch.kind
        self._at_once = batch.pace.at_once
        self._waiting: dict[Hashable, BatchPart] = {}
        self._sent: dict[Hashable, BatchPart] = {}
        self._unfed: Sequence[BatchPart] = ()
        self._failures: list[tuple[Any, Exception]] = []
        self._cause: Exception | None = None
        self.found: dict[Hashable, Any] = {}
        self.flights = 0
        """Requests under way, their repetitions included."""

        self.is_stopped = False
        """Whether no further request begins, because one ended badly."""

        self.total = batch.total
        self.done = 0 if batch.total is None else batch.total - len(batch.parts)
        """What needs nothing more; what a later part made superfluous is done."""

    @property
    def is_full(self) -> bool:
        """Whether what waits fills a request."""
        return len(self._waiting) >= self._kind.size

    @property
    def is_waiting(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._waiting)

    @property
    def has_failed(self) -> bool:
        """Whether anything was left over, or went wrong, for good."""
        return self.is_stopped or self._cause is not None

    def accept(self, part: BatchPart) -> None:
        """Let a part wait to be sent."""
        if self._waiting.pop(part.identity, None) is not None:
            self.done += 1
        self._waiting[part.identity] = part

    def give_up_on(self, parts: Sequence[BatchPart]) -> None:
        """Note parts that were never accepted."""
        self._unfed = parts

    def begin(self) -> list[BatchPart]:
        """The parts of the next request; none if nothing may be sent now."""
        if self.is_stopped or self.flights >= self._at_once:
            return []
        ready = (
            each for each in self._waiting.values() if each.identity not in self._sent
        )
        chunk = list(islice(ready, self._kind.size))
        for each in chunk:
            del self._waiting[each.identity]
        self.begin_with(chunk)
        return chunk

    def begin_with(self, chunk: Sequence[BatchPart]) -> None:
        """Note a request that begins."""
        self._sent.update((each.identity, each) for each in chunk)
        self.flights += bool(chunk)

    def take(self, chunk: Sequence[BatchPart], reply: BatchReply) -> bool:
        """Note a reply to a request; whether anything of it is done now."""
        left = {each.identity for each in reply.left}
        for each in chunk:
            if each.identity not in left:
                del self._sent[each.identity]
        self.found.update(reply.found)
        self.done += len(chunk) - len(left)
        return len(left) < len(chunk)

    def end(self, chunk: Sequence[BatchPart], error: Exception | None) -> None:
        """Note that a request is over; what it did not do is left over."""
        self.flights -= 1
        left = [each for each in chunk if each.identity in self._sent]
        if error is not None:
            self._cause = self._cause or error
            if not isinstance(error, DeadlineExceededError):
                self._failures += [(each.original, error) for each in left]
        is_late = isinstance(error, DeadlineExceededError)
        if is_late or not self._kind.goes_on:
            self.is_stopped |= bool(left) or error is not None

    def unprocessed(self) -> list[Any]:
        """What was handed in and is not known to be done, in that order."""
        parts: Iterable[BatchPart] = (
            *self._sent.values(),
            *self._waiting.values(),
            *self._unfed,
        )
        return [each.original for each in parts]

    def check(self) -> None:
        """Raise the `BatchError` of all that went wrong, if anything did."""
        if not self.has_failed:
            return
        left = self.unprocessed()
        kind = next(row[1] for row in _ERRORS if isinstance(self._cause, row[0]))
        raise kind(
            f"{self._kind.operation}: {len(left):,} left over, {self.done:,} done; "
            f"{self._why()}",
            unprocessed=left,
            failures=self._failures,
        ) from self._cause

    def _why(self) -> str:
        if self._cause is None:
            return "the service did not get to them, however often it was asked"
        if isinstance(self._cause, DynamORMError):
            return f"the first error: {self._cause}"
        return f"the first error: {type(self._cause).__name__}"

    def __repr__(self) -> str:
        return (
            f"<Ledger of {self._kind.operation}: {len(self._waiting)} waiting, "
            f"{len(self._sent)} sent, {self.done} done>"
        )


_ERRORS: tuple[tuple[type, type[BatchError]], ...] = (
    (LambdaTimeoutError, LambdaBatchTimeoutError),
    (DeadlineExceededError, BatchTimeoutError),
    (object, BatchError),
)
"""What is raised for which cause; the first row that fits."""
