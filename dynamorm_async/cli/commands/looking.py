"""`tables` and `describe`: what is there."""

from typing import Annotated, Any

import msgspec
import typer
from anyio import CapacityLimiter, create_task_group

from ...compiler.listing import list_tables
from ...database import Database
from ...errors import TableNotFoundError
from ..arguments import Table
from ..codes import UsageError
from ..shell import Shell
from ..targets import model_of

_AT_ONCE = 8
"""Tables that are looked at at a time."""

Names = Annotated[
    bool, typer.Option("--names", help="Only the names, which takes one request.")
]
Target = Annotated[
    str,
    typer.Argument(
        metavar="MODEL|TABLE",
        help="A model, as module:Model, or the name of a table.",
        show_default=False,
    ),
]


def tables(shell: Shell, names: Names = False) -> None:
    """List the tables, with their state and size.

    DynamoDB counts items and bytes about every six hours.
    """
    prefix = shell.db.config.table_prefix
    found = [name for name in shell.wait(_names(shell.db)) if name.startswith(prefix)]
    if not found:
        shell.output.note(f"no tables{f' named {prefix}...' if prefix else ''}")
    if names:
        shell.emit({"tables": found}, "\n".join(found))
        return
    bare = [name.removeprefix(prefix) for name in found]
    described = shell.wait(_described(shell.db, bare))
    if shell.settings.as_json:
        shell.output.json({"tables": described})
        return
    if not described:
        return
    shell.output.table(
        ("table", "status", "items", "bytes", "billing", "indexes"),
        [
            (
                each.name,
                each.status,
                f"{each.item_count:,}",
                f"{each.size_bytes:,}",
                each.billing_mode,
                len(each.indexes),
            )
            for each in described
        ],
    )


def describe(shell: Shell, target: Target, table: Table = None) -> None:
    """Show a table as it is: keys, indexes, billing, time to live."""
    if ":" not in target and table is not None:
        raise UsageError("--table is the table of a model; here it is named already")
    subject = model_of(target) if ":" in target else target
    found = shell.wait(shell.db.describe_table(subject, table=table))
    if shell.settings.as_json:
        shell.output.json({"table": found})
        return
    facts: dict[str, Any] = msgspec.to_builtins(found)
    indexes = facts.pop("indexes")
    shell.output.facts(
        {_label(name): said for name, each in facts.items() if (said := _said(each))}
    )
    if indexes:
        shell.output.text("")
        columns = list(indexes[0])
        rows = [[_said(each[name]) for name in columns] for each in indexes]
        shell.output.table([_label(each) for each in columns], rows)


async def _names(db: Database) -> list[str]:
    names: list[str] = []
    after: str | None = None
    while True:
        some, after = await db.execute(list_tables(after))
        names += some
        if after is None:
            return names


async def _described(db: Database, names: list[str]) -> list[Any]:
    found: dict[str, Any] = {}
    limiter = CapacityLimiter(_AT_ONCE)

    async def look(name: str) -> None:
        async with limiter:
            try:
                found[name] = await db.describe_table(name)
            except TableNotFoundError:
                # It was deleted since it was listed.
                return

    async with create_task_group() as group:
        for each in names:
            group.start_soon(look, each)
    return [found[each] for each in names if each in found]


def _label(name: str) -> str:
    return name.replace("_", " ")


def _said(value: Any) -> Any:
    """A key as `id (S)`; lists with commas."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if value.keys() == {"attribute", "type"}:
            return f"{value['attribute']} ({value['type']})"
        known = {name: each for name, each in value.items() if each is not None}
        return ", ".join(f"{_label(name)} {each}" for name, each in known.items())
    if isinstance(value, list):
        return ", ".join(str(_said(each)) for each in value)
    return f"{value:,}" if type(value) is int else value
