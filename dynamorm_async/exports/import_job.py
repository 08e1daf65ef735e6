"""One import: from rows to batches, and how far it has come."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal
from zlib import crc32

from anyio import to_thread
from msgspec import Struct

from ..compiler.batches import nothing, target_of
from ..compiler.sizes import check_size
from ..compiler.stored import key_reader, stored_puts
from ..errors import (
    BatchError,
    ConfigurationError,
    DynamORMError,
    InvalidOperatorError,
    RequestRejectedError,
)
from ..errors.upkeep import ImportRowError
from ..query.batching import pace_of
from ..query.query import Query
from ..wire import Item
from ..wire.batches import BatchPart
from .checking import check_item
from .files import Input, StateFile
from .formats import FormatName, format_for
from .progress import (
    ImportReport,
    OnTransfer,
    RejectedRow,
    TransferProgress,
    tell,
)
from .rejects import Rejects
from .rows import Row

OnError = Literal["stop", "skip"]
"""What a row that makes no item does: it ends the import, or is left out."""

_BATCH = 500
"""Rows that are read, checked and written together."""

_REMEMBERED = 100
"""Rejections that a report shows."""


class ImportState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an unfinished import has to remember."""

    table: str
    format: FormatName
    rows: int = 0
    """Rows that are done, written or rejected."""

    crc: int = 0
    """Of the text of these rows, to notice another file."""

    items: int = 0
    rejected: int = 0


class Checked(Struct, frozen=True):
    """A row that is ready to be written."""

    row: Row
    part: BatchPart


