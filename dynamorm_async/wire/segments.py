"""The waist of scans in segments: how one is split, and what comes back.

Pure values and a protocol.  A plan is made above and carried out below.
"""

from collections.abc import AsyncIterator, Callable, Generator, Sequence
from typing import Any, Protocol, TypeVar

from msgspec import Struct

M = TypeVar("M")


class SegmentPosition(Struct, frozen=True, kw_only=True):
    """How far a scan has come in one of its segments."""

    after: dict[str, Any] | None = None
    """The key after which to go on; None: the segment is untouched."""

    is_done: bool = False


class SegmentPlan(Struct, frozen=True, kw_only=True):
    """How a scan in segments is carried out, and from where."""

    positions: Sequence[SegmentPosition]
    """Where each segment begins."""

    concurrency: int
    """Segments that are read at a time."""

    buffer: int
    """Rows held before no further page is asked for."""

    interval: float
    """Seconds from one request to the next; 0 for as fast as may be."""

    write_token: Callable[[Sequence[SegmentPosition]], str]
    """Turns positions into the text a caller keeps."""


class SegmentedRows(Protocol[M]):
    """The rows of a scan in segments, in no order: one pass, which can be resumed.

    Awaited, it is a list of all rows that are left; in `async for`, a stream.  It reads
    only while it is asked for a row: left behind half-way it leaves no task, and
    nothing to close.
    """

    def __await__(self) -> Generator[Any, None, list[M]]: ...

    def __aiter__(self) -> AsyncIterator[M]: ...

    async def __anext__(self) -> M: ...

    def resume_token(self) -> str:
        """A text to go on by, with `scan_all_segments(..., resume=text)`.

        Rows that were handed out count as done, and no others.
        """
        ...
