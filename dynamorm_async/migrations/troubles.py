"""What stopped a migration, what was copied by then, and how to go on: one error."""

from pathlib import Path

from msgspec import Struct

from ..errors import (
    BatchError,
    DynamORMError,
    InvalidCursorError,
    InvalidModelError,
    InvalidOperatorError,
    RequestRejectedError,
    TableNotFoundError,
    ThrottledError,
)
from ..errors.upkeep import MigrationError, TableDriftError
from ..wire import Item
from .report import Counts, Verification


class BadItemError(Exception):
    """An item that cannot be written; its cause says why."""

    def __init__(self, why: str, key: Item) -> None:
        super().__init__(why)
        self.key = key


class SameTableError(Exception):
    """The source and the target are one table."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} is both source and target, and a migration copies into another "
            "table: after a crash nobody could tell which items are changed already"
        )


class MismatchError(Exception):
    """All was copied, and is not as it should be."""

    def __init__(self, found: Verification) -> None:
        super().__init__(f"the verification found that {found}")
        self.found = found


_OURS = (BadItemError, MismatchError, SameTableError)


def stopped(
    names: str, error: Exception, counts: Counts, in_hand: int, file: Path | None
) -> MigrationError:
    """The error for a migration that `error` stopped.

    `in_hand` counts the items that were being written then.
    """
    said = f"{names}: {_why(error)}; {_done(counts, in_hand)}. {_way_on(error, file)}"
    made = MigrationError(
        said.rstrip(),
        read=counts.read,
        copied=counts.copied,
        dropped=counts.dropped,
        checkpoint=None if file is None else str(file),
        key=error.key if isinstance(error, BadItemError) else None,
        verification=error.found if isinstance(error, MismatchError) else None,
    )
    # What is only known in here says no more than the message does.
    made.__cause__ = error.__cause__ if isinstance(error, _OURS) else error
    return made


def _why(error: Exception) -> str:
    if isinstance(error, (DynamORMError, *_OURS)):
        return str(error).removesuffix(".")
    if isinstance(error, OSError):
        return ": ".join(filter(None, (error.strerror, error.filename)))
    return f"{type(error).__name__} was raised"


def _done(counts: Counts, in_hand: int) -> str:
    doubt = f", and some of the next {in_hand:,} may be as well" if in_hand else ""
    return f"{counts.copied:,} items are copied and {counts.dropped:,} dropped{doubt}"


def _way_on(error: Exception, file: Path | None) -> str:
    root = _root(error)
    # Only a batch holds items that can be refused; else it is a table's name or keys.
    ways = (_REFUSED_ITEM, *_WAYS) if isinstance(error, BatchError) else _WAYS
    way = next(each for each in ways if isinstance(root, each.of))
    said = [way.first, _AGAIN[file is not None]] if way.again else [way.first]
    return " ".join(filter(None, said))


def _root(error: Exception) -> object:
    # A batch without a cause is one that the service never got to.
    return error.__cause__ if isinstance(error, BatchError) else error


_AGAIN = {
    True: "The same call goes on from the checkpoint.",
    False: "The same call begins anew, and writes the same items again; with "
    "checkpoint=path it would go on from there.",
}
"""How to go on, with a checkpoint and without one."""


class _Way(Struct, frozen=True):
    """How to go on after an error of some kind."""

    of: type | tuple[type, ...]
    first: str = ""
    again: bool = True


_REFUSED_ITEM = _Way(
    RequestRejectedError,
    "DynamoDB refuses an item as it is: mend the transform, or the model's keys.",
)
_WAYS = (
    _Way(BadItemError, "Mend the transform, or have it return None for such items."),
    _Way(
        (ThrottledError, type(None)),
        "Give the tables more capacity, or set items_per_second.",
    ),
    _Way(
        TableNotFoundError,
        "Make the table again, and begin anew, without the checkpoint.",
        again=False,
    ),
    _Way(
        InvalidCursorError,
        "Name the file of this migration, or remove it to begin anew.",
        again=False,
    ),
    _Way(
        (InvalidModelError, TableDriftError, SameTableError),
        "Mend the model, or name its table with source_table= or target_table=.",
        again=False,
    ),
    _Way((InvalidOperatorError, RequestRejectedError), again=False),
    _Way(
        MismatchError,
        "The same call verifies again; without the checkpoint it copies all again, "
        "which brings along what was written to the source meanwhile.",
        again=False,
    ),
    _Way(OSError, "Make room, or see to who may write there."),
    _Way(object),
)
"""The first that fits."""
