"""A migration, from its first look at the tables to its report."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from msgspec.structs import replace

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.stored import stored_puts
from ..compiler.tables.descriptions import TableDescription
from ..query.batching import AT_ONCE
from ..schema.model import Model
from ..wire.batches import BatchPace, BatchPart
from ..wire.runner import Runner
from . import backups, checkpoint, verifying
from .checkpoint import Checkpoint, Job, check_table, id_of, side_of
from .desk import Clock, Desk, Sleep, told
from .dry_run import rehearsed
from .options import MigrationOptions, check_backup, check_used, options_of
from .preparing import Tables
from .reading import batches, keys_counted
from .report import (
    Counts,
    MigrationProgress,
    MigrationReport,
    Stage,
    Verification,
    not_covered,
)
from .rewriting import Outcome, Rewrite, counted, reason, rewrite_of, source_key
from .troubles import BadItemError, MismatchError, SameTableError, stopped

_PACE = BatchPace(at_once=AT_ONCE)


async def migrate(
    compiler: Compiler,
    runner: Runner,
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
    if options.backup_table is not None:
        copy = compiler.question(models[0], options.backup_table)
        check_backup(copy.table_name, target.table_name)
    desk = Desk.of(compiler, runner, options, clock, sleep)
    return await Migration(desk, source, target, transform, copies=copies).run()


class Migration:
    """One run of a migration; used once."""

    def __init__(
        self,
        desk: Desk,
        source: Question,
        target: Question,
        transform: Callable[..., Any] | None,
        *,
        copies: bool,
    ) -> None:
        self._desk = desk
        self._copies = copies
        self._tables = Tables(desk, source, target)
        self._source = source
        self._target = target
        self._transform = transform
        self._file = desk.options.checkpoint
        self._began = desk.clock()
        self._counts = Counts()
        self._in_hand = 0
        self._estimated = 0

    async def run(self) -> MigrationReport:
        """Do it.  Raises `MigrationError` for whatever goes wrong."""
        try:
            if self._desk.options.dry_run:
                return await self._rehearse()
            return await self._migrate()
        except Exception as error:
            names = f"{self._source.table_name} -> {self._target.table_name}"
            failure = stopped(names, error, self._counts, self._in_hand, self._file)
            raise failure from failure.__cause__

    async def _rehearse(self) -> MigrationReport:
        await self._look()
        rewrite = self._rewrite(self._now())
        outcome = await rehearsed(self._desk, self._source, rewrite, self._tell_copy)
        return self._report(
            failed=outcome.failed,
            failures=outcome.failures,
            is_dry_run=True,
            not_covered=self._not_covered(),
        )

    async def _migrate(self) -> MigrationReport:
        state = await self._begin()
        # What it refuses, it refuses before anything is done.
        rewrite = self._rewrite(state.started) if self._copies else None
        state = await self._backed_up(state)
        state = await self._with_target(state)
        if rewrite is None:
            return self._report(backup=state.backup)
        before = state.counts.copied
        state = await self._counted(state)
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

    async def _look(self) -> TableDescription:
        """The source as it is; refuses tables that do not fit."""
        if self._copies and self._source.table_name == self._target.table_name:
            raise SameTableError(self._source.table_name)
        source = await self._tables.source()
        target = await self._tables.check_target()
        if self._copies and target is not None and id_of(target) == id_of(source):
            raise SameTableError(self._source.table_name)
        self._estimated = source.item_count
        return source

    async def _begin(self) -> Checkpoint:
        """Where to begin; nothing is changed yet."""
        backup, file = self._desk.options.backup, self._file
        saved = None
        if file is not None:
            await checkpoint.check_writable(file)
            saved = await checkpoint.load(file)
        job = self._job()
        if file is not None and saved is not None:
            checkpoint.check_job(file, saved, job)
            # Whatever goes wrong from here on, so much is copied.
            self._counts = saved.counts
        source = await self._look()
        if file is not None and saved is not None:
            check_table(file, source.name, saved.source_id, id_of(source))
        if isinstance(backup, Path) and (saved is None or saved.backup is None):
            begun = None if saved is None else saved.backup_id
            await backups.check_free(backup, is_begun=begun == str(backup))
        return saved or Checkpoint(
            job=job, started=self._now(), source_id=id_of(source)
        )

    def _job(self) -> Job:
        compiler, total = self._desk.compiler, self._desk.options.segments
        return Job(
            side_of(compiler, self._source), side_of(compiler, self._target), total
        )

    async def _backed_up(self, state: Checkpoint) -> Checkpoint:
        backup, name = self._desk.options.backup, self._desk.options.backup_table
        if state.backup is not None or not (backup or name):
            return state
        tell = partial(self._tell_read, "backup")
        if name is not None:
            copy, made = await self._tables.backup(name, state.backup_id)
            state = await self._saved(replace(state, backup_id=id_of(made)))
            where = await backups.to_table(self._desk, self._source, copy, tell)
        elif isinstance(backup, Path):
            state = await self._saved(replace(state, backup_id=str(backup)))
            where = await backups.to_file(self._desk, self._source, backup, tell)
        else:
            where = await backups.on_demand(self._desk, self._source)
        return await self._saved(replace(state, backup=where))

    async def _with_target(self, state: Checkpoint) -> Checkpoint:
        """The target is there, and as its model wants it."""
        found = await self._tables.target()
        if self._file is not None:
            check_table(self._file, found.name, state.target_id, id_of(found))
        return await self._saved(replace(state, target_id=id_of(found)))

    async def _counted(self, state: Checkpoint) -> Checkpoint:
        if not self._desk.options.verify or state.target_before is not None:
            return state
        before = await keys_counted(self._desk, self._target)
        return await self._saved(replace(state, target_before=before))

    async def _copied(self, state: Checkpoint, rewrite: Rewrite) -> Checkpoint:
        reading = batches(self._desk, self._source, resume=state.token)
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

    def _now(self) -> str:
        return self._desk.compiler.clock().isoformat()

    async def _tell_copy(self, counts: Counts) -> None:
        self._counts = counts
        await self._tell_read("copy", counts.read)

    async def _tell_read(self, stage: Stage, read: int) -> None:
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
        options = self._desk.options
        is_snapshot = options.backup_table is None and options.backup in (True, False)
        return not_covered(self._source.table_name, is_snapshot=is_snapshot)
