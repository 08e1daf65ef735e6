"""Arguments and options that several commands take."""

from typing import Annotated

import typer

ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="The model, as module:Model; modules of this directory can be imported.",
        show_default=False,
    ),
]
ModelArguments = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL...",
        help="Models, as module:Model; a module alone stands for all it defines.",
        show_default=False,
    ),
]
Table = Annotated[
    str | None,
    typer.Option("--table", metavar="NAME", help="Another table than the model's."),
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Don't ask before anything is changed.")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="dynamodb-json, jsonl or csv; else the file's name says it (.json, "
        ".jsonl, .csv), and of - it is jsonl.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on where the last run has stopped.")
]
"""Options are alike where they mean the same."""
