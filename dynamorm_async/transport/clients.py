"""Clients of aiobotocore, one for each event loop, closed with it."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import Lock
from botocore.exceptions import BotoCoreError

from ..config import Config
from .loops import PerLoop
from .session import create_client, create_session
from .troubles import bad_endpoint


@dataclass(eq=False)
class _Seat:
    """The place of one event loop's client, and what closes it with its loop."""

    lock: Lock = field(default_factory=Lock)
    client: Any = None
    closing: AsyncGenerator[None, None] | None = None


class ClientPerLoop:
    """A client of one service: one per event loop, made on first use.

    Used from another event loop, or in a forked process, it makes a client of its own
    there.  The connections of a loop are closed by `aclose` in that loop, and else when
    it shuts down.
    """

    def __init__(
        self,
        config: Config,
        service: str,
        on_made: Callable[[Any], None] | None = None,
    ) -> None:
        self._config = config
        self._service = service
        self._on_made = on_made
        self._seats = PerLoop(_Seat)

    async def here(self) -> Any:
        """The client of this event loop."""
        seat = self._seats.here()
        if seat.client is not None:
            return seat.client
        async with seat.lock:
            if seat.client is None:
                seat.client = await self._make()
                seat.closing = close_with_loop(seat.client)
                await anext(seat.closing)
            return seat.client

    async def aclose(self) -> None:
        """Close the client of this event loop, if there is one."""
        seat = self._seats.seen_here()
        if seat is None:
            return
        async with seat.lock:
            closing, seat.client, seat.closing = seat.closing, None, None
            if closing is not None:
                await closing.aclose()

    async def _make(self) -> Any:
        session = await create_session(self._config)
        try:
            client = await create_client(session, self._service, self._config)
        except BotoCoreError:
            raise
        except ValueError as error:
            # How botocore refuses an endpoint of the environment or of a profile.
            raise bad_endpoint() from error
        if self._on_made is not None:
            self._on_made(client)
        return client

    @property
    def open(self) -> list[Any]:
        """The clients that are open, of all event loops."""
        return [each.client for each in self._seats if each.client is not None]

    def __repr__(self) -> str:
        return f"<{self._service} in {len(self.open)} event loops>"


async def close_with_loop(client: Any) -> AsyncGenerator[None, None]:
    """Closes the client when it is closed itself.

    An event loop closes the generators that are still open when it shuts down, so a
    client that nobody closed leaves no socket behind.
    """
    try:
        yield
    finally:
        await client.close()
