"""A plan in words: which request answers a question, why, and what it costs."""

from collections.abc import Iterable

from ..lazily import pattern
from ..wire import CompiledQuery
from .planner import Plan

_NAME = pattern(r"#n\d+")


def explain(compiled: CompiledQuery[object], found: Plan | None) -> str:
    """A few readable lines; names are written out, values stay placeholders."""
    return "\n".join(_lines(compiled, found))


def _lines(compiled: CompiledQuery[object], found: Plan | None) -> Iterable[str]:
    where = compiled.table_name or ""
    if compiled.index_name:
        where += f", index {compiled.index_name}"
    why = f": {found.why}" if found is not None else ""
    yield f"{compiled.operation} on {where}{why}"
    names = compiled.expression_attribute_names or {}
    if compiled.key is not None:
        yield f"  key: {' and '.join(compiled.key)}"
    for label, text in (
        ("key", compiled.key_condition_expression),
        ("filter", compiled.filter_expression),
        ("update", compiled.update_expression),
        ("condition", compiled.condition_expression),
        ("reads only", compiled.projection_expression),
    ):
        if text:
            yield f"  {label}: {_NAME.sub(lambda m: names[m.group()], text)}"
    yield from _amounts(compiled)
    yield from _costs(compiled)


def _amounts(compiled: CompiledQuery[object]) -> Iterable[str]:
    if compiled.scan_index_forward is False:
        yield "  order: descending"
    if compiled.limit is not None:
        yield f"  rows: at most {compiled.limit}"
    if compiled.page_size is not None:
        yield f"  page: {compiled.page_size} rows read per request"
    elif compiled.first_page is not None:
        yield f"  page: {compiled.first_page} rows read at first, then more and more"
    if compiled.offset:
        yield (
            f"  offset: the first {compiled.offset} rows are read, billed and dropped; "
            "a cursor costs nothing"
        )


def _costs(compiled: CompiledQuery[object]) -> Iterable[str]:
    if compiled.filter_expression:
        yield "  cost: every row read is billed, also those the filter drops"
    if compiled.operation == "Scan":
        yield "  cost: a Scan reads the whole table or index"
    if compiled.consistent_read:
        yield "  cost: consistent reads are billed twice"
