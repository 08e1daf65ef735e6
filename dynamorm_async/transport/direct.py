"""The short way: own signature, own connections, no botocore on the way of an item.

Everything but items, and everything where botocore's settings matter, goes through
`AiobotocoreTransport` instead.
"""

import asyncio
import logging
import os
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from ..config import Config, Credentials
from ..errors import DynamORMError
from ..wire import ITEM_OPERATIONS, Body, Reply, Transport
from ..wire.ready import ReadBytes
from .connection import Address, connect
from .credentials import find_keys, fixed_key
from .endpoint import (
    Endpoint,
    StepAside,
    endpoint_without_profile,
    find_endpoint,
)
from .keyring import KeyRing
from .line import Line
from .loading import load, load_now
from .loops import PerLoop
from .pool import Pool
from .tls import context_of
from .writing import write_request

logger = logging.getLogger("dynamorm_async")


class _Seat:
    """The place of one event loop's line, unless requests go through botocore there."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.line: Line | None = None
        self.steps_aside = False


class DirectTransport:
    """Sends items over connections of its own: one pool per event loop.

    Making the transport does no I/O and needs no event loop.  Used from another event
    loop, or in a forked process, it opens a fresh pool there.  The connections of a
    loop are closed by `aclose` in that loop, and else when it shuts down.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._seats = PerLoop(_Seat)
        self._through_botocore: Transport | None = None
        self._has_said = False

    def prepare(self) -> None:
        """Make what the first request needs: certificates and signing key, or botocore.

        Where no key is set yet, that is what looks for one.
        """
        with suppress(DynamORMError):
            endpoint = endpoint_without_profile(self._config, os.environ)
            if not isinstance(endpoint, Endpoint):
                self._make_other(load_now("aiobotocore")).prepare()
                return
            if endpoint.is_tls:
                context_of(os.environ)
                endpoint.host.encode("idna")  # as looking it up does
            key = fixed_key(self._config, "prepare")
            if key is not None:
                _sign_for_nobody(endpoint, key.key)
            elif self._config.credentials is None:
                load_now("chain").prepare(self._config)

    def send(self, operation: str, body: Body, /) -> Coroutine[Any, Any, Reply]:
        """Send one request and wait for its reply, which may be one of an error.

        Raises `ConfigurationError` and `CredentialsError` before anything is sent, and
        `TransportError` where no answer of DynamoDB came.
        """
        seat = self._seats.seen_here()
        if seat is not None and seat.line is not None and operation in ITEM_OPERATIONS:
            return seat.line.send(operation, body)
        return self._send_first(operation, body)

    def send_and_read(
        self, operation: str, body: Body, read: ReadBytes, /
    ) -> Coroutine[Any, Any, Reply]:
        """Do as `send` does, and let `read` make the body of a success, if it can."""
        seat = self._seats.seen_here()
        if seat is not None and seat.line is not None and operation in ITEM_OPERATIONS:
            return seat.line.send(operation, body, read)
        return self._send_first(operation, body, read)

    async def _send_first(
        self, operation: str, body: Body, read: ReadBytes | None = None
    ) -> Reply:
        if operation in ITEM_OPERATIONS:
            line = await self._connect(self._seats.here(), operation)
            if line is not None:
                return await line.send(operation, body, read)
        return await (await self._other()).send(operation, body)

    async def aclose(self) -> None:
        """Close the connections of this event loop.  A later `send` opens new ones."""
        seat = self._seats.seen_here()
        if seat is not None:
            async with seat.lock:
                line, seat.line = seat.line, None
                if line is not None:
                    await line.aclose()
        if self._through_botocore is not None:
            await self._through_botocore.aclose()

    async def _connect(self, seat: _Seat, operation: str) -> Line | None:
        """The line of this event loop; None where its requests go through botocore."""
        if seat.steps_aside:
            return None
        async with seat.lock:
            if seat.line is None and not seat.steps_aside:
                endpoint = await find_endpoint(self._config)
                if isinstance(endpoint, StepAside):
                    seat.steps_aside = True
                    self._say(endpoint)
                else:
                    seat.line = await self._make(endpoint, operation)
            return seat.line

    async def _make(self, endpoint: Endpoint, operation: str) -> Line:
        config = self._config
        keys = await find_keys(config, operation)
        tls = None
        if endpoint.is_tls:
            tls = await asyncio.to_thread(context_of, os.environ)
        address = Address(endpoint.url, endpoint.host, endpoint.port, tls)
        pool = Pool(
            partial(connect, address, within=config.connect_timeout),
            limit=config.max_connections,
            read_timeout=config.read_timeout,
        )
        line = Line(endpoint, KeyRing(config, keys), pool)
        await line.open()
        return line

    def _say(self, aside: StepAside) -> None:
        if not self._has_said:
            self._has_said = True
            logger.info("requests go through aiobotocore: %s", aside.reason)

    async def _other(self) -> Transport:
        if self._through_botocore is None:
            made: Transport = self._make_other(await load("aiobotocore"))
            return made
        return self._through_botocore

    def _make_other(self, module: Any) -> Any:
        if self._through_botocore is None:  # else another caller was faster
            self._through_botocore = module.AiobotocoreTransport(self._config)
        return self._through_botocore

    def __repr__(self) -> str:
        lines = [each.line for each in self._seats if each.line is not None]
        if not lines:
            return "<DirectTransport, not connected>"
        pools = ", ".join(repr(each.pool) for each in lines)
        return f"<DirectTransport to {lines[0].endpoint.url}: {pools}>"


def _sign_for_nobody(endpoint: Endpoint, key: Credentials) -> None:
    """Sign an empty request: the signing key of the day is then ready."""
    write_request(
        b"{}",
        operation="GetItem",
        host=endpoint.host_header,
        region=endpoint.region,
        key=key,
        at=int(time.time()),
    )
