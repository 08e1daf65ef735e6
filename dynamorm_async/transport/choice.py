"""Which transport a configuration asks for."""

from importlib import import_module

from ..config import Config, TransportName
from ..wire import Transport

DEFAULT: TransportName = "aiobotocore"

_CLASSES: dict[TransportName, tuple[str, str]] = {
    "aiobotocore": ("aiobotocore", "AiobotocoreTransport"),
}


def transport_of(config: Config) -> Transport:
    """The transport that `config` names or holds.  Loads no other; connects nothing."""
    if config.transport is None or isinstance(config.transport, str):
        module, name = _CLASSES[config.transport or DEFAULT]
        kind = getattr(import_module(f"{__package__}.{module}"), name)
        made: Transport = kind(config)
        return made
    return config.transport
