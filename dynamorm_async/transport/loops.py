"""One thing of a kind for each event loop of this process."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from ..errors import ConfigurationError

T = TypeVar("T")

_ALL: "WeakSet[PerLoop[Any]]" = WeakSet()

_LEFT_IN_PARENT: list[object] = []
"""What a forked process inherited.  Closing it here would disturb the parent's loop."""


class PerLoop(Generic[T]):
    """What was made for each event loop, on first use there.

    A forked process starts anew, and never touches what its parent has open.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, T] = {}
        _ALL.add(self)

    def here(self) -> T:
        """That of the running event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError as error:
            raise _without_asyncio() from error
        found = self._made.get(loop)
        return self._add(loop) if found is None else found

    def seen_here(self) -> T | None:
        """That of the running event loop, if it has one already."""
        try:
            return self._made.get(asyncio.get_running_loop())
        except RuntimeError as error:
            raise _without_asyncio() from error

    def _add(self, loop: asyncio.AbstractEventLoop) -> T:
        for each in list(self._made):
            if each.is_closed():
                self._made.pop(each, None)
        return self._made.setdefault(loop, self._make())

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._made.values()))

    def __len__(self) -> int:
        return len(self._made)

    @staticmethod
    def forget_all() -> None:
        """Begin anew, in a process that was just forked."""
        for each in list(_ALL):
            _LEFT_IN_PARENT.append(each._made)
            each._made = {}


def _without_asyncio() -> ConfigurationError:
    return ConfigurationError(
        "requests are sent in an event loop of asyncio, and none is running here; "
        "under trio there is none (with anyio's pytest plugin: let the fixture "
        "anyio_backend return 'asyncio')"
    )


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=PerLoop.forget_all)
