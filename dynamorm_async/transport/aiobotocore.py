"""The transport over an aiobotocore client, with all that botocore brings along.

Event hooks, proxies, profiles and all sources of credentials work as in AWS's tools.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from ..config import Config
from ..errors import ConfigurationError
from ..wire import Body, Reply
from .binary import with_bytes
from .clients import ClientPerLoop
from .failures import failure_of, refused_credentials
from .reading import DECODED, take_body
from .session import prepare_client
from .troubles import origin
from .unlogged import without_token

Operation = Callable[..., Awaitable[dict[str, Any]]]


class AiobotocoreTransport:
    """Sends through an aiobotocore client: one per event loop, made on first use.

    Making the transport does no I/O and needs no event loop.  Used from another event
    loop, or in a forked process, it makes a client of its own there.  The connections
    of a loop are closed by `aclose` in that loop, and else when it shuts down.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._clients = ClientPerLoop(config, "dynamodb", on_made=_keep_bodies)

    def prepare(self) -> None:
        """Read what creating the client will need: config files, models of services."""
        prepare_client(self._config, "dynamodb")

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Send one request and wait for its reply, which may be one of an error.

        Raises `ConfigurationError` and `CredentialsError` before anything is sent, and
        `TransportError` where no answer of DynamoDB came.
        """
        try:
            client = await self._clients.here()
            with without_token():
                answer = await _operation(client, operation)(**with_bytes(body))
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
        await self._clients.aclose()

    def __repr__(self) -> str:
        clients = self._clients.open
        if not clients:
            return "<AiobotocoreTransport, not connected>"
        url = origin(clients[0].meta.endpoint_url)
        return f"<AiobotocoreTransport to {url} in {len(clients)} event loops>"


def _keep_bodies(client: Any) -> None:
    client.meta.events.register("before-parse.dynamodb", take_body)


def _operation(client: Any, name: str) -> Operation:
    found: Operation | None = getattr(client, xform_name(name), None)
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
