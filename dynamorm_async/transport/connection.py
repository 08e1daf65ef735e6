"""One connection: one request at a time, and whatever the other end makes of it."""

import asyncio
import ssl
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from ..errors import TransportError
from ..lazily import lazy
from .parsing import NOT_HTTP, Received, ReplyParser

if TYPE_CHECKING:
    from . import troubles
else:
    troubles = lazy(".troubles", __package__)

CLOSED = "closed by the other end"

BUFFER_SIZE = 64 * 1024
"""Bytes received at a time; a connection keeps its buffer as long as it lives."""

SENT_AT_ONCE = 4096
"""Bytes that always fit into the system's buffer for sending, when it is empty."""


class Address(NamedTuple):
    """Where to connect."""

    url: str
    host: str
    port: int
    tls: ssl.SSLContext | None = None


class Owner(Protocol):
    """Who keeps connections."""

    def is_heard(self, connection: "Connection", /) -> None:
        """Part of its reply came."""
        ...

    def is_free(self, connection: "Connection", /) -> None:
        """It has its reply, and can take the next request."""
        ...

    def is_lost(self, connection: "Connection", /) -> None:
        """It can take no request any more."""
        ...

    def is_gone(self, connection: "Connection", /) -> None:
        """Its socket is closed."""
        ...


class Connection(asyncio.BufferedProtocol):
    """A connection to the service that is kept alive.

    A plain `asyncio.Protocol` would receive into fresh memory each time, which costs
    more than all the rest of receiving.
    """

    __slots__ = (
        "_buffer",
        "_doing",
        "_heard",
        "_is_large",
        "_loop",
        "_owner",
        "_parser",
        "_transport",
        "_url",
        "_waiter",
        "asked_at",
        "asked_at_wall",
        "is_open",
        "served",
        "was_stale",
    )

    def __init__(self, owner: Owner, url: str) -> None:
        self._owner = owner
        self._url = url
        self._loop = asyncio.get_running_loop()
        self._buffer = memoryview(bytearray(BUFFER_SIZE))
        self._parser = ReplyParser()
        self._waiter: asyncio.Future[Received] | None = None
        self._doing = ""
        self._heard = False
        self._is_large = False
        self.is_open = False
        self.served = 0
        """Replies that came whole."""

        self.was_stale = False
        """Whether it had been kept, and then broke before any byte of a reply."""

        self.asked_at = self.asked_at_wall = 0.0
        """When it was last used, on the monotonic and on the wall clock."""

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for a reply."""
        return self._waiter is not None

    def ask(self, doing: str, request: bytes) -> asyncio.Future[Received]:
        """Send this, and let the caller wait for the reply; then it must `leave`."""
        waiter: asyncio.Future[Received] = self._loop.create_future()
        self._waiter = waiter
        self._doing = doing
        self._heard = False
        self._is_large = len(request) > SENT_AT_ONCE
        self._parser.begin()
        self._transport.write(request)
        return waiter

    def leave(self, waiter: asyncio.Future[Received] | None) -> None:
        """Wait no longer, or never ask at all.

        Harmless after the reply, when somebody else may be using the connection; before
        it, nobody will ever want what is still to come.
        """
        if self._waiter is waiter:
            self.discard()

    def time_out(self) -> None:
        """End a wait that has taken too long."""
        error = troubles.silence(self._doing, self._url)
        error.__cause__ = TimeoutError()
        self._fail(error)

    def discard(self) -> None:
        """Close at once, without waiting for anything."""
        self._waiter = None
        if self.is_open:
            self.is_open = False
            self._owner.is_lost(self)
            self._transport.abort()

    def close(self) -> None:
        """Close at once; who waits for a reply gets an error."""
        self._break("the pool was closed")

    def _break(self, what: str) -> None:
        if self._waiter is None:
            self.discard()
        else:
            self._fail(troubles.no_reply(self._doing, self._url, what))

    def _fail(self, error: TransportError) -> None:
        waiter = self._waiter
        if waiter is not None:
            self.was_stale = self.served > 0 and not self._heard
            if not waiter.done():
                waiter.set_exception(error)
        self.discard()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open, and TLS agreed on."""
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to put what is received: always the same memory."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So much was received."""
        if self._waiter is None:  # nobody asked
            self.discard()
            return
        self._heard = True
        try:
            self._parser.feed(self._buffer[:nbytes])
        except NOT_HTTP as error:
            self._break(type(error).__name__)
            return
        if self._parser.is_complete:
            self._finish()
        else:
            self._owner.is_heard(self)

    def _finish(self) -> None:
        waiter, self._waiter = self._waiter, None
        self.served += 1
        if waiter is not None and not waiter.done():
            waiter.set_result(self._parser.received())
        if self._parser.is_last or (self._is_large and self._is_sending()):
            self.discard()
        elif self.is_open:
            self._owner.is_free(self)

    def _is_sending(self) -> bool:
        return self._transport.get_write_buffer_size() > 0

    def eof_received(self) -> None:
        """The other end has nothing more to say."""
        self._parser.end()
        if self._waiter is not None and self._parser.is_complete:
            self._finish()
        self._break(CLOSED)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed, by whomever."""
        self._break(type(exc).__name__ if exc else CLOSED)
        self._parser.close()
        self._owner.is_gone(self)

    def __repr__(self) -> str:
        state = ("busy" if self.is_busy else "idle") if self.is_open else "closed"
        return f"<Connection to {self._url}, {state}, {self.served} replies>"


async def connect(
    address: Address, doing: str, owner: Owner, *, within: float
) -> Connection:
    """Open a connection; one that could not be opened leaves nothing behind.

    Raises `TransportError` where nobody answers `within` so many seconds, and
    `ConfigurationError` where somebody does who cannot show to be who is meant.
    """
    loop = asyncio.get_running_loop()
    url = address.url
    try:
        async with asyncio.timeout(within):
            _, connection = await loop.create_connection(
                lambda: Connection(owner, url),
                address.host,
                address.port,
                ssl=address.tls,
            )
    except TimeoutError as error:
        raise troubles.slow_connection(doing, url) from error
    except ssl.SSLError as error:
        raise troubles.no_tls(doing, url, error) from error
    except (OSError, UnicodeError) as error:
        raise troubles.no_connection(doing, url, error) from error
    return connection
