"""A pool of connections: who gets which, decided without waiting."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable

from ..errors import TransportError
from .connection import Connection, Owner

Clock = Callable[[], float]
"""Seconds, from whenever it begins."""

Open = Callable[[str, Owner], Awaitable[Connection]]
"""Opens a connection for an operation, on behalf of an owner."""

Waiter = asyncio.Future[Connection | None]
"""Somebody in the queue: gets a connection, or None with a place to open one in."""

IDLE_SECONDS = 30.0
"""How long a connection is kept without use; the service closes its end at some time,
and a gateway in between may forget it without a word.
"""

LONGEST_BETWEEN_SWEEPS = 1.0
SWEEPS_PER_TIMEOUT = 4


def has_expired(connection: Connection, now: float, now_wall: float) -> bool:
    """Whether it was idle for too long.

    Both clocks are asked, for while a machine is frozen one of them may stand still.
    """
    return (
        now - connection.asked_at > IDLE_SECONDS
        or now_wall - connection.asked_at_wall > IDLE_SECONDS
    )


def silent(
    connections: Iterable[Connection], now: float, read_timeout: float
) -> list[Connection]:
    """Those whose reply has not gone on for `read_timeout` seconds."""
    return [
        each
        for each in connections
        if each.is_busy and now - each.asked_at >= read_timeout
    ]


class Pool:
    """The connections of one event loop.

    The one that was used last is used next, so those that are not needed grow old and
    are closed.  Whoever finds all of them busy waits, first come first served.
    """

    def __init__(
        self,
        open_connection: Open,
        *,
        limit: int,
        read_timeout: float,
        clock: Clock | None = None,
        wall: Clock = time.time,
    ) -> None:
        self._open_connection = open_connection
        self._limit = limit
        self._read_timeout = read_timeout
        self._loop = asyncio.get_running_loop()
        self._clock = clock or self._loop.time
        self._wall = wall
        self._connections: set[Connection] = set()
        self._idle: list[Connection] = []
        self._opening = 0
        self._waiting: OrderedDict[Waiter, None] = OrderedDict()
        self._sockets: set[Connection] = set()
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._all_gone: asyncio.Future[None] | None = None
        self._is_closed = False

    def take(self) -> Connection | None:
        """The idle connection that was used last, from now on this caller's."""
        now, now_wall = self._clock(), self._wall()
        while self._idle:  # then nobody is waiting
            connection = self._idle.pop()
            if not has_expired(connection, now, now_wall):
                connection.asked_at, connection.asked_at_wall = now, now_wall
                return connection
            connection.discard()
        return None

    async def acquire(self, doing: str, *, fresh: bool = False) -> Connection:
        """A connection for this caller, opened or waited for.

        A `fresh` one was not idle before: who needs such has met one that was kept too
        long, and goes to the head of the queue.
        """
        first = fresh
        while True:
            self._must_not_be_closed(doing)
            if fresh and self._idle and not self._has_place():
                self._idle[0].discard()
            found = None
            if self._has_place() and (first or not self._waiting):
                self._opening += 1
            else:
                found = await self._wait(first=first)
            connection = found or await self._open(doing)
            if connection.is_open:
                connection.asked_at = self._clock()
                connection.asked_at_wall = self._wall()
                return connection
            first = True  # it broke on its way from its last user to this one

    def _must_not_be_closed(self, doing: str) -> None:
        if self._is_closed:
            raise TransportError(f"{doing}: the pool was closed; nothing was sent")

    def _has_place(self) -> bool:
        return len(self._connections) + self._opening < self._limit

    async def _wait(self, *, first: bool) -> Connection | None:
        waiter: Waiter = self._loop.create_future()
        self._waiting[waiter] = None
        if first:
            self._waiting.move_to_end(waiter, last=False)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._leave_queue(waiter)
            raise

    def _leave_queue(self, waiter: Waiter) -> None:
        """Forget a waiter that was cancelled; what it got already goes to the next."""
        if waiter.cancelled():
            self._waiting.pop(waiter, None)
            return
        connection = waiter.result()
        if connection is None:
            self._opening -= 1
            self._offer_places()
        elif connection.is_open:
            self.is_free(connection)

    async def _open(self, doing: str) -> Connection:
        """Open a connection in a place that was set aside for it."""
        try:
            self._must_not_be_closed(doing)
            connection = await self._open_connection(doing, self)
            if connection.is_open:
                self._keep(connection)
            return connection
        finally:
            self._opening -= 1
            self._offer_places()

    def _keep(self, connection: Connection) -> None:
        self._sockets.add(connection)
        if self._is_closed:
            connection.discard()
            return
        self._connections.add(connection)
        if self._sweep_timer is None:
            self._sweep_later()

    def _offer_places(self) -> None:
        """Let the first in the queue open connections while there are places."""
        while self._waiting and self._has_place():
            waiter, _ = self._waiting.popitem(last=False)
            if not waiter.done():
                self._opening += 1
                waiter.set_result(None)

    def is_heard(self, connection: Connection) -> None:
        """Part of a reply came: the wait for the next part begins."""
        connection.asked_at = self._clock()

    def is_free(self, connection: Connection) -> None:
        """A connection can take the next request."""
        while self._waiting:
            waiter, _ = self._waiting.popitem(last=False)
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._idle.append(connection)

    def is_lost(self, connection: Connection) -> None:
        """A connection can take no request any more: its place is free."""
        self._connections.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._offer_places()

    def is_gone(self, connection: Connection) -> None:
        """The socket of a connection is closed."""
        self._sockets.discard(connection)
        if self._all_gone and not self._sockets and not self._all_gone.done():
            self._all_gone.set_result(None)

    def _sweep_later(self) -> None:
        # One timer for all: a timeout around each call would cost as much as signing.
        pause = min(self._read_timeout / SWEEPS_PER_TIMEOUT, LONGEST_BETWEEN_SWEEPS)
        self._sweep_timer = self._loop.call_later(pause, self.sweep)

    def sweep(self) -> None:
        """End waits that have taken too long, and close what was idle for too long."""
        now, now_wall = self._clock(), self._wall()
        for each in silent(self._connections, now, self._read_timeout):
            each.time_out()
        for each in [each for each in self._idle if has_expired(each, now, now_wall)]:
            each.discard()
        self._sweep_timer = None
        if self._connections:
            self._sweep_later()

    async def aclose(self) -> None:
        """Close for good; whoever waits for a reply or a connection gets an error."""
        self._is_closed = True
        if self._sweep_timer:
            self._sweep_timer.cancel()
            self._sweep_timer = None
        for waiter in list(self._waiting):
            if not waiter.done():
                self._opening += 1
                waiter.set_result(None)
        self._waiting.clear()
        for each in list(self._connections):
            each.close()
        if self._sockets:
            self._all_gone = self._loop.create_future()
            await self._all_gone

    def __repr__(self) -> str:
        busy = len(self._connections) - len(self._idle)
        return (
            f"<Pool {busy} busy, {len(self._idle)} idle, {self._opening} opening, "
            f"{len(self._waiting)} waiting>"
        )
