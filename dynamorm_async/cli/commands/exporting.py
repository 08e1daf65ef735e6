"""`export`: a table to a file."""

import sys
from typing import Annotated, Any

import typer

from ...exports.exporting import export_items
from ...exports.progress import ExportReport, TransferProgress
from ...query.query import Query
from ..arguments import FormatOption, ModelArgument, Resume, Table
from ..bars import Bar, bar
from ..codes import UsageError
from ..output import counted
from ..shell import Shell
from ..targets import model_of
from .querying import Filter, conditioned

Target = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Where to; .gz compresses, and - is standard output.",
        show_default=False,
    ),
]
Segments = Annotated[
    int,
    typer.Option(
        "--segments", metavar="N", min=1, help="Segments scanned side by side."
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--requests-per-second", metavar="N", help="At most so many requests."
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Overwrite the file, or an unfinished export to it."),
]


_WORDS = {"with resume": "with --resume", "with force": "with --force"}
"""What errors say to who calls from Python, and what it is called here."""


def export_table(
    shell: Shell,
    model: ModelArgument,
    file: Target,
    format: FormatOption = None,
    filter: Filter = None,
    segments: Segments = 4,
    requests_per_second: Rate = None,
    resume: Resume = False,
    force: Force = False,
    table: Table = None,
) -> None:
    """Write the items of a table to a file.

    They come in no order, and in constant memory, however many they are.
    dynamodb-json is exact.  jsonl and csv hold what the model can read back; csv has a
    column for each of its fields.  Until all is written the file is FILE.part, and
    FILE.export says how far it has come: after Ctrl-C or a crash, --resume goes on.
    """
    if file == "-" and shell.settings.as_json:
        raise UsageError("--json and the items would both go to standard output")
    shell.words |= _WORDS
    subject = shell.db.model(model_of(model), table=table)
    query = conditioned(subject, (), filter or ())
    with bar(f"export to {file}", is_quiet=shell.output.is_quiet) as shown:
        total = _expected(shell, query) if shown.is_seen else None
        exporting = export_items(
            query,
            sys.stdout.buffer if file == "-" else file,
            format=format,
            segments=segments,
            requests_per_second=requests_per_second,
            resume=resume,
            force=force,
            on_progress=lambda now: _note(shell, shown, file, now, total),
        )
        report = shell.wait(exporting)
    _tell(shell, file, report)


def _note(
    shell: Shell, shown: Bar, file: str, now: TransferProgress, total: int | None
) -> None:
    shown.show(now.items, total, counted(now.items, "item"))
    if file != "-":
        again = shell.again("--resume", without=("--force",))
        shell.go_on = (
            f"{counted(now.items, 'item')} in {file}.part; go on with: {again}"
        )


def _tell(shell: Shell, file: str, report: ExportReport) -> None:
    if shell.settings.as_json:
        shell.output.json(
            {"file": file, "items": report.items, "left_out": report.left_out}
        )
        return
    where = "standard output" if file == "-" else file
    shell.output.note(f"{counted(report.items, 'item')} in {where}")
    if report.left_out:
        shell.output.note(
            f"left out {counted(report.left_out, 'attribute')} that the model does not "
            "know: CSV has no column for them"
        )


def _expected(shell: Shell, query: Query[Any]) -> int | None:
    """How many items the service has counted; it does so every few hours."""
    if query._question.filters is not None:
        return None
    question = query._question
    name = question.table_name.removeprefix(shell.db.config.table_prefix)
    return shell.wait(shell.db.describe_table(name)).item_count or None
