"""A table to a file, segment beside segment, in constant memory."""

import os
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from anyio import CancelScope, to_thread
from msgspec import Struct
from msgspec.structs import replace

from ..compiler.stored import as_stored
from ..errors import ConfigurationError, DynamORMError, InvalidOperatorError
from ..query.counts import at_least, positive, segments
from ..query.query import Query
from ..wire import Item
from ..wire.segments import SegmentedRows, SegmentPlan, SegmentPosition
from .files import Output, StateFile, is_gzip
from .formats import FormatName, format_for, name_of
from .progress import ExportReport, OnTransfer, TransferProgress, tell
from .rows import ItemFormat

_SEGMENTS = 4
_MOST_AT_ONCE = 16
_BATCH = 1_000
"""Items that are written together; what a crash may have to read again."""


class ExportState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an unfinished export has to remember."""

    table: str
    format: FormatName
    segments: int
    token: str
    size: int
    """Bytes of the file up to which it holds what the token counts as done."""

    items: int
    left_out: int = 0
    columns: str = ""
    """The first line, where the format has one: all others go by it."""


async def export_items(
    query: Query[Any],
    target: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    format: FormatName | None = None,
    segments: int = _SEGMENTS,
    requests_per_second: float | None = None,
    resume: bool = False,
    force: bool = False,
    on_progress: OnTransfer | None = None,
) -> ExportReport:
    """Write the stored items that a query finds to a file, in no order.

    >>> await export_items(db.model(User), "users.jsonl.gz")
    >>> await export_items(db.model(User).filter(User.rank > 18), "adults.csv")

    The table is scanned in `segments` side by side, whatever the conditions, which only
    filter.  `format` is `dynamodb-json`, `jsonl` or `csv`; None goes by the file's
    name, where `.gz` compresses.  A binary stream takes any, uncompressed.

    Until all is written the file is called `NAME.part`, and `NAME.export` beside it
    says how far it has come.  After a crash, or a cancellation, `resume=True` goes on
    from there.  `force=True` overwrites a file, or gives up an unfinished export;
    without it either is a `ConfigurationError`.  One row is never there twice.  The
    file holds each item as it was at one moment, but not all as they were at the same.
    """
    job = Export(query, format or _format_of(target), segments, requests_per_second)
    if not isinstance(target, (str, os.PathLike)):
        if resume:
            raise InvalidOperatorError("a stream cannot be resumed; name a file")
        output = Output(target, compress=False, is_durable=False)
        return await job.run(output, None, None, on_progress)
    return await _to_file(job, Path(target), resume, force, on_progress)


def _format_of(target: str | os.PathLike[str] | BinaryIO) -> FormatName:
    if isinstance(target, (str, os.PathLike)):
        return name_of(target)
    return "jsonl"


async def _to_file(
    job: "Export", path: Path, resume: bool, force: bool, on_progress: OnTransfer | None
) -> ExportReport:
    part = path.with_name(path.name + ".part")
    state = StateFile(path.with_name(path.name + ".export"))
    begin = partial(_resumed if resume else _started, job, path, part, state, force)
    output, before = await to_thread.run_sync(begin)
    try:
        report = await job.run(output, state, before, on_progress)
    except DynamORMError:
        await to_thread.run_sync(_forget_nothing, state)
        raise
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(_leave, output, part, state)
    await to_thread.run_sync(_finish, path, part, state, force)
    return report


def _started(
    job: "Export", path: Path, part: Path, state: StateFile, force: bool
) -> tuple[Output, None]:
    if force:
        state.remove()
        part.unlink(missing_ok=True)
    _check_absent(path, force=force)
    if state.exists():
        raise ConfigurationError(
            f"an export to {path} is unfinished; go on with resume, or give it up with "
            "force"
        )
    if part.exists():
        raise ConfigurationError(
            f"{part} is of an export that runs, or was killed before it had anything "
            "to go on with; begin anew with force"
        )
    return Output.started(part, compress=is_gzip(path)), None


def _resumed(
    job: "Export", path: Path, part: Path, state: StateFile, force: bool
) -> tuple[Output, ExportState]:
    before: ExportState = state.read(ExportState)
    job.check_same(before)
    _check_absent(path, force=force)
    return Output.resumed(part, before.size, compress=is_gzip(path)), before


def _forget_nothing(state: StateFile) -> None:
    """Drop the state of an export that failed before it had anything."""
    if state.exists() and state.read(ExportState).items == 0:
        state.remove()


def _leave(output: Output, part: Path, state: StateFile) -> None:
    output.close()
    if not state.exists():
        # There is nothing to go on with.
        part.unlink(missing_ok=True)


def _check_absent(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise ConfigurationError(f"{path} exists; it is overwritten only with force")


def _finish(path: Path, part: Path, state: StateFile, force: bool) -> None:
    if force:
        part.replace(path)
    else:
        _take_name(part, path)
    state.remove()


def _take_name(part: Path, path: Path) -> None:
    try:
        # Unlike renaming, this fails where somebody else has taken the name meanwhile.
        os.link(part, path)
    except FileExistsError:
        _check_absent(path, force=False)
        raise
    except OSError:  # not every file system has links
        _check_absent(path, force=False)
        part.replace(path)
    else:
        part.unlink()


class Export:
    """One export: what is read, and how it is written."""

    def __init__(
        self,
        query: Query[Any],
        format: FormatName,
        total: int,
        requests_per_second: float | None,
    ) -> None:
        self._runner = query._runner
        self._format_name = format
        self._segments = segments(at_least(1, "segments", total))
        compiler, question = query._compiler, query._question
        codec = compiler.codec(question.table)
        self._format = format_for(format, codec, compiler.codecs)
        self._compiled, self._tokens = compiler.segments(question, self._segments)
        rate = requests_per_second
        self._interval = (
            0.0 if rate is None else 1 / positive("requests_per_second", rate)
        )

    def check_same(self, before: ExportState) -> None:
        """Refuse to go on with the export of something else."""
        wanted = {
            "table": self._compiled.table_name,
            "format": self._format_name,
            "segments": self._segments,
            "columns": self._format.header.strip(),
        }
        for name, value in wanted.items():
            was = getattr(before, name)
            if was != value:
                raise ConfigurationError(
                    f"the export to resume has {name} {was!r}, not {value!r}"
                )

    async def run(
        self,
        output: Output,
        state: StateFile | None,
        before: ExportState | None,
        on_progress: OnTransfer | None,
    ) -> ExportReport:
        """Write all that is left."""
        rows = self._rows(before)
        items, left_out = (before.items, before.left_out) if before else (0, 0)
        batch: list[Item] = []
        text = None if before else self._format.header
        while True:
            if text is not None:
                await to_thread.run_sync(output.write, text)
            items += len(batch)
            if state is not None:
                now = self._state(rows.resume_token(), output.size, items)
                now = replace(now, left_out=left_out + _left_out(self._format))
                await to_thread.run_sync(state.write, now)
            progress = TransferProgress(items=items, bytes_done=output.size)
            await tell(on_progress, progress)
            batch = await _some(rows)
            if not batch:
                break
            text = await to_thread.run_sync(_text, self._format, batch)
        left_out += _left_out(self._format)
        return ExportReport(items=items, left_out=left_out)

    def _rows(self, before: ExportState | None) -> SegmentedRows[Item]:
        start = [SegmentPosition()] * self._segments
        plan = SegmentPlan(
            positions=self._tokens.read(before.token) if before else start,
            concurrency=min(self._segments, _MOST_AT_ONCE),
            buffer=_BATCH,
            interval=self._interval,
            write_token=self._tokens.write,
        )
        # What is encrypted leaves as it is stored.
        return self._runner.segments(as_stored(self._compiled), plan)

    def _state(self, token: str, size: int, items: int) -> ExportState:
        return ExportState(
            table=self._compiled.table_name or "",
            format=self._format_name,
            segments=self._segments,
            token=token,
            size=size,
            items=items,
            columns=self._format.header.strip(),
        )


async def _some(rows: SegmentedRows[Item]) -> list[Item]:
    batch: list[Item] = []
    async for item in rows:
        batch.append(item)
        if len(batch) == _BATCH:
            break
    return batch


def _text(format: ItemFormat, batch: list[Item]) -> str:
    return "".join(map(format.line, batch))


def _left_out(format: ItemFormat) -> int:
    return getattr(format, "left_out", 0)
