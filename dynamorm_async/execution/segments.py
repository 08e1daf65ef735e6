"""Scans in segments: read side by side while a row is wanted, and never in between."""

import math
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from anyio import CancelScope, create_task_group
from msgspec import Struct

from ..wire import Body, CompiledQuery, Item
from ..wire.segments import SegmentPlan, SegmentPosition
from .deadline import Clock, Deadline
from .paging import key_of
from .sending import Sender, Sleep

M = TypeVar("M")

Bounded = Callable[[Callable[[Deadline | None], Awaitable[None]]], Awaitable[None]]
"""Runs a piece of work under the deadline of a call."""


class Segment(Struct, eq=False):
    """One segment: how far it was read, and how far its rows were handed out."""

    number: int
    read: SegmentPosition
    handed: SegmentPosition
    handed_row: Item | None = None
    """The last row handed out, as it is stored, of a page that holds more."""


class Arrived(Struct, Generic[M], frozen=True, eq=False):
    """A page whose rows wait to be handed out."""

    segment: Segment
    items: Sequence[Item]
    rows: Sequence[M]
    end: SegmentPosition
    """Where its segment goes on after it."""


class Pace:
    """Keeps requests apart; a turn that nobody took is not saved up."""

    def __init__(self, interval: float, clock: Clock, sleep: Sleep) -> None:
        self._interval = interval
        self._clock = clock
        self._sleep = sleep
        self._next = -math.inf

    async def turn(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock()
        mine = max(now, self._next)
        self._next = mine + self._interval
        if mine > now:
            await self._sleep(mine - now)


class SegmentScan(AsyncIterator[M]):
    """The rows of a scan in segments; see `SegmentedRows`.

    Wanting a row when none is held starts a wave: tasks that read pages until enough
    rows are held, and that have ended when the row is handed out.  After an error or a
    cancellation, which ends the whole wave, it can be asked again; no row is lost.
    """

    def __init__(
        self,
        compiled: CompiledQuery[Sequence[M]],
        plan: SegmentPlan,
        sender: Sender,
        bounded: Bounded,
    ) -> None:
        self._compiled = compiled
        self._plan = plan
        self._sender = sender
        self._bounded = bounded
        self._segments = [
            Segment(number, position, position)
            for number, position in enumerate(plan.positions)
        ]
        self._idle = deque(each for each in self._segments if not each.read.is_done)
        self._arrived: deque[Arrived[M]] = deque()
        self._place = 0  # in the first page that arrived
        self._held = 0
        self._left = math.inf if compiled.limit is None else compiled.limit
        self._pace = Pace(plan.interval, sender.clock, sender.sleep)
        self._is_waiting = False

    def __await__(self) -> Generator[Any, None, list[M]]:
        return self._rest().__await__()

    async def __anext__(self) -> M:
        if self._left and not self._held:
            await self._fill(self._plan.buffer)
        if not self._left or not self._held:
            raise StopAsyncIteration
        return self._hand_out()

    def resume_token(self) -> str:
        """A text to go on by; rows that were handed out count as done."""
        self._drop_used_pages()
        return self._plan.write_token([self._position(each) for each in self._segments])

    async def _rest(self) -> list[M]:
        await self._fill(math.inf)
        return [self._hand_out() for _ in range(int(min(self._held, self._left)))]

    def _hand_out(self) -> M:
        self._drop_used_pages()
        page = self._arrived[0]
        row = page.rows[self._place]
        page.segment.handed_row = page.items[self._place]
        self._place += 1
        self._held -= 1
        self._left -= 1
        return row

    def _drop_used_pages(self) -> None:
        while self._arrived and self._place == len(self._arrived[0].rows):
            page = self._arrived.popleft()
            page.segment.handed = page.end
            page.segment.handed_row = None
            self._place = 0

    def _position(self, segment: Segment) -> SegmentPosition:
        if segment.handed_row is None:
            return segment.handed
        return SegmentPosition(after=key_of(self._compiled, segment.handed_row))

    async def _fill(self, enough: float) -> None:
        """Read until so many rows are held, or no page is left."""
        if self._is_waiting:
            raise RuntimeError("two tasks ask one scan in segments for its next row")
        self._is_waiting = True
        try:
            await self._bounded(partial(self._wave, min(enough, self._left)))
        finally:
            self._is_waiting = False

    async def _wave(self, enough: float, deadline: Deadline | None) -> None:
        failures: list[Exception] = []
        async with create_task_group() as group:
            for _ in range(min(self._plan.concurrency, len(self._idle))):
                group.start_soon(
                    self._work, enough, deadline, failures, group.cancel_scope
                )
        if failures:
            raise failures[0]

    async def _work(
        self,
        enough: float,
        deadline: Deadline | None,
        failures: list[Exception],
        wave: CancelScope,
    ) -> None:
        try:
            while self._idle and self._held < enough:
                segment = self._idle.popleft()
                try:
                    await self._read(segment, deadline)
                finally:
                    if not segment.read.is_done:
                        self._idle.append(segment)
        except Exception as error:
            # Not left to the group, which would wrap it: a caller wants the error.
            failures.append(error)
            wave.cancel()

    async def _read(self, segment: Segment, deadline: Deadline | None) -> None:
        await self._pace.turn()
        body = self._body(segment)
        reply = await self._sender.send(self._compiled, body, deadline)
        after = reply.get("LastEvaluatedKey")
        end = SegmentPosition(after=after, is_done=after is None)
        page = Arrived(
            segment, reply.get("Items", []), self._compiled.decode(reply), end
        )
        segment.read = end
        self._arrived.append(page)
        self._held += len(page.rows)

    def _body(self, segment: Segment) -> Body:
        body = {**self._compiled.body, "Segment": segment.number}
        if segment.read.after is not None:
            body["ExclusiveStartKey"] = segment.read.after
        sizes: list[float] = [self._share(), self._compiled.page_size or math.inf]
        body.pop("Limit", None)
        if min(sizes) < math.inf:
            body["Limit"] = int(min(sizes))
        return body

    def _share(self) -> float:
        """The rows of a limit that fall to one of the requests sent side by side.

        With a filter the rows still wanted say nothing about the rows to read.
        """
        if "FilterExpression" in self._compiled.body or self._left == math.inf:
            return math.inf
        wanted = max(1, self._left - self._held)
        return math.ceil(wanted / min(self._plan.concurrency, len(self._segments)))

    def __repr__(self) -> str:
        done = sum(each.read.is_done for each in self._segments)
        return (
            f"<SegmentScan of {len(self._segments)} segments, {done} read, "
            f"{self._held} rows held>"
        )
