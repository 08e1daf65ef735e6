"""The file to go on from: replaced as a whole, and only once its batch is written.

It holds the keys of items, between which the next run goes on.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from anyio import to_thread
from msgspec import Struct

from ..errors import InvalidCursorError
from .report import Counts
from .sides import Side

FORMAT: Final = "dynamorm migration"
_VERSION = 1


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

    token: str | None = None
    """Where the scan goes on."""

    counts: Counts = Counts()
    target_before: int | None = None
    """Items that were in the target before, where somebody counted."""

    backup: str | None = None


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
    except msgspec.MsgspecError as error:
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
    """Refuse the checkpoint of another job."""
    wrong = [what for what, is_same in _compared(found.job, job) if not is_same]
    if wrong:
        raise InvalidCursorError(
            f"the checkpoint {str(path)!r} belongs to another migration: "
            + "; ".join(wrong)
        )


def _compared(theirs: Job, ours: Job) -> list[tuple[str, bool]]:
    counts = f"its scan has {theirs.segments} segments, this one {ours.segments}"
    return [
        *_sides("source", theirs.source, ours.source),
        *_sides("target", theirs.target, ours.target),
        (counts, theirs.segments == ours.segments),
    ]


def _sides(role: str, theirs: Side, ours: Side) -> list[tuple[str, bool]]:
    is_named = (theirs.table, theirs.arn) == (ours.table, ours.arn)
    is_model = theirs.model == ours.model
    return [
        (f"its {role} is the table {theirs.table!r}", is_named),
        (
            f"its {role} {theirs.table!r} was deleted and made again",
            not is_named or theirs.created == ours.created,
        ),
        (f"its {role} has the model {theirs.model}", is_model),
        (
            f"the fields of {theirs.model} were other ones",
            not is_model or theirs.shape == ours.shape,
        ),
    ]


async def save(path: Path, checkpoint: Checkpoint) -> None:
    """Put this in the file's place, on the disk when this returns.

    A cancellation waits for it.
    """
    await to_thread.run_sync(_replace, path, msgspec.json.encode(checkpoint))


async def remove(path: Path) -> None:
    """Drop the file; there need be none."""
    await to_thread.run_sync(lambda: path.unlink(missing_ok=True))


def _replace(path: Path, content: bytes) -> None:
    half = path.with_name(path.name + ".half")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    # Keys of items are nobody else's business.
    with open(os.open(half, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Windows opens no folders, and keeps names safe by itself.
    with suppress(PermissionError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
