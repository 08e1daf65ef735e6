"""Items as they are stored: read and written whole, whatever their model knows of them.

Every request asks what it used, and tells it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from ..errors import InvalidPrimaryKeyError
from ..wire import Body, CompiledBatch, CompiledQuery, Item
from ..wire.batches import BatchKind, BatchPace, BatchPart, BatchReply
from ..wire.sealed import Awaited, awaiting, marked
from .batches import nothing, target_of, written
from .compiler import Compiler
from .question import Question
from .sizes import check_size

Spend = Callable[[float], object]
"""Told how many capacity units a request used."""

_ASKED = {"ReturnConsumedCapacity": "TOTAL"}


def as_stored(compiled: CompiledQuery[Any]) -> CompiledQuery[Sequence[Item]]:
    """The same read; its rows are the items as they are stored, encrypted or not."""
    return compiled.but(decode=_items, read=None, awaited=None)


def _items(reply: Body) -> Sequence[Item]:
    items: list[Item] = reply.get("Items", [])
    return items


def stored_rows(compiled: CompiledQuery[Any], spend: Spend) -> CompiledQuery[Any]:
    """The same scan; its rows are the items as they are stored."""

    def decode(reply: Body) -> Sequence[Item]:
        spend(_units(reply.get("ConsumedCapacity")))
        return _items(reply)

    asked = {**compiled.body, **_ASKED}
    waits = awaiting((compiled.awaited or Awaited()).sealed)
    return compiled.but(body=asked, decode=decode, read=None, awaited=waits)


def stored_item(
    compiler: Compiler, question: Question, key: Item, spend: Spend
) -> CompiledQuery[Item | None]:
    """The item of a key as it is stored, up to date; None where there is none."""

    def decode(reply: Body) -> Item | None:
        spend(_units(reply.get("ConsumedCapacity")))
        return reply.get("Item")

    body = {"TableName": question.table_name, "Key": key, "ConsistentRead": True}
    return CompiledQuery.of(
        "GetItem",
        {**body, **_ASKED},
        decode,
        model=question.table.model_name,
        awaited=compiler.codec(question.table).awaited_in_part,
    )


def key_reader(compiler: Compiler, question: Question) -> Callable[[Item], Item]:
    """Takes the key out of an item.

    Raises `InvalidPrimaryKeyError` for an item that lacks one as the table wants it.
    """
    codec = compiler.codec(question.table)
    tags = [
        (each.attribute, codec.fields[each.attribute].tag or "")
        for each in question.table.key
    ]

    def read(item: Item) -> Item:
        for attribute, tag in tags:
            if not item.get(attribute, {}).get(tag):
                found = "".join(item.get(attribute, {})) or "nothing"
                raise InvalidPrimaryKeyError(
                    f"{question.table.model_name}: an item's key needs {attribute!r} "
                    f"of type {tag}, not empty; found {found}"
                )
        return {attribute: item[attribute] for attribute, _ in tags}

    return read


def stored_put(compiler: Compiler, question: Question) -> Callable[[Item], BatchPart]:
    """Makes puts of items as they are stored; refuses what the service would.

    What the model has encrypted is marked to be so.
    """
    target = target_of(question, compiler.codec(question.table))
    key_of = key_reader(compiler, question)

    def put(item: Item) -> BatchPart:
        key_of(item)
        item = marked(item, target.sealed)
        check_size(question.table.model_name, item)
        request = {"PutRequest": {"Item": item}}
        return BatchPart(target, target.identify(item), request, item, nothing)

    return put


def stored_puts(
    parts: Sequence[BatchPart], pace: BatchPace, spend: Spend
) -> CompiledBatch:
    """The batch that writes these; of two for one item only the later."""
    batch = written(parts, pace)
    return replace(batch, kind=_metered(batch.kind, spend))


def _metered(
    kind: BatchKind[CompiledQuery[BatchReply]], spend: Spend
) -> BatchKind[CompiledQuery[BatchReply]]:
    def compile_parts(parts: Sequence[BatchPart]) -> CompiledQuery[BatchReply]:
        compiled = kind.compile(parts)

        def decode(reply: Body) -> BatchReply:
            for each in reply.get("ConsumedCapacity") or ():
                spend(_units(each))
            return compiled.decode(reply)

        return compiled.but(body={**compiled.body, **_ASKED}, decode=decode)

    return replace(kind, compile=compile_parts)


def _units(consumed: Body | None) -> float:
    return float((consumed or {}).get("CapacityUnits", 0))
