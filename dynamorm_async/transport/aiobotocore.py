"""The transport over an aiobotocore client, with all that botocore brings along.

Event hooks, proxies, profiles and all sources of credentials work as in AWS's tools.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import Lock
from botocore.exceptions import BotoCoreError, ClientError

from ..config import Config
from ..errors import ConfigurationError
from ..wire import Body, Reply
from .binary import with_bytes
from .failures import failure_of, refused_credentials
from .loops import PerLoop
from .reading import DECODED, take_body
from .session import create_client, create_session, prepare_client
from .troubles import bad_endpoint, origin

Operation = Callable[..., Awaitable[dict[str, Any]]]


@dataclass(eq=False)
class _Connected:
    """A client, its operations by name, and what closes it with its event loop."""

    client: Any
    operations: dict[str, Operation]
    closing: AsyncGenerator[None, None]


@dataclass(eq=False)
class _Seat:
    """The place of one event loop's client."""

    lock: Lock = field(default_factory=Lock)
    connected: _Connected | None = None


class AiobotocoreTransport:
    """Sends through an aiobotocore client: one per event loop, made on first use.

    Making the transport does no I/O and needs no event loop.  Used from another event
    loop, or in a forked process, it makes a client of its own there.  The connections
    of a loop are closed by `aclose` in that loop, and else when it shuts down.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._seats = PerLoop(_Seat)

    def prepare(self) -> None:
        """Read what creating the client will need: config files, models of services."""
        prepare_client(self._config, "dynamodb")

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Send one request and wait for its reply, which may be one of an error.

        Raises `ConfigurationError` and `CredentialsError` before anything is sent, and
        `TransportError` where no answer of DynamoDB came.
        """
        seat = self._seats.here()
        try:
            connected = seat.connected or await self._connect(seat)
            answer = await _operation(connected, operation)(**with_bytes(body))
        except ClientError as error:
            answer = error.response
            if DECODED not in answer:  # it is the answer to another request
                raise refused_credentials(operation, error) from error
        except BotoCoreError as error:
            failure = failure_of(error, operation)
            raise failure from failure.__cause__
        return _reply(answer)

    async def aclose(self) -> None:
        """Close the connections of this event loop.  A later `send` opens new ones."""
        seat = self._seats.seen_here()
        if seat is None:
            return
        async with seat.lock:
            connected, seat.connected = seat.connected, None
            if connected is not None:
                await connected.closing.aclose()

    async def _connect(self, seat: _Seat) -> _Connected:
        async with seat.lock:
            if seat.connected is None:
                seat.connected = await self._make()
            return seat.connected

    async def _make(self) -> _Connected:
        session = await create_session(self._config)
        try:
            client = await create_client(session, "dynamodb", self._config)
        except BotoCoreError:
            raise
        except ValueError as error:
            # How botocore refuses an endpoint of the environment or of a profile.
            raise bad_endpoint() from error
        client.meta.events.register("before-parse.dynamodb", take_body)
        closing = _close_with_loop(client)
        await anext(closing)
        names = client.meta.method_to_api_mapping
        operations = {api: getattr(client, method) for method, api in names.items()}
        return _Connected(client, operations, closing)

    def __repr__(self) -> str:
        seats = [each.connected for each in self._seats]
        clients = [each.client for each in seats if each is not None]
        if not clients:
            return "<AiobotocoreTransport, not connected>"
        url = origin(clients[0].meta.endpoint_url)
        return f"<AiobotocoreTransport to {url} in {len(clients)} event loops>"


async def _close_with_loop(client: Any) -> AsyncGenerator[None, None]:
    """Closes the client when it is closed itself.

    An event loop closes the generators that are still open when it shuts down, so a
    client that nobody closed leaves no socket behind.
    """
    try:
        yield
    finally:
        await client.close()


def _operation(connected: _Connected, name: str) -> Operation:
    found = connected.operations.get(name)
    if found is None:
        raise ConfigurationError(
            f"the installed botocore knows no operation {name!r}; update aiobotocore"
        )
    return found


def _reply(answer: dict[str, Any]) -> Reply:
    facts = answer["ResponseMetadata"]
    return Reply(
        status=facts["HTTPStatusCode"],
        body=answer[DECODED],
        request_id=facts.get("RequestId"),
        date=facts["HTTPHeaders"].get("date"),
    )
