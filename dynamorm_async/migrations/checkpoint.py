"""The file to go on from: replaced as a whole, and only once its batch is written.

It holds the keys of items, between which the next run goes on.
"""

import hashlib
import json
import os
from contextlib import suppress
from errno import EISDIR
from pathlib import Path
from typing import Final

import msgspec
from anyio import to_thread
from msgspec import Struct

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.tables.descriptions import TableDescription
from ..errors import InvalidCursorError
from .report import Counts

FORMAT: Final = "dynamorm migration"
_VERSION = 1


class Side(Struct, frozen=True):
    """One of the two tables, and the shape of its model."""

    table: str
    model: str
    shape: str
    """A digest of the model's stored names and types."""


class Job(Struct, frozen=True):
    """What a checkpoint is for; for another it is of no use."""

    source: Side
    target: Side
    segments: int


class Checkpoint(Struct, frozen=True, kw_only=True):
    """How far a migration has come."""

    format: str = FORMAT
    version: int = _VERSION
    job: Job
    started: str
    """When the first run began: the time of what has none of its own."""

    source_id: str
    target_id: str | None = None
    """Which tables bore these names: others may get them later."""

    backup_id: str | None = None
    """The table, or the path of the file, that is being filled for a backup."""

    backup: str | None = None
    """Where the backup is, once it is complete."""

    target_before: int | None = None
    """Items that were in the target before, where somebody counted."""

    token: str | None = None
    """Where the scan goes on."""

    counts: Counts = Counts()


def side_of(compiler: Compiler, question: Question) -> Side:
    """The side that a question is about, the same in every process."""
    fields = compiler.codec(question.table).fields
    content = [
        [name, each.tag, each.info.role, each.info.encrypted]
        for name, each in fields.items()
    ]
    digest = hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
    return Side(question.table_name, question.table.model_name, digest[:16])


def id_of(found: TableDescription) -> str:
    """What tells a table from a later one of the same name."""
    return found.id or f"{found.arn or found.name} of {found.created}"


async def load(path: Path) -> Checkpoint | None:
    """What the file holds; None where there is no file.

    Raises `InvalidCursorError` for a file that is no checkpoint, or not a whole one.
    """
    try:
        written = await to_thread.run_sync(path.read_bytes)
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(written, type=Checkpoint)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidCursorError(
            f"the checkpoint {str(path)!r} is broken, or is another kind of file"
        ) from error
    if (found.format, found.version) != (FORMAT, _VERSION):
        raise InvalidCursorError(
            f"the checkpoint {str(path)!r} was written by another version, or is "
            "another kind of file"
        )
    return found


def check_job(path: Path, found: Checkpoint, job: Job) -> None:
    """Refuse the checkpoint of another job.  Raises `InvalidCursorError`."""
    wrong = [what for what, is_same in _compared(found.job, job) if not is_same]
    if wrong:
        raise InvalidCursorError(
            f"the checkpoint {str(path)!r} belongs to another migration: "
            + "; ".join(wrong)
        )


def check_table(path: Path, name: str, then: str | None, now: str) -> None:
    """Refuse to go on where a table is not the one that it was.

    Raises `InvalidCursorError`.
    """
    if then not in (None, now):
        raise InvalidCursorError(
            f"the checkpoint {str(path)!r} is of no use: the table {name!r} was "
            "deleted and made again"
        )


def _compared(theirs: Job, ours: Job) -> list[tuple[str, bool]]:
    counts = f"its scan has {theirs.segments} segments, this one {ours.segments}"
    return [
        *_sides("source", theirs.source, ours.source),
        *_sides("target", theirs.target, ours.target),
        (counts, theirs.segments == ours.segments),
    ]


def _sides(role: str, theirs: Side, ours: Side) -> list[tuple[str, bool]]:
    is_model = theirs.model == ours.model
    return [
        (f"its {role} is the table {theirs.table!r}", theirs.table == ours.table),
        (f"its {role} has the model {theirs.model}", is_model),
        (
            f"the fields of {theirs.model} were other ones",
            not is_model or theirs.shape == ours.shape,
        ),
    ]


async def save(path: Path, checkpoint: Checkpoint) -> None:
    """Put this in the file's place, on the disk when this returns.

    A cancellation waits for it.  Raises `OSError`; the file is then as it was.
    """
    await to_thread.run_sync(_replace, path, msgspec.json.encode(checkpoint))


async def check_writable(path: Path) -> None:
    """Find out before anything is done whether `save` can; raises `OSError`."""
    await to_thread.run_sync(_try, path)


async def remove(path: Path) -> None:
    """Drop the file; there need be none."""
    await to_thread.run_sync(lambda: path.unlink(missing_ok=True))


def _replace(path: Path, content: bytes) -> None:
    half = _half(path)
    # Keys of items are nobody else's business.
    with open(os.open(half, _FLAGS, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync_folder(path.parent)


def _try(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    os.close(os.open(_half(path), _FLAGS, 0o600))
    _half(path).unlink()


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _half(path: Path) -> Path:
    return path.with_name(path.name + ".half")


def _sync_folder(folder: Path) -> None:
    # Windows opens no folders, and keeps names safe by itself.
    with suppress(PermissionError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
