"""Backups of the source: one that DynamoDB keeps, a new table, or a file of its items.

None ever takes the place of another.  What is encrypted stays so.
"""

import gzip
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path

import msgspec
from anyio import CancelScope, move_on_after, to_thread

from ..compiler import backups as requests
from ..compiler.batches import nothing, target_of
from ..compiler.question import Question
from ..compiler.stored import stored_puts
from ..errors import DeadlineExceededError, InvalidOperatorError
from ..execution.retry import doubled
from ..query.batching import AT_ONCE
from ..wire import Item
from ..wire.batches import BatchPace, BatchPart, BatchTarget
from .desk import Desk
from .reading import batches

Tell = Callable[[int], Awaitable[None]]
"""Told how many items were read."""

_LONGEST_NAME = 255
_PACE = BatchPace(at_once=AT_ONCE)


async def on_demand(desk: Desk, source: Question) -> str:
    """A backup that DynamoDB makes and keeps; its ARN, once it can be used."""
    moment = f"{desk.compiler.clock():%Y%m%dT%H%M%S%f}"
    stem = re.sub(r"[^A-Za-z0-9_.-]", "-", source.table_name)
    name = f"{stem[: _LONGEST_NAME - len(moment) - 1]}-{moment}"
    begun = await desk.runner.run(requests.create_backup(source.table_name, name))
    arn: str = begun["BackupArn"]
    status = begun["BackupStatus"]
    with move_on_after(desk.options.wait):
        for looks in count():
            if status == "AVAILABLE":
                return arn
            await desk.sleep(doubled(0.05, looks, 2.0))
            found = await desk.runner.run(requests.describe_backup(arn))
            status = found["BackupStatus"]
    raise DeadlineExceededError(
        f"waited {desk.options.wait:g} s for the backup {arn}; it may still become "
        "available"
    )


async def to_table(desk: Desk, source: Question, copy: Question, tell: Tell) -> str:
    """All items into another table; its name, once they are there."""
    codec = desk.compiler.codec(source.table)
    target = target_of(copy, codec, sends_items=False)
    read = 0
    async for batch in batches(desk, source, still_sealed=True):
        parts = [_put(target, each) for each in batch]
        await desk.writes.wait()
        await desk.runner.batch_write(stored_puts(parts, _PACE, desk.writes.spend))
        read += len(batch)
        await tell(read)
    return copy.table_name


def _put(target: BatchTarget, item: Item) -> BatchPart:
    request = {"PutRequest": {"Item": item}}
    return BatchPart(target, target.identify(item), request, item, nothing)


async def check_free(path: Path, *, is_begun: bool) -> None:
    """Refuse a path at which there is something, or half of it.

    What is left of a backup that this migration had `begun` is removed.
    """
    if is_begun:
        await to_thread.run_sync(partial(_half(path).unlink, missing_ok=True))
    for each, what in ((path, "the backup"), (_half(path), "an unfinished backup,")):
        if await to_thread.run_sync(os.path.lexists, each):
            raise InvalidOperatorError(
                f"{what} {str(each)!r} is there already, and is not overwritten; name "
                "another file, or move it away"
            )


async def to_file(desk: Desk, source: Question, path: Path, tell: Tell) -> str:
    """All items as lines of JSON, `{"Item": {...}}`; the path, once it is complete.

    Not a snapshot: it holds every item as it was when it was read.
    """
    file = await to_thread.run_sync(BackupFile, path)
    try:
        read = 0
        async for batch in batches(desk, source, still_sealed=True):
            await to_thread.run_sync(file.write, batch)
            read += len(batch)
            await tell(read)
        await to_thread.run_sync(file.finish)
    except BaseException:
        with CancelScope(shield=True):
            await to_thread.run_sync(file.discard)
        raise
    return str(path)


class BackupFile:
    """A file of items that gets its name when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._half = _half(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(self._half, flags, 0o600), "wb")
        is_packed = path.suffix == ".gz"
        self._packed = (
            gzip.GzipFile(path.stem, "wb", 6, self._file) if is_packed else None
        )

    def write(self, items: Sequence[Item]) -> None:
        """Add a line for each of these."""
        content = msgspec.json.Encoder().encode_lines(
            [{"Item": each} for each in items]
        )
        (self._packed or self._file).write(content)

    def finish(self) -> None:
        """Bring it to the disk, and give it its name."""
        if self._packed is not None:
            self._packed.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        # Unlike renaming, this fails where somebody else has taken the name.
        os.link(self._half, self._path)
        self._half.unlink()

    def discard(self) -> None:
        """Drop what there is of it."""
        # Closing writes what is left, which a full disk does not take.
        with suppress(OSError):
            self._file.close()
        self._half.unlink(missing_ok=True)


def _half(path: Path) -> Path:
    return path.with_name(path.name + ".half")
