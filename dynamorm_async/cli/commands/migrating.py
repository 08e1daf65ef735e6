"""`migrate`: the items of one model's table into another's."""

from typing import Annotated, Any

import typer

from ...migrations.report import MigrationProgress, MigrationReport
from ..arguments import ModelArgument, Yes
from ..bars import Bar, bar
from ..codes import Code, UsageError
from ..output import counted
from ..shell import Shell
from ..targets import function_of, model_of

Target = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="MODEL",
        help="The model to copy to, as module:Model; the same one else.",
    ),
]
Transform = Annotated[
    str | None,
    typer.Option(
        "--transform",
        metavar="MODULE:NAME",
        help="A function from an item of the one model to one of the other; None "
        "leaves it out.",
    ),
]
SourceTable = Annotated[
    str | None,
    typer.Option("--source-table", metavar="NAME", help="Another table to copy from."),
]
TargetTable = Annotated[
    str | None,
    typer.Option("--target-table", metavar="NAME", help="Another table to copy to."),
]
Checkpoint = Annotated[
    str | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE",
        help="Says how far it has come; SOURCE-TARGET.migration else.",
    ),
]
BatchSize = Annotated[
    int, typer.Option("--batch-size", min=1, help="Items that are copied together.")
]
Segments = Annotated[
    int, typer.Option("--segments", min=1, help="Segments scanned side by side.")
]
ItemsRate = Annotated[
    float | None, typer.Option("--items-per-second", help="At most so many items.")
]
ReadRate = Annotated[
    float | None,
    typer.Option("--read-units-per-second", help="At most so much read capacity."),
]
WriteRate = Annotated[
    float | None,
    typer.Option("--write-units-per-second", help="At most so much write capacity."),
]
Backup = Annotated[
    str | None,
    typer.Option(
        "--backup",
        metavar="FILE",
        help="First copy the source to this file; .gz compresses.",
    ),
]
BackupTable = Annotated[
    str | None,
    typer.Option(
        "--backup-table",
        metavar="NAME",
        help="First copy the source to this table, which is made.",
    ),
]
BackupOnDemand = Annotated[
    bool, typer.Option("--backup-on-demand", help="First have AWS back up the source.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Read and transform all, and write nothing.")
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Count and compare both tables afterwards.")
]


_WORDS = {
    "The same call": "The same command",
    "with checkpoint=path it": "with --checkpoint FILE it",
    "set items_per_second": "set --items-per-second",
    "source_table= or target_table=": "--source-table or --target-table",
}
"""What errors say to who calls from Python, and what it is called here."""


def migrate(
    shell: Shell,
    source: ModelArgument,
    target: Target = None,
    transform: Transform = None,
    source_table: SourceTable = None,
    target_table: TargetTable = None,
    checkpoint: Checkpoint = None,
    batch_size: BatchSize = 250,
    segments: Segments = 4,
    items_per_second: ItemsRate = None,
    read_units_per_second: ReadRate = None,
    write_units_per_second: WriteRate = None,
    backup: Backup = None,
    backup_table: BackupTable = None,
    backup_on_demand: BackupOnDemand = False,
    dry_run: DryRun = False,
    verify: Verify = False,
    yes: Yes = False,
) -> Code:
    """Copy a table's items into another table, through a transform.

    The target's table is made if it is not there.  Writes to the source meanwhile are
    not covered.  A checkpoint says how far it has come: after an error, Ctrl-C or a
    crash, the same command goes on.  Exits with 4 if a dry run found items that would
    stop it.
    """
    shell.words |= _WORDS
    given: dict[str, Any] = {
        "source_table": source_table,
        "target_table": target_table,
        "batch_size": batch_size,
        "segments": segments,
        "items_per_second": items_per_second,
        "read_units_per_second": read_units_per_second,
        "write_units_per_second": write_units_per_second,
        "verify": verify,
        **_backup(backup, backup_table, backup_on_demand),
    }
    move = (source, target or source, transform)
    return _tell(shell, _run(shell, move, given, checkpoint, dry_run, yes))


def _backup(
    file: str | None, table: str | None, on_demand: bool
) -> dict[str, str | bool | None]:
    if sum(map(bool, (file, table, on_demand))) > 1:
        raise UsageError(
            "--backup, --backup-table and --backup-on-demand exclude each other"
        )
    return {"backup": file or on_demand, "backup_table": table}


def _run(
    shell: Shell,
    move: tuple[str, str, str | None],
    given: dict[str, Any],
    checkpoint: str | None,
    dry_run: bool,
    yes: bool,
) -> MigrationReport:
    source, target = model_of(move[0]), model_of(move[1])
    change = None if move[2] is None else function_of(move[2])
    names = [
        shell.db.model(model, table=table)._question.table_name
        for model, table in (
            (source, given["source_table"]),
            (target, given["target_table"]),
        )
    ]
    if names[0] == names[1]:
        raise UsageError(
            f"{names[0]} is both source and target: name another model with --to, or "
            "another table with --target-table"
        )
    if not dry_run:
        given["checkpoint"] = checkpoint or "-".join(names) + ".migration"
        shell.confirm(f"Copy the items of {names[0]} into {names[1]}?", yes=yes)
    with bar(f"{names[0]} to {names[1]}", is_quiet=shell.output.is_quiet) as shown:
        migrating = shell.db.auto_migrate_with_options(
            source,
            target=target,
            transform=change,
            copy_data=True,
            dry_run=dry_run,
            on_progress=lambda now: _show(shell, shown, now),
            **given,
        )
        return shell.wait(migrating)


def _show(shell: Shell, shown: Bar, now: MigrationProgress) -> None:
    again = shell.again("--yes", without=("-y", "--dry-run"))
    shell.go_on = f"{counted(now.copied, 'item')} copied; go on with: {again}"
    shown.show(
        now.read,
        max(now.estimated_total, now.read),
        f"{now.stage}: {counted(now.copied, 'item')}, {now.dropped:,} dropped",
    )


def _tell(shell: Shell, report: MigrationReport) -> Code:
    shell.emit(report, str(report))
    return Code.PARTLY if report.failed else Code.DONE
