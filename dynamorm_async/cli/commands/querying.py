"""`query`: items by the conditions that a shell can write."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
import typer
from attrs import frozen

from ...compiler.question import Verb
from ...compiler.stored import as_stored
from ...exports.plain import json_bytes, plain, plain_item
from ...exports.typed import Typing
from ...query.query import Query
from ...schema.table import TableInfo
from ...wire import CompiledQuery, Item
from ..arguments import ModelArgument, Table
from ..codes import UsageError
from ..conditions import Conditions
from ..output import counted
from ..shell import Shell
from ..targets import model_of

_LIMIT = 100
"""Rows that are shown where nothing else is said."""

Where = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CONDITION",
        help='What must hold, such as "id = 1" or "joined BETWEEN 2026-01-01 AND '
        '2026-02-01"; which index answers it is chosen by itself.',
        show_default=False,
    ),
]
Filter = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="CONDITION",
        help="Drop rows after they were read; may be said more than once.",
    ),
]
Index = Annotated[
    str | None, typer.Option("--index", metavar="NAME", help="Read from this index.")
]
Select = Annotated[
    str | None,
    typer.Option(
        "--select", metavar="FIELD,...", help="Read only these fields, and the key."
    ),
]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="FIELD[:asc|desc]",
        help="Order by the sort key of the table or index in use.",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=1, help=f"At most this many rows; {_LIMIT} else."
    ),
]
All = Annotated[bool, typer.Option("--all", help="All rows, however many.")]
Cursor = Annotated[
    str | None,
    typer.Option("--cursor", metavar="TEXT", help="Go on after an earlier page."),
]
Consistent = Annotated[
    bool, typer.Option("--consistent", help="See all writes; costs twice.")
]
Scan = Annotated[
    bool, typer.Option("--scan", help="Read the whole table or index, and say so.")
]
Count = Annotated[bool, typer.Option("--count", help="Only how many rows there are.")]
Explain = Annotated[
    bool,
    typer.Option("--explain", help="Only what would be asked, and why; sends nothing."),
]
OutputOption = Annotated[
    Literal["table", "jsonl", "json"],
    typer.Option(
        "--output",
        help="A table, a line of JSON for each row, or one value of JSON (as --json).",
    ),
]


@frozen
class Question:
    """What was asked, as a query."""

    query: Query[Any]
    verb: Verb
    typing: Typing

    @property
    def table(self) -> TableInfo:
        """The model's table."""
        return self.query._question.table

    def plain(self, item: Item) -> dict[str, Any]:
        """An item as plain JSON, as `export` writes it."""
        return plain_item(self.typing.ordered(item))

    def limited(self, limit: int | None) -> "Question":
        """The same for at most so many rows."""
        if limit is None:
            return self
        return Question(self.query.limit(limit), self.verb, self.typing)

    def stored(self) -> CompiledQuery[Sequence[Item]]:
        """The read of items as they are stored: one that fits no model is shown too."""
        compiled = self.query._compiler.rows(self.query._question, self.verb)
        return as_stored(compiled)


def query(
    shell: Shell,
    model: ModelArgument,
    where: Where = None,
    filter: Filter = None,
    index: Index = None,
    select: Select = None,
    order: Order = None,
    limit: Limit = None,
    all: All = False,
    cursor: Cursor = None,
    consistent: Consistent = False,
    scan: Scan = False,
    count: Count = False,
    explain: Explain = False,
    output: OutputOption = "table",
    table: Table = None,
) -> None:
    """Show items, and how DynamoDB finds them.

    A condition is a field, an operator and a value: "rank > 18", "name = 'Ann Lee'",
    "status IN (a, b)", "joined BETWEEN 2026-01-01 AND 2026-02-01", "nick EXISTS",
    "tags CONTAINS red", "tags SIZE > 2", "address.city BEGINS_WITH U".  AND, OR, NOT
    and parentheses join them.  A value is read as its field's type; lists and maps are
    JSON.
    """
    if all and (limit or cursor):
        raise UsageError("--all reads everything: without --limit and --cursor")
    asked: Query[Any] = shell.db.model(model_of(model), table=table)
    asked = conditioned(asked, where or (), filter or ())
    asked = _stepped(asked, index=index, order=order, select=select)
    asked = asked.consistent_read(consistent).cursor(cursor)
    question = Question(asked, "scan" if scan else "all", _typing(asked))
    if explain:
        return _explain(shell, question.limited(limit))
    if count:
        return _count(shell, question.limited(limit))
    if all:
        return _stream(shell, question, output)
    return _page(shell, question.limited(limit or _LIMIT), output)


