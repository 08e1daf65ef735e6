"""What a transport, or a source of keys, can do ahead of its first request."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Preparable(Protocol):
    """What can do part of its first request's work ahead of it."""

    def prepare(self) -> None:
        """Load, read and compute what needs neither the network nor an event loop.

        Raises nothing: what is wrong with the settings, the first request says.
        """
        ...


def prepare(each: object) -> None:
    """Prepare a transport or another one, if it is one that can be."""
    if isinstance(each, Preparable):
        each.prepare()
