"""A migration, from its first look at the tables to its report."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from msgspec.structs import replace

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.stored import stored_puts
from ..errors import TableNotFoundError
from ..errors.upkeep import MigrationError
from ..query.batching import AT_ONCE
from ..schema.model import Model
from ..wire import Runner
from ..wire.batches import BatchPace, BatchPart
from . import backups, checkpoint, verifying
from .checkpoint import Checkpoint, Job
from .desk import Desk, Tables, told
from .dry_run import rehearsed
from .limits import Clock, Sleep
from .options import MigrationOptions, check_used, options_of
from .reading import batches
from .report import (
    Counts,
    MigrationProgress,
    MigrationReport,
    Stage,
    Verification,
    not_covered,
)
from .rewriting import Outcome, Rewrite, counted, reason, rewrite_of, source_key
from .sides import Side, check_keys, side_of
from .troubles import BadItemError, MismatchError, stopped

_PACE = BatchPace(at_once=AT_ONCE)


async def migrate(
    compiler: Compiler,
    runner: Runner,
    tables: Tables,
    models: tuple[type[Model], type[Model]],
    transform: Callable[..., Any] | None,
    given: MigrationOptions,
    *,
    copies: bool,
    clock: Clock = time.monotonic,
    sleep: Sleep = anyio.sleep,
) -> MigrationReport:
    """What `Database.auto_migrate_with_options` does, from a model to another."""
    options = options_of(given)
    check_used(options, transform, copies=copies)
    source = compiler.question(models[0], options.source_table)
    target = compiler.question(models[1], options.target_table)
    if copies and source.table_name == target.table_name:
        raise MigrationError(
            f"{source.table_name!r} is both source and target, and a migration copies "
            "into another table; name one with target_table=, or in the target's model"
        )
    desk = Desk.of(compiler, runner, tables, options, clock, sleep)
    return await Migration(desk, source, target, transform).run(copies=copies)


class Migration:
    """One run of a migration; used once."""

    def __init__(
        self,
        desk: Desk,
        source: Question,
        target: Question,
        transform: Callable[..., Any] | None,
    ) -> None:
        self._desk = desk
        self._source = source
        self._target = target
        self._transform = transform
        self._file = desk.options.checkpoint
        self._began = desk.clock()
        self._counts = Counts()
        self._in_hand = 0
        self._estimated = 0

    async def run(self, *, copies: bool) -> MigrationReport:
        """Do it.  Raises `MigrationError` for whatever goes wrong."""
        try:
            if self._desk.options.dry_run:
                return await self._rehearse()
            return await self._migrate(copies=copies)
        except Exception as error:
            names = f"{self._source.table_name} -> {self._target.table_name}"
            failure = stopped(names, error, self._counts, self._in_hand, self._file)
            raise failure from failure.__cause__

    async def _migrate(self, *, copies: bool) -> MigrationReport:
        state = await self._prepare()
        before = state.counts.copied
        state = await self._backed_up(state)
        if not copies:
            return self._report(backup=state.backup)
        state = await self._counted(state)
        rewrite = self._rewrite(state.started)
        state = await self._copied(state, rewrite)
        found = await self._verified(state, rewrite)
        if self._file is not None:
            await checkpoint.remove(self._file)
        return self._report(
            copied_before=before,
            backup=state.backup,
            verification=found,
            not_covered=self._not_covered(),
        )

    async def _rehearse(self) -> MigrationReport:
        options, compiler = self._desk.options, self._desk.compiler
        await self._look()
        with suppress(TableNotFoundError):
            found = await self._desk.tables.describe_table(
                self._target.table.model, table=options.target_table
            )
            check_keys(compiler, self._target, found)
        rewrite = self._rewrite(compiler.clock().isoformat())
        outcome = await rehearsed(self._desk, self._source, rewrite, self._tell_copy)
        return self._report(
            failed=outcome.failed,
            failures=outcome.failures,
            is_dry_run=True,
            not_covered=self._not_covered(),
        )

    async def _prepare(self) -> Checkpoint:
        """Where to begin; the target is there then."""
        options, compiler = self._desk.options, self._desk.compiler
        source = await self._look()
        saved = None if self._file is None else await checkpoint.load(self._file)
        if isinstance(options.backup, Path) and (saved is None or not saved.backup):
            await backups.check_free(options.backup)
        made = await self._desk.tables.ensure_table(
            self._target.table.model, table=options.target_table, wait=options.wait
        )
        check_keys(compiler, self._target, made)
        job = Job(source, side_of(compiler, self._target, made), options.segments)
        if self._file is not None and saved is not None:
            checkpoint.check_job(self._file, saved, job)
            self._counts = saved.counts
            return saved
        started = compiler.clock().isoformat()
        return await self._saved(Checkpoint(job=job, started=started))

    async def _look(self) -> Side:
        """The source as it is."""
        found = await self._desk.tables.describe_table(
            self._source.table.model, table=self._desk.options.source_table
        )
        check_keys(self._desk.compiler, self._source, found)
        self._estimated = found.item_count
        return side_of(self._desk.compiler, self._source, found)

    async def _backed_up(self, state: Checkpoint) -> Checkpoint:
        backup = self._desk.options.backup
        if not backup or state.backup is not None:
            return state
        if isinstance(backup, Path):
            tell = partial(self._tell_read, "backup")
            where = await backups.to_file(self._desk, self._source, backup, tell)
        else:
            where = await backups.on_demand(self._desk, self._source)
        return await self._saved(replace(state, backup=where))

    async def _counted(self, state: Checkpoint) -> Checkpoint:
        if not self._desk.options.verify or state.target_before is not None:
            return state
        before = await verifying.counted(self._desk, self._target)
        return await self._saved(replace(state, target_before=before))

    async def _copied(self, state: Checkpoint, rewrite: Rewrite) -> Checkpoint:
        reading = batches(self._desk, self._source, state.token)
        async for batch in reading:
            outcomes = await rewrite.all(batch)
            await self._write(self._parts(outcomes))
            counts = counted(state.counts, outcomes)
            state = replace(state, counts=counts, token=reading.token())
            await self._saved(state)
            self._in_hand = 0
            await self._tell_copy(counts)
        return state

    def _parts(self, outcomes: Sequence[Outcome]) -> list[BatchPart]:
        for each in outcomes:
            if each.error is not None:
                key = source_key(self._desk.compiler, self._source, each)
                raise BadItemError(reason(each.error), key) from each.error
        return [each.part for each in outcomes if each.part is not None]

    async def _write(self, parts: Sequence[BatchPart]) -> None:
        self._in_hand = len(parts)
        await self._desk.writes.wait()
        batch = stored_puts(parts, _PACE, self._desk.writes.spend)
        await self._desk.runner.batch_write(batch)

    async def _verified(
        self, state: Checkpoint, rewrite: Rewrite
    ) -> Verification | None:
        if not self._desk.options.verify:
            return None
        before, copied = state.target_before or 0, state.counts.copied
        found = await verifying.verified(
            self._desk,
            (self._source, self._target),
            rewrite,
            partial(self._tell_read, "verify"),
            source_read=state.counts.read,
            target_least=max(before, copied),
            target_most=before + copied,
        )
        if not found.is_good:
            raise MismatchError(found)
        return found

    async def _saved(self, state: Checkpoint) -> Checkpoint:
        if self._file is not None:
            await checkpoint.save(self._file, state)
        self._counts = state.counts
        return state

    def _rewrite(self, started: str) -> Rewrite:
        now = datetime.fromisoformat(started)
        compiler = self._desk.compiler
        return rewrite_of(compiler, self._source, self._target, self._transform, now)

    async def _tell_copy(self, counts: Counts) -> None:
        self._counts = counts
        await self._tell("copy", counts.read)

    async def _tell_read(self, stage: Stage, read: int) -> None:
        await self._tell(stage, read)

    async def _tell(self, stage: Stage, read: int) -> None:
        progress = MigrationProgress(
            stage=stage,
            read=read,
            copied=self._counts.copied,
            dropped=self._counts.dropped,
            estimated_total=self._estimated,
        )
        await told(self._desk.options.on_progress, progress)

    def _report(self, **facts: Any) -> MigrationReport:
        return MigrationReport(
            source=self._source.table_name,
            target=self._target.table_name,
            read=self._counts.read,
            copied=self._counts.copied,
            dropped=self._counts.dropped,
            estimated_total=self._estimated,
            seconds=self._desk.clock() - self._began,
            read_units=self._desk.reads.spent,
            write_units=self._desk.writes.spent,
            **facts,
        )

    def _not_covered(self) -> tuple[str, ...]:
        return not_covered(self._source.table_name, self._desk.options.backup)