def conditioned(
    query: Query[Any], where: Sequence[str], filters: Sequence[str]
) -> Query[Any]:
    """The query with these conditions.  Raises `QueryError` and its kin."""
    compiler, question = query._compiler, query._question
    conditions = Conditions.of(compiler.codec(question.table), compiler.codecs)
    for each in where:
        query = query.where(conditions.parse(each))
    for each in filters:
        query = query.filter(conditions.parse(each))
    return query


def _stepped(
    query: Query[Any], *, index: str | None, order: str | None, select: str | None
) -> Query[Any]:
    if index is not None:
        query = query.index(index)
    if order is not None:
        field, _, direction = order.partition(":")
        query = query.order_by(field, direction or "ASC")
    if select is not None:
        query = query.select(*[each.strip() for each in select.split(",")])
    return query


def _typing(query: Query[Any]) -> Typing:
    compiler = query._compiler
    return Typing(compiler.codec(query._question.table), compiler.codecs)


def _explain(shell: Shell, question: Question) -> None:
    text = question.query.explain(question.verb)
    compiled = question.query.compile(question.verb)
    answer = {"operation": compiled.operation, "body": compiled.body, "explain": text}
    shell.emit(answer, text)


def _count(shell: Shell, question: Question) -> None:
    query = question.query
    if question.verb == "scan":
        # One segment of one: a scan that says so.
        query = query.parallel_scan(0, 1)
    found = shell.wait(query.count())
    shell.emit({"count": found}, str(found))


def _page(shell: Shell, question: Question, output: str) -> None:
    page = shell.wait(question.query._runner.page(question.stored()))
    if output == "json" or shell.settings.as_json:
        shell.output.json(
            {
                "items": [question.plain(each) for each in page.items],
                "count": page.count,
                "scanned_count": page.scanned_count,
                "next_cursor": page.next_cursor,
            }
        )
        return
    _show(shell, question, output, page.items)
    if page.next_cursor is not None:
        more = shell.next_page(page.next_cursor)
        shell.output.note(f"{counted(page.count, 'row')}, and there are more: {more}")


def _stream(shell: Shell, question: Question, output: str) -> None:
    pages = question.query._runner.pages(question.stored())
    if output == "jsonl" and not shell.settings.as_json:
        while (page := shell.wait(anext(pages, None))) is not None:
            _show(shell, question, output, page.items)
        return
    items: list[Item] = []
    while (page := shell.wait(anext(pages, None))) is not None:
        items += page.items
    if output == "json" or shell.settings.as_json:
        found = [question.plain(each) for each in items]
        shell.output.json({"items": found, "count": len(found), "next_cursor": None})
        return
    _show(shell, question, output, items)


def _show(shell: Shell, question: Question, output: str, items: Sequence[Item]) -> None:
    if output == "jsonl":
        shell.output.lines(json_bytes(question.plain(each)).decode() for each in items)
        return
    if not items:
        shell.output.note("no rows")
        return
    present = {name for each in items for name in each}
    known = [name for name in question.table.attributes if name in present]
    columns = known + sorted(present - set(known))
    shell.output.table(
        columns, [[_cell(each.get(name)) for name in columns] for each in items]
    )


def _cell(stored: Any) -> str:
    if stored is None:
        return ""
    if "S" in stored:
        text: str = stored["S"]
        return text
    return msgspec.json.encode(plain(stored)).decode()
