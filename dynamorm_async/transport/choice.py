"""Which transport a configuration asks for."""

from ..config import Config, TransportName
from ..wire import Transport
from .loading import load_now
from .tracing import traced

DEFAULT: TransportName = "direct"

_CLASSES: dict[TransportName, tuple[str, str]] = {
    "aiobotocore": ("aiobotocore", "AiobotocoreTransport"),
    "direct": ("direct", "DirectTransport"),
}


def transport_of(config: Config) -> Transport:
    """The transport that `config` names or holds.  Loads no other; connects nothing."""
    if config.transport is None or isinstance(config.transport, str):
        return traced(_made(config, config.transport or DEFAULT))
    return traced(config.transport)


def _made(config: Config, choice: TransportName) -> Transport:
    module, name = _CLASSES[choice]
    kind = getattr(load_now(module), name)
    made: Transport = kind(config)
    return made