class Import:
    """One import: which table, which format, and what to do with bad rows."""

    def __init__(
        self,
        query: Query[Any],
        format: FormatName,
        on_error: OnError,
        max_concurrency: int,
    ) -> None:
        if on_error not in ("stop", "skip"):
            raise InvalidOperatorError("on_error is 'stop' or 'skip'")
        question, compiler = query._question, query._compiler
        if vars(question).keys() - {"table", "table_name", "instance"}:
            raise InvalidOperatorError(
                "an import puts every item of its file: the query can only name a "
                "model and a table"
            )
        self._codec = compiler.codec(question.table)
        self._format = format_for(format, self._codec, compiler.codecs)
        self._key_of = key_reader(compiler, question)
        # What is encrypted is so already, and stays as it is.
        self._target = target_of(question, self._codec, sends_items=False)
        self._runner = query._runner
        self._pace = pace_of(max_concurrency, None)
        self._stops = on_error == "stop"
        self._blank = ImportState(table=question.table_name, format=format)
        self._rejections: list[RejectedRow] = []

    async def run(
        self,
        file: Input,
        rejects: Rejects,
        state: StateFile | None,
        before: ImportState | None,
        on_progress: OnTransfer | None,
    ) -> ImportReport:
        """Write all that is left."""
        now = before or self._blank
        rows = self._format.rows(file.lines())
        await to_thread.run_sync(self._go_on, rows, now)
        while batch := await to_thread.run_sync(_some, rows):
            ready, refused = await to_thread.run_sync(self._checked, batch)
            refused = sorted(
                [*refused, *await self._write(ready)], key=lambda row: row.line
            )
            now = self._after(now, batch, refused)
            if refused and not self._stops:
                self._remember(refused)
                heading = self._format.heading
                await to_thread.run_sync(rejects.write, heading, refused)
            if state is not None and now.rows:
                await to_thread.run_sync(state.write, now)
            if now.rows:
                await tell(on_progress, _progress(now, file))
            if refused and self._stops:
                raise ImportRowError(refused[0].line, refused[0].reason or "")
        return ImportReport(
            items=now.items,
            rejected=now.rejected,
            rejections=tuple(self._rejections),
        )

    def _go_on(self, rows: Iterator[Row], before: ImportState) -> None:
        """Pass over the rows that are done."""
        for name in ("table", "format"):
            was, wanted = getattr(before, name), getattr(self._blank, name)
            if was != wanted:
                raise ConfigurationError(
                    f"the import to resume has {name} {was!r}, not {wanted!r}"
                )
        passed = enumerate(_crcs(islice(rows, before.rows)), 1)
        # Of what may be millions of rows, only the last is kept.
        last = next(iter(deque(passed, maxlen=1)), (0, 0))
        if last != (before.rows, before.crc):
            raise ConfigurationError(
                f"the file is not the one of which {before.rows:,} rows are imported; "
                "begin anew with restart"
            )

    def _checked(self, rows: Sequence[Row]) -> tuple[list[Checked], list[Row]]:
        """What can be written, and what cannot; with `stop`, nothing after that."""
        ready: list[Checked] = []
        refused: list[Row] = []
        for row in rows:
            found = self._check(row)
            if isinstance(found, Checked):
                ready.append(found)
                continue
            refused.append(found)
            if self._stops:
                break
        return ready, refused

    def _check(self, row: Row) -> Checked | Row:
        if row.item is None:
            return row
        try:
            check_item(self._codec, row.item)
            return Checked(row, self._put(row.item))
        except DynamORMError as error:
            return Row(row.line, row.text, reason=str(error))

    def _put(self, item: Item) -> BatchPart:
        self._key_of(item)
        check_size(self._codec.table.model_name, item)
        request = {"PutRequest": {"Item": item}}
        same = self._target.identify(item)
        return BatchPart(self._target, same, request, item, nothing)

    async def _write(self, ready: Sequence[Checked]) -> list[Row]:
        """Write rows; those that the service itself refuses are returned."""
        try:
            await self._send(ready)
        except BatchError as error:
            if _refusal(error) is None:
                raise
            return await self._write_singly(ready)
        return []

    async def _write_singly(self, ready: Sequence[Checked]) -> list[Row]:
        # One bad item has the service refuse the 24 beside it too.
        refused: list[Row] = []
        for each in ready:
            try:
                await self._send([each])
            except BatchError as error:
                reason = _refusal(error)
                if reason is None:
                    raise
                refused.append(Row(each.row.line, each.row.text, reason=reason))
                if self._stops:
                    break
        return refused

    async def _send(self, ready: Sequence[Checked]) -> None:
        parts = [each.part for each in ready]
        await self._runner.batch_write(stored_puts(parts, self._pace, _forget))

    def _after(
        self, now: ImportState, batch: Sequence[Row], refused: Sequence[Row]
    ) -> ImportState:
        """The state after a batch, as far as it was carried out."""
        done = list(batch)
        if refused and self._stops:
            done = [row for row in batch if row.line < refused[0].line]
        rejected = 0 if self._stops else len(refused)
        *_, crc = (now.crc, *_crcs(done, now.crc))
        return ImportState(
            table=now.table,
            format=now.format,
            rows=now.rows + len(done),
            crc=crc,
            items=now.items + len(done) - rejected,
            rejected=now.rejected + rejected,
        )

    def _remember(self, refused: Sequence[Row]) -> None:
        room = _REMEMBERED - len(self._rejections)
        self._rejections += [
            RejectedRow(each.line, each.reason or "") for each in refused[:room]
        ]


def _some(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, _BATCH))


def _crcs(rows: Iterator[Row] | Sequence[Row], crc: int = 0) -> Iterator[int]:
    """The checksum after each row."""
    for row in rows:
        crc = crc32(row.text.encode("utf-8", "surrogateescape"), crc)
        yield crc


def _progress(now: ImportState, file: Input) -> TransferProgress:
    return TransferProgress(
        items=now.items,
        rejected=now.rejected,
        bytes_done=file.done,
        bytes_total=file.size,
    )


def _refusal(error: BatchError) -> str | None:
    """What the service says against an item, if it is that."""
    met = [each for _, each in error.failures]
    said = [each.message for each in met if isinstance(each, RequestRejectedError)]
    return f"DynamoDB refuses the item: {said[0]}" if said else None


def _forget(_units: float) -> None:
    """Nobody asks what an import used."""
