"""One event loop's way to the endpoint: from an operation to its reply."""

import logging
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from ..config import Credentials
from ..errors import TransportError
from ..lazily import lazy
from ..wire import Body, Reply
from ..wire.ready import ReadBytes
from .connection import Connection
from .endpoint import Endpoint
from .keyring import KeyRing, is_refused
from .pool import Clock, Pool
from .writing import encode_body, may_repeat, write_request

if TYPE_CHECKING:
    from . import skew
else:
    skew = lazy(".skew", __package__)

logger = logging.getLogger("dynamorm_async")

CLOCK, KEY = "clock", "key"
"""What can be set right when a request is refused."""

SECONDS_APART = 5.0
"""When the wall clock and the monotonic one disagree that much on how long something
took, the machine stood still, or somebody set its clock.
"""


class Line:
    """One event loop's way to the endpoint: connections, keys, and what time it is."""

    def __init__(
        self,
        endpoint: Endpoint,
        keys: KeyRing,
        pool: Pool,
        *,
        wall: Clock = time.time,
        clock: Clock = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self.pool = pool
        self._keys = keys
        self._wall = wall
        self._clock = clock
        self._apart = wall() - clock()
        self._offset = 0.0
        self._host = endpoint.host_header
        self._region = endpoint.region
        self._closing = _close_with_loop(pool)

    async def open(self) -> None:
        """See to it that the connections do not outlive the event loop."""
        await anext(self._closing)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._closing.aclose()

    async def send(
        self, operation: str, body: Body, read: ReadBytes | None = None
    ) -> Reply:
        """Send one request and wait for its reply.

        It is sent again at most once for each of three reasons: the connection had been
        kept too long, and broke before any byte of a reply; the signature was refused
        for its time, and the clock is now set by the reply; the key was refused, and
        there is another one.
        """
        payload = encode_body(body)
        fresh = False
        cured: tuple[str, ...] = ()
        while True:
            key = self._keys.at_hand() or await self._keys.fetch(operation)
            connection = None if fresh else self.pool.take()
            if connection is None:
                connection = await self.pool.acquire(operation, fresh=fresh)
                key = self._seen_anew(connection, key, operation)
            waiter = None
            try:
                # Signed when it leaves: a signature ages in a queue.
                request = self._write(operation, payload, key)
                waiter = connection.ask(operation, request)
                received = await waiter
            except TransportError:
                if fresh or not (connection.was_stale and may_repeat(operation, body)):
                    raise
                fresh = True
                continue
            finally:
                connection.leave(waiter)
            # Read here, one at a time: of many replies that come together, all the
            # items would crowd the memory before the first is used.
            reply = received.reply(read)
            if reply.status < 400:
                return reply
            cure = await self._cure(reply, key, operation, cured)
            if cure is None:
                return reply
            cured = (*cured, cure)

    def _seen_anew(
        self, connection: Connection, key: Credentials, operation: str
    ) -> Credentials:
        """The key to sign with, and the clock, where a new connection was opened.

        No connection outlives a freeze, so this is where one shows; and beside opening
        a connection, looking costs nothing.
        """
        if connection.served:
            return key
        apart = self._wall() - self._clock()
        if abs(apart - self._apart) > SECONDS_APART:
            self._apart = apart
            self._offset = 0.0
        return self._keys.set_now(operation) or key

    async def _cure(
        self, reply: Reply, key: Credentials, operation: str, cured: tuple[str, ...]
    ) -> str | None:
        """What a reply complains of, where that was set right; each only once."""
        if CLOCK not in cured and self._set_clock(reply):
            return CLOCK
        if KEY in cured or not is_refused(key, reply):
            return None
        return KEY if await self._keys.other_than(key, operation) else None

    def _set_clock(self, reply: Reply) -> bool:
        """Whether the signature was refused for its time; the next will be right."""
        offset = skew.skew_in(reply, now=self._wall(), offset=self._offset)
        if offset is None:
            return False
        logger.warning("the clock of this machine is wrong by %.0f seconds", -offset)
        self._offset = offset
        return True

    def _write(self, operation: str, payload: bytes, key: Credentials) -> bytes:
        return write_request(
            payload,
            operation=operation,
            host=self._host,
            region=self._region,
            key=key,
            at=int(self._wall() + self._offset),
        )


async def _close_with_loop(pool: Pool) -> AsyncGenerator[None, None]:
    """Closes the pool when it is closed itself.

    An event loop closes the generators that are still open when it shuts down, so a
    pool that nobody closed leaves no socket behind.
    """
    try:
        yield
    finally:
        await pool.aclose()
