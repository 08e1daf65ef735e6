"""Reads: GetItem, Query and Scan."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import EmptyValueError
from ..expressions.conditions import Comparison
from ..lazily import lazy
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo, IndexInfo, TableInfo
from ..wire import Body, CompiledQuery, Item, Paging
from ..wire.ready import ReadBytes, ReadyRows
from ..wire.sealed import Awaited
from .keys import encoded_key
from .placeholders import Placeholders
from .planner import Plan
from .question import Question, Verb

if TYPE_CHECKING:
    from . import cursors, signing
    from .conditions import ConditionWriter
    from .signing import Seal, WriterOf
else:
    cursors = lazy(".cursors", __package__)
    signing = lazy(".signing", __package__)

M = TypeVar("M")

_FIRST_PAGE = 25
"""Rows that are read first where one is wanted."""


def get_item(
    question: Question, codec: ItemCodec[M], values: Mapping[str, Any]
) -> CompiledQuery[M | None]:
    """One item by its full key."""
    placeholders = Placeholders()
    body: Body = {"TableName": question.table_name, "Key": encoded_key(codec, values)}
    if question.consistent_read:
        body["ConsistentRead"] = True
    decode_item = project(body, question, codec, None, placeholders)
    placeholders.write_to(body)

    def decode(reply: Body) -> M | None:
        # An item whose projection matches nothing is there all the same: {}.
        item = reply.get("Item")
        return None if item is None else decode_item(item)

    return CompiledQuery.of(
        "GetItem",
        body,
        decode,
        model=question.table.model_name,
        awaited=awaited(question, codec),
    )


def item_exists(
    question: Question, codec: ItemCodec[Any], values: Mapping[str, Any]
) -> CompiledQuery[int]:
    """Whether the item of this full key is there: 1 or 0."""
    only_key = question.revised(select=())
    compiled = get_item(only_key, codec, values)
    return CompiledQuery.of(
        "GetItem",
        compiled.body,
        lambda reply: int("Item" in reply),
        model=compiled.model,
    )


def rows(
    question: Question,
    found: Plan,
    codec: ItemCodec[M],
    writer_of: "WriterOf",
    secret: bytes | None = None,
) -> CompiledQuery[Sequence[M]]:
    """The rows of a Query or Scan; with a `secret` its cursors are signed."""
    placeholders = Placeholders()
    seal = signing.seal_of("cursor", secret, question, found, writer_of)
    body = _search(question, found, writer_of(placeholders), seal)
    decode_item = project(body, question, codec, found.index, placeholders)
    placeholders.write_to(body)
    _limit(body, question, found)

    def decode(reply: Body) -> Sequence[M]:
        items = reply.get("Items", ())
        if isinstance(items, ReadyRows):
            return items
        return [decode_item(item) for item in items]

    waits = awaited(question, codec)
    compiled = _compiled(question, found, body, decode, waits, seal)
    return compiled.but(read=page_reader(question, codec))


def page_reader(question: Question, codec: ItemCodec[Any]) -> ReadBytes | None:
    """What reads pages of whole items from their bytes, if anything does."""
    if question.select is not None or codec.page_reader is None:
        return None
    return codec.page_reader.page


def awaited(question: Question, codec: ItemCodec[Any]) -> Awaited | None:
    """What is awaited for the items that a question reads."""
    return codec.awaited if question.select is None else codec.awaited_in_part


def count(
    question: Question,
    found: Plan,
    verb: Verb,
    writer_of: "WriterOf",
    secret: bytes | None = None,
) -> CompiledQuery[int]:
    """The number of rows of a Query or Scan, page by page."""
    placeholders = Placeholders()
    seal = signing.seal_of("cursor", secret, question, found, writer_of)
    body = _search(question, found, writer_of(placeholders), seal)
    body["Select"] = "COUNT"
    placeholders.write_to(body)
    limited = question.revised(limit=1) if verb == "exists" else question
    _limit(body, limited, found)
    return _compiled(limited, found, body, itemgetter("Count"), None, seal)


def _compiled(
    question: Question,
    found: Plan,
    body: Body,
    decode: Callable[[Body], Any],
    waits: Awaited | None,
    seal: "Seal",
) -> CompiledQuery[Any]:
    return CompiledQuery.of(
        found.operation,
        body,
        decode,
        limit=question.limit,
        offset=question.offset,
        page_size=question.page_size,
        model=question.table.model_name,
        paging=Paging(
            start_key=start_key(question.table, found.index),
            write_cursor=lambda last_key: seal.sign(
                cursors.write_cursor(last_key, question.index, question.order)
            ),
        ),
        awaited=waits,
        warning=found.warn,
    )


def _search(
    question: Question, found: Plan, writer: "ConditionWriter", seal: "Seal"
) -> Body:
    body = _source(question, found.index)
    for condition in found.key_conditions:
        _check_key_operands(condition, found.index)
    key_text = writer.all_of(found.key_conditions)
    if key_text is not None:
        body["KeyConditionExpression"] = key_text
    if found.filter is not None:
        body["FilterExpression"] = writer.text(found.filter)
    if question.cursor is not None:
        body["ExclusiveStartKey"] = cursors.read_cursor(
            seal.verified(question.cursor),
            question.index,
            question.order,
            start_key(question.table, found.index),
        )
    return body


def _source(question: Question, index: IndexInfo | None) -> Body:
    body: Body = {"TableName": question.table_name}
    if index is not None:
        body["IndexName"] = index.name
    if question.descending:
        body["ScanIndexForward"] = False
    if question.consistent_read:
        body["ConsistentRead"] = True
    if question.total_segments is not None:
        body["Segment"] = question.segment
        body["TotalSegments"] = question.total_segments
    return body


def _check_key_operands(condition: Comparison, index: IndexInfo | None) -> None:
    if any(each in ("", b"") for each in condition.operands):
        where = f"index {index.name!r}" if index else "the table"
        raise EmptyValueError(
            f"{condition.subject.label}: no key of {where} is empty, so nothing can "
            "match"
        )


def start_key(table: TableInfo, index: IndexInfo | None) -> tuple[str, ...]:
    """The attributes that an ExclusiveStartKey is made of."""
    keys: list[FieldInfo | None] = [*table.key]
    if index is not None:
        keys += [index.partition_key, index.sort_key]
    return tuple(dict.fromkeys(each.attribute for each in keys if each is not None))


def project(
    body: Body,
    question: Question,
    codec: ItemCodec[M],
    index: IndexInfo | None,
    placeholders: Placeholders,
) -> Callable[[Item], M]:
    """Ask for what `select` named; the decoder of the items that come back."""
    if question.select is None:
        return codec.decode
    wanted = [each.attribute for each in (*question.table.key, *question.select)]
    # The index's keys are read too: a cursor in mid-page is made of them.
    read = dict.fromkeys([*wanted, *start_key(question.table, index)])
    body["ProjectionExpression"] = ", ".join(map(placeholders.name, read))
    return partial(codec.decode_part, attributes=tuple(dict.fromkeys(wanted)))


def in_growing_pages(compiled: CompiledQuery[M]) -> CompiledQuery[M]:
    """The same read of few rows, which are perhaps among the first.

    Where a filter drops rows nobody knows how many to read for one: few at first.
    """
    body = compiled.body
    if "FilterExpression" not in body or "Limit" in body:
        return compiled
    return compiled.but(body={**body, "Limit": _FIRST_PAGE}, first_page=_FIRST_PAGE)


def _limit(body: Body, question: Question, found: Plan) -> None:
    # DynamoDB limits what it reads, before the filter: `limit` counts after it.
    wanted = None
    if question.limit is not None and found.filter is None:
        wanted = question.limit + (question.offset or 0)
    sizes = [each for each in (wanted, question.page_size) if each is not None]
    if sizes:
        body["Limit"] = min(sizes)
