"""Modules that load with the first calls of a function, loaded ahead of them."""

from contextlib import suppress
from importlib import import_module

_OF_CALLS = (
    "compiler.changes",
    "compiler.conditions",
    "compiler.cursors",
    "compiler.signing",
    "compiler.sizes",
    "compiler.update_plan",
    "compiler.writes",
    "execution.faults",
    "execution.paging",
    "execution.repeating",
    "marshalling.anything",
    "marshalling.pages",
    "marshalling.shapes",
    "query.rows",
    "query.updating",
    "transport.troubles",
)
"""Those of reads and writes of one model, and of their errors."""

_OF_DEADLINES = "anyio._backends._asyncio"
"""What anyio itself would load, in 15 ms, when the first call has a deadline."""


def preload() -> None:
    """Load what calls with a deadline use; does nothing the second time."""
    for name in _OF_CALLS:
        import_module(f"..{name}", __package__)
    with suppress(ImportError):  # the name is anyio's own, and may change
        import_module(_OF_DEADLINES)
