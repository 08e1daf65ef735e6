"""`plan` and `apply`: from the tables that are there to what the models say."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer
from anyio import to_thread

from ...compiler.tables.steps import TableDrift, TableStep
from ...tables.plan import TablePlan
from ...tables.progress import AppliedPlan, StepProgress
from ...tables.waiting import LONGEST_APPLY
from ..arguments import ModelArguments, Table, Yes
from ..bars import Bar, bar
from ..codes import Code, UsageError
from ..output import counted
from ..shell import Shell
from ..targets import models_of

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="OPTION=VALUE",
        help="A setting of the table, such as billing_mode=PROVISIONED, "
        "stream=NEW_IMAGE or point_in_time_recovery=true; may be said more than once.",
    ),
]
DetailedExitcode = Annotated[
    bool,
    typer.Option(
        "--detailed-exitcode",
        help="Exit with 3 if there is something to apply; else with 4 if steps are "
        "held back, or a model cannot work with its table.",
    ),
]
AllowDelete = Annotated[
    bool, typer.Option("--allow-delete", help="Do the steps that delete as well.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", help="Stop after so long; what was begun goes on."
    ),
]


def plan(
    shell: Shell,
    models: ModelArguments,
    set: Set = None,
    table: Table = None,
    detailed_exitcode: DetailedExitcode = False,
) -> Code:
    """Show what it takes to bring tables to what their models say.

    Changes nothing.
    """
    found = _plan(shell, models, set, table)
    shell.emit(_as_json(found), _text(found))
    if not detailed_exitcode:
        return Code.DONE
    return _left_over(found) if found.is_empty else Code.CHANGES


def apply(
    shell: Shell,
    models: ModelArguments,
    set: Set = None,
    allow_delete: AllowDelete = False,
    table: Table = None,
    wait: Wait = LONGEST_APPLY,
    yes: Yes = False,
) -> Code:
    """Bring tables to what their models say, step by step.

    Shows the plan first, and asks.  Nothing is deleted without --allow-delete.  After
    Ctrl-C, the same command goes on.  Exits with 4 if steps were held back, or if a
    model cannot work with its table.
    """
    found = _plan(shell, models, set, table)
    if not shell.settings.as_json:
        shell.output.text(_text(found))
    steps = [*found.steps, *(found.held_back if allow_delete else ())]
    if steps:
        shell.confirm(f"Apply {counted(len(steps), 'step')}?", yes=yes)
        shell.go_on = f"go on with: {shell.again('--yes')}"
    with bar("apply", is_quiet=shell.output.is_quiet) as shown:
        applying = found.apply(
            on_progress=partial(_show, shell, shown),
            wait=wait,
            allow_delete=allow_delete,
        )
        applied = shell.wait(applying)
    if shell.settings.as_json:
        shell.output.json(_applied_as_json(applied))
    return _left_over(applied)


def _left_over(what: TablePlan | AppliedPlan) -> Code:
    """Whether tables fit their models, but for the steps of a plan."""
    is_broken = any(each.is_breaking for each in what.drift)
    return Code.PARTLY if what.held_back or is_broken else Code.DONE


def _plan(
    shell: Shell, models: list[str], said: Sequence[str] | None, table: str | None
) -> TablePlan:
    found = models_of(models)
    return shell.wait(shell.db.plan(*found, table=table, **_options(said or ())))


async def _show(shell: Shell, shown: Bar, now: StepProgress) -> None:
    is_over = now.state in ("done", "skipped")
    if is_over:
        await to_thread.run_sync(shell.output.note, str(now))
    shown.show(now.number - (not is_over), now.total, f"{now.step} ({now.status})")


def _options(said: Sequence[str]) -> Any:
    """The options of a table, by name.  Raises `UsageError`."""
    options: dict[str, Any] = {}
    for each in said:
        name, equals, text = each.partition("=")
        if not equals:
            raise UsageError(f"--set {each}: write it as OPTION=VALUE")
        try:
            options[name.strip()] = json.loads(text)
        except ValueError:
            # A word, such as NEW_IMAGE, is the text that it is.
            options[name.strip()] = text
    return options


def _text(plan: TablePlan) -> str:
    return str(plan).replace("allow_delete=True", "--allow-delete")


def _as_json(plan: TablePlan) -> dict[str, Any]:
    return {
        "steps": list(map(_step, plan.steps)),
        "held_back": list(map(_step, plan.held_back)),
        "drift": list(map(_drift, plan.drift)),
    }


def _applied_as_json(applied: AppliedPlan) -> dict[str, Any]:
    return {
        "applied": list(map(_step, applied.steps)),
        "skipped": list(map(_step, applied.skipped)),
        "held_back": list(map(_step, applied.held_back)),
        "drift": list(map(_drift, applied.drift)),
    }


def _step(step: TableStep) -> dict[str, Any]:
    return {"table": step.table, "text": step.text, "deletes": step.deletes}


def _drift(drift: TableDrift) -> dict[str, Any]:
    return {
        "table": drift.table,
        "text": drift.text,
        "is_breaking": drift.is_breaking,
    }
