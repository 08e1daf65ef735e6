"""A runner that has models told of what was read of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from typing import Any, TypeVar

from ..wire import (
    CompiledBatch,
    CompiledQuery,
    PaginatedResult,
    Read,
    ReadAgain,
)
from ..wire.batches import OpenBatch
from ..wire.runner import Runner
from ..wire.segments import SegmentedRows, SegmentPlan
from .telling import tell, tell_all

R = TypeVar("R")
M = TypeVar("M")
S = TypeVar("S")


async def _loaded(row: M) -> M:
    await tell(row, "after_load")
    return row


class LoadingRunner:
    """Runs as the runner within does, and then the hooks of what was read."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Runner) -> None:
        self._inner = inner

    def bounded(self, seconds: float, /) -> "LoadingRunner":
        """This runner with at most `seconds` for each call, hooks not counted."""
        return LoadingRunner(self._inner.bounded(seconds))

    def run(self, compiled: CompiledQuery[R], /) -> Awaitable[R]:
        """Send a write; its instance is not read."""
        return self._inner.run(compiled)

    async def first(
        self, compiled: Read[M], /, *, again: ReadAgain[M] | None = None
    ) -> M | None:
        """The first row, or None."""
        row = await self._inner.first(compiled, again=again)
        return None if row is None else await _loaded(row)

    async def need(
        self,
        compiled: Read[M],
        /,
        *,
        only: bool = False,
        again: ReadAgain[M] | None = None,
    ) -> M:
        """The first row."""
        return await _loaded(await self._inner.need(compiled, only=only, again=again))

    async def collect(
        self,
        compiled: CompiledQuery[Sequence[M]],
        /,
        *,
        again: ReadAgain[list[M]] | None = None,
    ) -> list[M]:
        """All rows."""
        rows = await self._inner.collect(compiled, again=again)
        await tell_all(rows, "after_load")
        return rows

    def rows(self, compiled: CompiledQuery[Sequence[M]], /) -> AsyncIterator[M]:
        """The rows one by one."""
        return Told(self._inner.rows(compiled), _loaded)

    def pages(
        self, compiled: CompiledQuery[Sequence[M]], /
    ) -> AsyncIterator[PaginatedResult[M]]:
        """One page per request."""
        return Told(self._inner.pages(compiled), _page_loaded)

    async def page(self, compiled: CompiledQuery[Sequence[M]], /) -> PaginatedResult[M]:
        """One page of `limit` rows."""
        return await _page_loaded(await self._inner.page(compiled))

    def count(self, compiled: CompiledQuery[int], /) -> Awaitable[int]:
        """The sum over all pages; nothing is read for it."""
        return self._inner.count(compiled)

    def exists(self, compiled: CompiledQuery[int], /) -> Awaitable[bool]:
        """Whether a page counts one row; nothing is read for it."""
        return self._inner.exists(compiled)

    def fold(
        self,
        compiled: CompiledQuery[Sequence[M]],
        first: S,
        step: Callable[[S, Sequence[M]], S],
        finish: Callable[[S], R],
        /,
    ) -> Awaitable[R]:
        """A figure of all rows, which nobody gets."""
        return self._inner.fold(compiled, first, step, finish)

    def segments(
        self, compiled: CompiledQuery[Sequence[M]], segments: SegmentPlan, /
    ) -> "ToldSegments[M]":
        """The rows of all segments."""
        return ToldSegments(self._inner.segments(compiled, segments))

    def run_and_see(
        self,
        compiled: CompiledQuery[R],
        seen: CompiledQuery[Sequence[Any]],
        wait: float,
        /,
    ) -> Awaitable[R]:
        """Send a write, and look until it is seen; nobody gets what was seen."""
        return self._inner.run_and_see(compiled, seen, wait)

    async def batch_get(self, batch: CompiledBatch, /) -> list[Any]:
        """What was found of these keys."""
        rows = await self._inner.batch_get(batch)
        await tell_all(rows, "after_load")
        return rows

    def batch_write(self, batch: CompiledBatch, /) -> Awaitable[None]:
        """Carry out these writes."""
        return self._inner.batch_write(batch)

    def batch_stream(self, batch: CompiledBatch, /) -> OpenBatch:
        """Carry out writes that come one by one."""
        return self._inner.batch_stream(batch)

    def __repr__(self) -> str:
        return f"<LoadingRunner over {self._inner!r}>"


async def _page_loaded(page: PaginatedResult[M]) -> PaginatedResult[M]:
    await tell_all(page.items, "after_load")
    return page


class Told(AsyncIterator[R]):
    """An iterator each of whose results is told before it is handed out."""

    def __init__(
        self, inner: AsyncIterator[R], told: Callable[[R], Awaitable[R]]
    ) -> None:
        self._inner = inner
        self._told = told

    async def __anext__(self) -> R:
        return await self._told(await anext(self._inner))

    def __repr__(self) -> str:
        return f"<Told {self._inner!r}>"


class ToldSegments(AsyncIterator[M]):
    """A scan in segments whose rows are told before they are handed out."""

    def __init__(self, inner: SegmentedRows[M]) -> None:
        self._inner = inner

    def __await__(self) -> Generator[Any, None, list[M]]:
        return self._collected().__await__()

    async def __anext__(self) -> M:
        return await _loaded(await self._inner.__anext__())

    async def _collected(self) -> list[M]:
        rows = await self._inner
        await tell_all(rows, "after_load")
        return rows

    def resume_token(self) -> str:
        """A text to go on by, with `scan_all_segments(..., resume=text)`."""
        return self._inner.resume_token()

    def __repr__(self) -> str:
        return f"<ToldSegments {self._inner!r}>"
