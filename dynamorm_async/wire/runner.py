"""How compiled queries are run, as the builder sees it: the way below the waist."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from . import CompiledBatch, CompiledQuery, PaginatedResult, Read, ReadAgain
from .batches import OpenBatch
from .segments import SegmentedRows, SegmentPlan

R = TypeVar("R")
M = TypeVar("M")
S = TypeVar("S")


class Runner(Protocol):
    """Runs compiled queries: all that the builder knows of the world below."""

    def bounded(self, seconds: float, /) -> "Runner":
        """This runner with at most `seconds` for each call; the nearest wins."""
        ...

    def run(self, compiled: CompiledQuery[R], /) -> Awaitable[R]:
        """Send this one request and decode its reply."""
        ...

    def first(
        self, compiled: Read[M], /, *, again: ReadAgain[M] | None = None
    ) -> Awaitable[M | None]:
        """The first row, or None."""
        ...

    def need(
        self,
        compiled: Read[M],
        /,
        *,
        only: bool = False,
        again: ReadAgain[M] | None = None,
    ) -> Awaitable[M]:
        """The first row; no row, or with `only` a second one, is an error."""
        ...

    def collect(
        self,
        compiled: CompiledQuery[Sequence[M]],
        /,
        *,
        again: ReadAgain[list[M]] | None = None,
    ) -> Awaitable[list[M]]:
        """All rows, as many requests as it takes."""
        ...

    def rows(self, compiled: CompiledQuery[Sequence[M]], /) -> AsyncIterator[M]:
        """The rows one by one; the next page is asked for when the last is used up."""
        ...

    def pages(
        self, compiled: CompiledQuery[Sequence[M]], /
    ) -> AsyncIterator[PaginatedResult[M]]:
        """One page per request."""
        ...

    def page(
        self, compiled: CompiledQuery[Sequence[M]], /
    ) -> Awaitable[PaginatedResult[M]]:
        """One page of `limit` rows, over as many requests as it takes to fill it."""
        ...

    def count(self, compiled: CompiledQuery[int], /) -> Awaitable[int]:
        """The sum over all pages, never more than `limit`."""
        ...

    def exists(self, compiled: CompiledQuery[int], /) -> Awaitable[bool]:
        """Whether a page counts one row; reads no further than that."""
        ...

    def fold(
        self,
        compiled: CompiledQuery[Sequence[M]],
        first: S,
        step: Callable[[S, Sequence[M]], S],
        finish: Callable[[S], R],
        /,
    ) -> Awaitable[R]:
        """`finish` of the state to which `step` brings `first`, page by page."""
        ...

    def segments(
        self, compiled: CompiledQuery[Sequence[M]], segments: SegmentPlan, /
    ) -> SegmentedRows[M]:
        """The rows of all segments; `compiled` is the request of the first."""
        ...

    def run_and_see(
        self,
        compiled: CompiledQuery[R],
        seen: CompiledQuery[Sequence[Any]],
        wait: float,
        /,
    ) -> Awaitable[R]:
        """Send a write, then read until there is a row, at most `wait` seconds."""
        ...

    def batch_get(self, batch: CompiledBatch, /) -> Awaitable[list[Any]]:
        """What was found of these keys, in their order."""
        ...

    def batch_write(self, batch: CompiledBatch, /) -> Awaitable[None]:
        """Carry out these writes; the error holds those that were left over."""
        ...

    def batch_stream(self, batch: CompiledBatch, /) -> OpenBatch:
        """Carry out writes that come one by one, all of them when the block ends."""
        ...
