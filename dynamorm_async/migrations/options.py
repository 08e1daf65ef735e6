"""What can be said of a migration, checked before anything is sent."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from msgspec import Struct

from ..errors import InvalidOperatorError, InvalidValueError
from ..query.counts import at_least, positive, segments
from .report import MigrationProgress
from .transforms import ItemTransform

S = TypeVar("S")
T = TypeVar("T")

Transform = Callable[[S], T | Awaitable[T | None] | None] | ItemTransform
"""From an instance of the source's model to one of the target's; None leaves it out."""

OnMigration = Callable[[MigrationProgress], object]
"""Told after every batch how far a migration has come; may be async."""

_BATCH = 250
_SEGMENTS = 4
_WAIT = 300.0


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
    """True: an on-demand backup of the source (CreateBackup).  A path: a file of JSON
    lines, compressed if its name ends in `.gz`.
    """

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
    """Seconds in which the target, or an on-demand backup, has to be ready; 300."""


class Options(Struct, frozen=True, kw_only=True):
    """The same, complete."""

    source_table: str | None = None
    target_table: str | None = None
    batch_size: int = _BATCH
    segments: int = _SEGMENTS
    checkpoint: Path | None = None
    backup: Path | bool = False
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
    checked: dict[str, Any] = {
        name: _CHECKS[name](name, value) if name in _CHECKS else value
        for name, value in given.items()
    }
    for name in checked:
        if name not in Options.__struct_fields__:
            known = ", ".join(Options.__struct_fields__)
            raise InvalidOperatorError(
                f"a migration has no option {name!r}; it has {known}"
            )
    return Options(**checked)


def check_used(options: Options, transform: object, *, copies: bool) -> None:
    """Refuse what was said of a copy when nothing is to be copied."""
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
    if not (transform is None or callable(transform)):
        raise InvalidOperatorError(
            f"transform is a function, not {type(transform).__name__}"
        )


def _path(name: str, value: Any) -> Path | None:
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        raise InvalidValueError(f"{name} is the path of a file")
    return Path(value)


def _backup(name: str, value: Any) -> Path | bool:
    return value if isinstance(value, bool) else _path(name, value) or False


def _rate(name: str, value: Any) -> float | None:
    return None if value is None else positive(name, value)


_CHECKS: dict[str, Callable[[str, Any], object]] = {
    "batch_size": lambda name, value: at_least(1, name, value),
    "segments": lambda _, value: segments(value),
    "checkpoint": _path,
    "backup": _backup,
    "items_per_second": _rate,
    "read_units_per_second": _rate,
    "write_units_per_second": _rate,
    "wait": positive,
}
