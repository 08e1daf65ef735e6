"""SnapStart: what a snapshot must not hold, and what is made ready after it."""

from functools import cache
from importlib import import_module
from typing import Any, Protocol
from weakref import WeakSet

from .invocations import INVOCATIONS

HOOKS = "snapshot_restore_py"
"""The module of Lambda's runtime that is told what to call."""


class Ready(Protocol):
    """What can be made ready for its first request."""

    def prepared(self) -> Any:
        """Make it so; does no request."""
        ...


_READY: WeakSet[Ready] = WeakSet()


def prepare_anew(database: Ready) -> None:
    """Have a database made ready again in every process that begins with the snapshot.

    Before the snapshot, the event loop is closed with the connections that invocations
    opened: sockets do not survive it, and all processes would share them.  Keys that
    came with those connections are gone with them.
    """
    _READY.add(database)
    _register()


@cache
def _register() -> bool:
    """Tell the runtime, once; False where it has nobody to tell."""
    try:
        hooks: Any = import_module(HOOKS)
    except ImportError:
        return False
    hooks.register_before_snapshot(INVOCATIONS.close)
    hooks.register_after_restore(_prepare_all)
    return True


def _prepare_all() -> None:
    for each in list(_READY):
        each.prepared()
