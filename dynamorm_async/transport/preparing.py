"""What a transport can do ahead of its first request."""

from typing import Protocol, runtime_checkable

from ..wire import Transport


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
