"""How far a job has come, and what it came to."""

import inspect
from collections.abc import Callable

from msgspec import Struct


class TransferProgress(Struct, frozen=True, kw_only=True):
    """How far an export or an import has come, former runs included."""

    items: int
    """Items that are in the file, or in the table."""

    rejected: int = 0
    """Rows that were left out."""

    bytes_done: int = 0
    """Bytes of the file that were written, or read."""

    bytes_total: int | None = None
    """Bytes of the file that is read; None where nobody knows."""


OnTransfer = Callable[[TransferProgress], object]
"""Told after every batch; a plain or an async function."""


class RejectedRow(Struct, frozen=True):
    """A row that made no item."""

    line: int
    """Where it begins, counted from 1."""

    reason: str


class ExportReport(Struct, frozen=True, kw_only=True):
    """What an export came to."""

    items: int
    left_out: int = 0
    """Attributes that the model does not know, for which CSV has no column."""


class ImportReport(Struct, frozen=True, kw_only=True):
    """What an import came to."""

    items: int
    """Items written."""

    rejected: int = 0
    """Rows left out."""

    rejections: tuple[RejectedRow, ...] = ()
    """The first hundred of them."""


async def tell(listener: OnTransfer | None, progress: TransferProgress) -> None:
    """Tell a listener, if there is one, and wait if it is async."""
    if listener is not None:
        answer = listener(progress)
        if inspect.isawaitable(answer):
            await answer
