"""Which transport a configuration asks for."""

from importlib import import_module
from typing import Protocol, runtime_checkable

from ..config import Config, TransportName
from ..wire import Transport

DEFAULT: TransportName = "direct"

_CLASSES: dict[TransportName, tuple[str, str]] = {
    "aiobotocore": ("aiobotocore", "AiobotocoreTransport"),
    "direct": ("direct", "DirectTransport"),
}


@runtime_checkable
class Preparable(Protocol):
    """A transport that can do part of its first request's work ahead of it."""

    def prepare(self) -> None:
        """Load, read and compute what needs neither the network nor an event loop.

        Raises nothing: what is wrong with the settings, the first request says.
        """
        ...


def prepare(transport: Transport) -> None:
    """Prepare a transport, if it is one that can be."""
    if isinstance(transport, Preparable):
        transport.prepare()


def transport_of(config: Config) -> Transport:
    """The transport that `config` names or holds.  Loads no other; connects nothing."""
    if config.transport is None or isinstance(config.transport, str):
        module, name = _CLASSES[config.transport or DEFAULT]
        kind = getattr(import_module(f"{__package__}.{module}"), name)
        made: Transport = kind(config)
        return made
    return config.transport
