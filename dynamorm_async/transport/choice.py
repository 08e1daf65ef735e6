"""Which transport a configuration asks for."""

import os
from typing import TYPE_CHECKING

from ..config import Config, TransportName
from ..lazily import lazy
from ..wire import Transport
from .loading import load_now

if TYPE_CHECKING:
    from . import tracing
else:
    tracing = lazy(".tracing", __package__)

DEFAULT: TransportName = "direct"

_CLASSES: dict[TransportName, tuple[str, str]] = {
    "aiobotocore": ("aiobotocore", "AiobotocoreTransport"),
    "direct": ("direct", "DirectTransport"),
}


def transport_of(config: Config) -> Transport:
    """The transport that `config` names or holds.  Loads no other; connects nothing."""
    if config.transport is None or isinstance(config.transport, str):
        return _traced(_made(config, config.transport or DEFAULT))
    return _traced(config.transport)


def _traced(transport: Transport) -> Transport:
    """The transport, seen by X-Ray where there is one: in Lambda."""
    is_lambda = bool(os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))
    return tracing.traced(transport) if is_lambda else transport


def _made(config: Config, choice: TransportName) -> Transport:
    module, name = _CLASSES[choice]
    kind = getattr(load_now(module), name)
    made: Transport = kind(config)
    return made
