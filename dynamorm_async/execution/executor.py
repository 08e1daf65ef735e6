"""Runs compiled queries: the world below the waist, behind one class."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from ..config import Config
from ..errors import ConfigurationError, ItemNotFoundError, MultipleItemsError
from ..lazily import lazy
from ..wire import (
    CompiledBatch,
    CompiledQuery,
    PaginatedResult,
    Read,
    ReadAgain,
    Transport,
)
from .deadline import Clock, Deadline, Within, ambient, nearest
from .retry import Rand, unforeseen
from .sending import Sender, Sleep, doing

if TYPE_CHECKING:
    from ..wire.batches import OpenBatch
    from ..wire.segments import SegmentPlan
    from . import batches, paging, repeating, segments
    from .paging import Page, PageWalk, Position
    from .vault import Vault
else:
    batches = lazy(".batches", __package__)
    paging = lazy(".paging", __package__)
    repeating = lazy(".repeating", __package__)
    segments = lazy(".segments", __package__)

R = TypeVar("R")
M = TypeVar("M")
S = TypeVar("S")

_SINGLE_ITEM = "GetItem"
_UNLIMITED: AbstractContextManager[None] = nullcontext()


class Executor(Struct, frozen=True):
    """Runs compiled queries over a transport.  A frozen value: `bounded` copies it.

    Each call has at most `seconds`, and ends at `deadline`; the nearest wins, also over
    that of a block around the call.  In `rows` and `pages` a call is the wait for one
    page: the time that the caller takes between two does not count.
    """

    sender: Sender
    seconds: float | None = None
    deadline: Deadline | None = None

    @classmethod
    def over(
        cls,
        transport: Transport,
        config: Config | None = None,
        *,
        sleep: Sleep = asyncio.sleep,
        rand: Rand = unforeseen,
        clock: Clock = time.monotonic,
    ) -> Self:
        """An executor with the retry policy and the timeout of `config`."""
        config = config or Config()
        sender = Sender(
            transport,
            config.retry,
            sleep=sleep,
            rand=rand,
            clock=clock,
            vault=vault_of(config),
        )
        return cls(sender, config.timeout)

    def bounded(self, seconds: float, /) -> Self:
        """This executor with at most `seconds` for each call; the nearest wins."""
        least = seconds if self.seconds is None else min(seconds, self.seconds)
        return replace(self, seconds=least)

    def until(self, deadline: Deadline, /) -> Self:
        """This executor with all calls ending at `deadline`; the nearest wins."""
        return replace(self, deadline=nearest(self.deadline, deadline))

    async def run(self, compiled: CompiledQuery[R], /) -> R:
        """Send this one request and decode its reply.

        Where only a retry showed that a conditional write had been carried out, its
        reply is an empty one, or the stored item where new values were asked for.
        """
        deadline = self._nearest()
        with self._within(deadline, compiled):
            reply = await self.sender.send(compiled, compiled.body, deadline)
        return compiled.decode(reply)

    async def first(
        self, compiled: Read[M], /, *, again: ReadAgain[M] | None = None
    ) -> M | None:
        """The first row, or None."""
        rows = await self._few(compiled, 1, again)
        return rows[0] if rows else None

    async def need(
        self,
        compiled: Read[M],
        /,
        *,
        only: bool = False,
        again: ReadAgain[M] | None = None,
    ) -> M:
        """The first row.

        Raises `ItemNotFoundError` where there is none, and with `only`
        `MultipleItemsError` where there is a second.
        """
        rows = await self._few(compiled, 2 if only else 1, again)
        if not rows:
            raise ItemNotFoundError(f"no {_what(compiled)} found by {doing(compiled)}")
        if len(rows) > 1:
            raise MultipleItemsError(
                f"more than one {_what(compiled)} found by {doing(compiled)}"
            )
        return rows[0]

    async def collect(
        self,
        compiled: CompiledQuery[Sequence[M]],
        /,
        *,
        again: ReadAgain[list[M]] | None = None,
    ) -> list[M]:
        """All rows, as many requests as it takes.

        The predicate of `again` is asked about every list, an empty one included.
        """
        until = again.until if again else None
        deadline = self._nearest()
        with self._within(deadline, compiled):
            read = partial(self._gather, cast("Read[M]", compiled), None, deadline)
            return await repeating.repeated(
                read, again, until or bool, self.sender, deadline
            )

    def rows(self, compiled: CompiledQuery[Sequence[M]], /) -> AsyncIterator[M]:
        """The rows one by one; the next page is asked for when the last is used up."""
        return paging.Rows(compiled, self._walk(compiled))

    def pages(
        self, compiled: CompiledQuery[Sequence[M]], /
    ) -> AsyncIterator[PaginatedResult[M]]:
        """One page per request, empty ones included."""
        return paging.Pages(compiled, self._walk(compiled))

    async def page(self, compiled: CompiledQuery[Sequence[M]], /) -> PaginatedResult[M]:
        """One page of `limit` rows, over as many requests as it takes to fill it.

        Without a limit: what the first request brings that has rows after the offset.
        """
        deadline = self._nearest()
        rows: list[M] = []
        scanned = 0
        consumed: float | None = None
        page: Page[M] = paging.Page(rows=(), scanned=0, position=paging.start(compiled))
        with self._within(deadline, compiled):
            while not _is_full(page.position):
                page = await self._page(compiled, deadline, page.position)
                rows.extend(page.rows)
                scanned += page.scanned
                if page.consumed is not None:
                    consumed = (consumed or 0.0) + page.consumed
        return paging.result_of(compiled, rows, scanned, page, consumed)

    async def count(self, compiled: CompiledQuery[int], /) -> int:
        """The sum over all pages, less the offset, and never more than `limit`."""
        return await self._count(compiled, compiled.limit)

    async def exists(self, compiled: CompiledQuery[int], /) -> bool:
        """Whether a row after the offset is counted; reads no page after that."""
        return await self._count(compiled, 1) > 0

    async def fold(
        self,
        compiled: CompiledQuery[Sequence[M]],
        first: S,
        step: Callable[[S, Sequence[M]], S],
        finish: Callable[[S], R],
        /,
    ) -> R:
        """`finish` of the state to which `step` brings `first`, page by page.

        One page is held at a time.
        """
        state = first
        read = cast("Read[M]", compiled)
        position = paging.start(compiled)
        deadline = self._nearest()
        with self._within(deadline, compiled):
            while not position.is_done:
                page = await self._page(read, deadline, position)
                state = step(state, page.rows)
                position = page.position
        return finish(state)

    def segments(
        self, compiled: CompiledQuery[Sequence[M]], plan: "SegmentPlan", /
    ) -> "segments.SegmentScan[M]":
        """The rows of all segments; `compiled` is the request of the first.

        A call is the wait for one wave of pages, or for the whole list.
        """
        bounded = partial(self._bounded, compiled)
        return segments.SegmentScan(compiled, plan, self.sender, bounded)

    async def run_and_see(
        self,
        compiled: CompiledQuery[R],
        seen: CompiledQuery[Sequence[Any]],
        wait: float,
        /,
    ) -> R:
        """Send a write, then read until there is a row, at most `wait` seconds.

        An error after the write says that the item is written.
        """
        deadline = self._nearest()
        with self._within(deadline, compiled):
            reply = await self.sender.send(compiled, compiled.body, deadline)
        written = compiled.decode(reply)
        read = partial(self._gather, cast("Read[Any]", seen), 1)
        await repeating.until_seen(read, seen, wait, self.sender, deadline)
        return written

    async def batch_get(self, batch: "CompiledBatch", /) -> list[Any]:
        """What was found of these keys, in their order."""
        found = await batches.run_batch(self.sender, batch, self._nearest())
        asked = (each.identity for each in batch.parts)
        return [found[same] for same in asked if same in found]

    async def batch_write(self, batch: "CompiledBatch", /) -> None:
        """Carry out these writes; the error holds those that were left over."""
        await batches.run_batch(self.sender, batch, self._nearest())

    def batch_stream(self, batch: "CompiledBatch", /) -> "OpenBatch":
        """Carry out writes that come one by one, all of them when the block ends.

        A call is one request with its repetitions.
        """
        return batches.stream(batches.Flow(self.sender, batch, self._nearest))

    async def _bounded(
        self,
        compiled: CompiledQuery[Any],
        work: Callable[[Deadline | None], Awaitable[None]],
    ) -> None:
        deadline = self._nearest()
        with self._within(deadline, compiled):
            await work(deadline)

    async def _count(self, compiled: CompiledQuery[int], limit: int | None) -> int:
        deadline = self._nearest()
        offset = compiled.offset or 0
        want = None if limit is None else limit + offset
        position = paging.Position(want=want, is_done=limit == 0)
        total = 0
        with self._within(deadline, compiled):
            while not position.is_done:
                body = paging.request_body(compiled, position)
                reply = await self.sender.send(compiled, body, deadline)
                count = compiled.decode(reply)
                total += count
                position = paging.counted(position, count, reply)
        return max(0, (total if want is None else min(total, want)) - offset)

    async def _few(
        self, compiled: Read[M], most: int, again: ReadAgain[M] | None
    ) -> list[M]:
        """At most so many rows, read again until the first is as it should be."""
        until = again.until if again else None

        def is_enough(rows: list[M]) -> bool:
            return bool(rows) and (until is None or until(rows[0]))

        deadline = self._nearest()
        with self._within(deadline, compiled):
            if again is None and compiled.operation == _SINGLE_ITEM:
                # What _gather would do, in a third of the time.
                reply = await self.sender.send(compiled, compiled.body, deadline)
                found = cast("CompiledQuery[M | None]", compiled).decode(reply)
                return [] if found is None else [found]
            read = partial(self._gather, compiled, most, deadline)
            return await repeating.repeated(
                read, again, is_enough, self.sender, deadline
            )

    async def _gather(
        self, compiled: Read[M], most: int | None, deadline: Deadline | None
    ) -> list[M]:
        rows: list[M] = []
        position = paging.start(compiled, most)
        while not position.is_done:
            page = await self._page(compiled, deadline, position)
            rows.extend(page.rows)
            position = page.position
        return rows

    async def _page(
        self, compiled: Read[M], deadline: Deadline | None, position: "Position"
    ) -> "Page[M]":
        body = paging.request_body(compiled, position)
        reply = await self.sender.send(compiled, body, deadline, compiled.read)
        return paging.take_page(compiled, reply, position)

    def _walk(self, compiled: CompiledQuery[Sequence[M]]) -> "PageWalk[M]":
        async def fetch(position: "Position") -> "Page[M]":
            deadline = self._nearest()
            with self._within(deadline, compiled):
                return await self._page(compiled, deadline, position)

        return paging.PageWalk(fetch, paging.start(compiled))

    def _nearest(self) -> Deadline | None:
        around = ambient()
        if self.seconds is None:
            # The common case is no deadline at all, and must cost nothing.
            return nearest(around, self.deadline) if self.deadline else around
        own = Deadline.after(self.seconds, clock=self.sender.clock)
        return nearest(around, self.deadline, own)

    def _within(
        self, deadline: Deadline | None, compiled: CompiledQuery[Any]
    ) -> AbstractContextManager[None]:
        if deadline is None:
            return _UNLIMITED
        return Within(deadline, doing(compiled), self.sender.clock)

    def __repr__(self) -> str:
        limit = "" if self.seconds is None else f", at most {self.seconds:g} s per call"
        end = "" if self.deadline is None else f", until {self.deadline.at:.3f}"
        return f"<Executor of {self.sender!r}{limit}{end}>"


def vault_of(config: Config) -> "Vault | None":
    """What encrypts fields, where a key is configured."""
    key = config.kms_key
    if key is None:
        return None
    try:
        # It brings along all of OpenSSL.
        from .vault import Vault
    except ImportError as error:
        raise ConfigurationError(
            "kms_key: encryption needs `pip install 'dynamorm_async[encryption]'`"
        ) from error
    if isinstance(key, str):
        # Few programs encrypt.
        from ..transport.data_keys import KmsDataKeys

        key = KmsDataKeys(config, key)
    return Vault(key, reads_plain=config.read_unencrypted)


def _is_full(position: "Position") -> bool:
    """Whether a page that ends here can be handed out."""
    is_after_offset = position.requests > 0 and position.skip == 0
    return position.is_done or (position.want is None and is_after_offset)


def _what(compiled: CompiledQuery[Any]) -> str:
    return compiled.model or "item"
