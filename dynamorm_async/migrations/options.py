"""What can be said of a migration, checked before anything is sent."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from msgspec import Struct

from ..errors import InvalidOperatorError, InvalidValueError
from ..query.counts import at_least, positive, segments
from .report import MigrationProgress
from .transforms import ItemTransform, Step

S = TypeVar("S")
T = TypeVar("T")

Transform = Callable[[S], T | Awaitable[T | None] | None] | ItemTransform | Step
"""From an instance of the source's model to one of the target's, or from the values of
an item to those of another; None leaves it out.
"""

OnMigration = Callable[[MigrationProgress], object]
"""Told after every batch how far a migration has come; may be async."""

_BATCH = 250
_SEGMENTS = 4
_WAIT = 3600.0


class MigrationOptions(TypedDict, total=False):
    """The options of `Database.auto_migrate_with_options`, all of which may be left
    out.
    """

    source_table: str | None
    """Another table than that of the source's model."""

    target_table: str | None
    """Another table than that of the target's model."""

    batch_size: int
    """Items that are read, transformed, written and confirmed together; 250."""

    segments: int
    """Into how many segments the scan is split; 4.  At most 16 are read at a time."""

    checkpoint: str | os.PathLike[str] | None
    """The file to go on from after a crash; it is there until all is done."""

    backup: bool | str | os.PathLike[str]
    """True: an on-demand backup of the source (CreateBackup).  A path: a new file of
    JSON lines, compressed if its name ends in `.gz`; a file that is there is an error.
    """

    backup_table: str | None
    """Copy the source into a new table of this name; one that is there is an error."""

    dry_run: bool
    """Read and transform everything, and write nothing at all."""

    verify: bool
    """Count both tables afterwards, and compare 100 items."""

    on_progress: OnMigration | None
    """Told after every batch how far it has come; a plain or an async function."""

    items_per_second: float | None
    """Items read, on average."""

    read_units_per_second: float | None
    """Capacity units that reading may use, on average."""

    write_units_per_second: float | None
    """Capacity units that writing may use, on average, indexes included."""

    wait: float
    """Seconds in which the target, or a backup, has to be ready; 3600."""


class Options(Struct, frozen=True, kw_only=True):
    """The same, complete."""

    source_table: str | None = None
    target_table: str | None = None
    batch_size: int = _BATCH
    segments: int = _SEGMENTS
    checkpoint: Path | None = None
    backup: Path | bool = False
    backup_table: str | None = None
    dry_run: bool = False
    verify: bool = False
    on_progress: OnMigration | None = None
    items_per_second: float | None = None
    read_units_per_second: float | None = None
    write_units_per_second: float | None = None
    wait: float = _WAIT

    @property
    def at_once(self) -> int:
        """Items of one batch: never more than a second's worth."""
        rates = (self.items_per_second, self.write_units_per_second)
        worth = [max(1, int(each)) for each in rates if each is not None]
        return min(self.batch_size, *worth) if worth else self.batch_size


def options_of(given: MigrationOptions) -> Options:
    """The options, complete; raises `InvalidValueError` for one that makes no sense."""
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _CHECKS:
            raise InvalidOperatorError(
                f"a migration has no option {name!r}; it has {', '.join(_CHECKS)}"
            )
        checked[name] = _CHECKS[name](name, value)
    if checked.get("backup") and checked.get("backup_table"):
        raise InvalidOperatorError("backup and backup_table exclude each other")
    return Options(**checked)


def check_used(options: Options, transform: object, *, copies: bool) -> None:
    """Refuse what was said of a copy when nothing is to be copied."""
    if not (transform is None or callable(transform)) or isinstance(transform, type):
        raise InvalidOperatorError(f"transform is a function, not {kind_of(transform)}")
    said = {
        "transform": transform is not None,
        "checkpoint": options.checkpoint is not None,
        "dry_run": options.dry_run,
        "verify": options.verify,
    }
    idle = [name for name, is_said in said.items() if is_said and not copies]
    if idle:
        raise InvalidOperatorError(
            f"{idle[0]} has no effect without copy_data=True: only the target's table "
            "would be made"
        )


def check_backup(name: str, target: str) -> None:
    """Refuse a backup in the table that the migration writes to."""
    if name == target:
        raise InvalidOperatorError(
            f"backup_table and the target are both {name!r}, and the migration would "
            "overwrite its backup; name another table"
        )


def kind_of(value: object) -> str:
    """What a value is, for messages."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"one {type(value).__name__}"


def _path(name: str, value: Any) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        raise InvalidValueError(f"{name} is the path of a file")
    return Path(value)


def _backup(name: str, value: Any) -> Path | bool:
    return value if isinstance(value, bool) else _path(name, value) or False


def _table_name(name: str, value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not value):
        raise InvalidValueError(f"{name} is the name of a table")
    return value


def _truth(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValueError(f"{name} is True or False, not {kind_of(value)}")
    return value


def _rate(name: str, value: Any) -> float | None:
    return None if value is None else positive(name, value)


def _listener(name: str, value: Any) -> Any:
    if not (value is None or callable(value)):
        raise InvalidValueError(f"{name} is a function, not {kind_of(value)}")
    return value


_CHECKS: dict[str, Callable[[str, Any], object]] = {
    "source_table": _table_name,
    "target_table": _table_name,
    "batch_size": lambda name, value: at_least(1, name, value),
    "segments": lambda _, value: segments(value),
    "checkpoint": _path,
    "backup": _backup,
    "backup_table": _table_name,
    "dry_run": _truth,
    "verify": _truth,
    "on_progress": _listener,
    "items_per_second": _rate,
    "read_units_per_second": _rate,
    "write_units_per_second": _rate,
    "wait": positive,
}
"""How each option is checked; what is not here is no option."""
