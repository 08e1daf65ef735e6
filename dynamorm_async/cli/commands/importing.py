"""`import`: a file to a table."""

import sys
from typing import Annotated, Literal

import typer

from ...exports.importing import import_items
from ...exports.progress import ImportReport, TransferProgress
from ..arguments import FormatOption, ModelArgument, Resume, Table, Yes
from ..bars import Bar, bar
from ..codes import Code, UsageError
from ..output import counted
from ..shell import Shell
from ..targets import model_of

_SHOWN = 20
"""Rejected rows that are listed."""

Source = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Where from; .gz is unpacked, and - is standard input.",
        show_default=False,
    ),
]
OnErrorOption = Annotated[
    Literal["stop", "skip"],
    typer.Option("--on-error", help="What a row does that makes no item of the model."),
]
RejectsOption = Annotated[
    str | None,
    typer.Option(
        "--rejects",
        metavar="FILE",
        help="Copy rejected rows to this file; with --on-error skip.",
    ),
]
Checkpoint = Annotated[
    str | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE",
        help="Says how far it has come; FILE.import beside the file else.",
    ),
]
Restart = Annotated[
    bool,
    typer.Option("--restart", help="Begin anew, in spite of an unfinished import."),
]


_WORDS = {"with resume": "with --resume", "with restart": "with --restart"}
"""What errors say to who calls from Python, and what it is called here."""


def import_table(
    shell: Shell,
    model: ModelArgument,
    file: Source,
    format: FormatOption = None,
    on_error: OnErrorOption = "stop",
    rejects: RejectsOption = None,
    checkpoint: Checkpoint = None,
    resume: Resume = False,
    restart: Restart = False,
    table: Table = None,
    yes: Yes = False,
) -> Code:
    """Put the items of a file into a table.

    An item of the same key is overwritten.  Each row is checked against the model
    before it is sent.  FILE.import says how far it has come: after an error, Ctrl-C or
    a crash, --resume goes on from there.  Exits with 4 if rows were left out.
    """
    if rejects is not None and on_error == "stop":
        raise UsageError("--rejects takes what --on-error skip leaves out")
    shell.words |= _WORDS
    query = shell.db.model(model_of(model), table=table)
    name = query._question.table_name
    shell.confirm(f"Put the items of {file} into the table {name}?", yes=yes)
    with bar(f"import of {file}", is_quiet=shell.output.is_quiet) as shown:
        importing = import_items(
            query,
            sys.stdin.buffer if file == "-" else file,
            format=format,
            on_error=on_error,
            rejects=rejects,
            checkpoint=checkpoint,
            resume=resume,
            restart=restart,
            on_progress=lambda now: _note(shell, shown, file, now),
        )
        report = shell.wait(importing)
    return _tell(shell, file, report)


def _note(shell: Shell, shown: Bar, file: str, now: TransferProgress) -> None:
    shown.show(now.bytes_done, now.bytes_total, counted(now.items, "item"))
    if file != "-":
        again = shell.again("--resume", without=("--restart",))
        shell.go_on = f"{counted(now.items, 'item')} imported; go on with: {again}"


def _tell(shell: Shell, file: str, report: ImportReport) -> Code:
    code = Code.PARTLY if report.rejected else Code.DONE
    if shell.settings.as_json:
        shell.output.json(
            {
                "file": file,
                "items": report.items,
                "rejected": report.rejected,
                "rejections": report.rejections,
            }
        )
        return code
    where = "standard input" if file == "-" else file
    shell.output.note(f"{counted(report.items, 'item')} from {where}")
    if report.rejected:
        shell.output.note(f"left out {counted(report.rejected, 'row')}:")
    for each in report.rejections[:_SHOWN]:
        shell.output.note(f"  line {each.line}: {each.reason}")
    if report.rejected > _SHOWN:
        shell.output.note("  ...")
    return code
