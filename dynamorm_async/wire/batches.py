"""The waist of batches: many reads or writes, and how they become requests.

Pure values.  A batch is made above; below it is cut into requests, and what the service
did not get to is sent again.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from .sealed import Sealed

C = TypeVar("C")

OnProgress = Callable[[int, int | None], object]
"""Told how many parts are done, and of how many (None: nobody knows); may be async."""


class BatchTarget(Struct, frozen=True, kw_only=True):
    """The table and the model that a part of a batch is for."""

    table_name: str
    identify: Callable[[dict[str, Any]], Hashable]
    """The identity of an item, or of a key: equal for two of the same item."""

    model: str
    sealed: Sealed | None = None
    """What must be encrypted before it leaves."""


class BatchPart(Struct, frozen=True):
    """One item's share of a batch: a write, or a key to read."""

    target: BatchTarget
    identity: Hashable
    """Equal for two parts that are for the same item."""

    request: dict[str, Any]
    """What stands in the body for it."""

    original: Any
    """What the caller handed in."""

    settle: Callable[[], object]
    """Called once the service has carried it out."""


class BatchReply(Struct, frozen=True):
    """What one request of a batch came to."""

    left: Sequence[BatchPart] = ()
    """The parts that the service did not get to."""

    found: Mapping[Hashable, Any] = {}
    """The items of a read, by the identity of their parts."""


class BatchKind(Struct, Generic[C], frozen=True, kw_only=True):
    """What parts are sent as."""

    operation: str
    size: int
    """The most parts that one request takes."""

    compile: Callable[[Sequence[BatchPart]], C]
    """The request for these parts; it decodes a reply to a `BatchReply`."""

    goes_on: bool = False
    """Whether the rest is still sent after one request has failed."""


class BatchPace(Struct, frozen=True, kw_only=True):
    """How much of a batch happens at a time, and who hears of it."""

    at_once: int
    """Requests under way at a time."""

    on_progress: OnProgress | None = None


class Batch(Struct, Generic[C], frozen=True, kw_only=True):
    """Parts to be carried out; of a stream, those that will come are of this kind."""

    kind: BatchKind[C]
    pace: BatchPace
    parts: Sequence[BatchPart] = ()
    """No two for the same item."""

    total: int | None = None
    """How many were handed in, those included that another one made superfluous."""


class BatchStream(Protocol):
    """A batch whose parts come one by one."""

    @property
    def unprocessed(self) -> Sequence[Any]:
        """What was handed in and is not known to be carried out."""
        ...

    async def add(self, part: BatchPart, /) -> None:
        """Take one more part; waits while as much as may be is under way."""
        ...

    async def flush(self) -> None:
        """Send what waits, and return when all is carried out."""
        ...


OpenBatch = AbstractAsyncContextManager[BatchStream]
"""The block in which the parts of a stream come; when it ends, all are carried out."""
