"""The requests of batches: parts to a body, and a reply to what is left of them."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..marshalling.items import ItemCodec
from ..wire import Body, CompiledQuery, Item
from ..wire.batches import BatchKind, BatchPart, BatchReply, BatchTarget
from ..wire.ready import ReadBytes, ReadyRows
from ..wire.sealed import awaiting, united
from .placeholders import Placeholders
from .question import Question
from .reads import awaited, project

Parts = Sequence[BatchPart]
Request = CompiledQuery[BatchReply]

# The sizes are those of "BatchGetItem" and "BatchWriteItem" in the API reference.
_GETS = 100
_WRITES = 25


def gets(
    question: Question, codec: ItemCodec[Any], target: BatchTarget
) -> BatchKind[Request]:
    """Keys to read, of one table."""
    asked: Body = {}
    if question.consistent_read:
        asked["ConsistentRead"] = True
    placeholders = Placeholders()
    decode_item = project(asked, question, codec, None, placeholders)
    placeholders.write_to(asked)
    name, identify = target.table_name, target.identify
    read = _reader(question, codec, target)

    def request(parts: Parts) -> Request:
        """Reads these keys; its reply is what was found, and what is left to read."""

        def decode(reply: Body) -> BatchReply:
            # The only table asked; the reply may call it otherwise, if by its ARN.
            found: dict[Hashable, Any] = {}
            tables: Mapping[str, list[Item]] = reply.get("Responses") or {}
            for page in tables.values():
                if isinstance(page, ReadyRows):
                    found.update(page)
                else:
                    found.update((identify(item), decode_item(item)) for item in page)
            again: Iterable[Body] = (reply.get("UnprocessedKeys") or {}).values()
            named = {identify(key) for each in again for key in each["Keys"]}
            return BatchReply(_left(parts, named, found), found)

        keys = [each.request for each in parts]
        return CompiledQuery.of(
            "BatchGetItem",
            {"RequestItems": {name: {"Keys": keys, **asked}}},
            decode,
            table_name=name,
            model=target.model,
            awaited=awaited(question, codec),
            read=read,
        )

    return BatchKind(operation="BatchGetItem", size=_GETS, compile=request)


def _reader(
    question: Question, codec: ItemCodec[Any], target: BatchTarget
) -> ReadBytes | None:
    reader = None if question.select is not None else codec.page_reader
    if reader is None:
        return None
    name, identify = target.table_name, target.identify
    return partial(reader.tables, table_name=name, identify=identify)


def updates(
    compiled: Mapping[Hashable, CompiledQuery[Any]],
) -> BatchKind[Request]:
    """UpdateItems, each a request of its own; they are found by their identities."""

    def request(parts: Parts) -> Request:
        (part,) = parts
        update = compiled[part.identity]

        def decode(reply: Body) -> BatchReply:
            update.decode(reply)
            return BatchReply()

        return update.but(decode=decode)

    return BatchKind(operation="UpdateItem", size=1, compile=request, goes_on=True)


def _write(parts: Parts) -> Request:
    tables: dict[str, list[Body]] = {}
    models: dict[str, str] = {}
    for each in parts:
        name, model = each.target.table_name, each.target.model
        tables.setdefault(name, []).append(each.request)
        if models.setdefault(name, model) != model:
            models[name] = ""  # several in one table

    def decode(reply: Body) -> BatchReply:
        again: Mapping[str, list[Body]] = reply.get("UnprocessedItems") or {}
        left: Parts = ()
        if again:
            targets = {each.target.table_name: each.target for each in parts}
            left = _left(parts, set(_named(again, targets)), {})
        still = {each.identity for each in left}
        for each in parts:
            if each.identity not in still:
                each.settle()
        return BatchReply(left)

    name, *others = tables
    return CompiledQuery.of(
        "BatchWriteItem",
        {"RequestItems": tables},
        decode,
        table_name=None if others else name,
        model="" if others else models[name],
        parts=_of_tables(models) if others else (),
        awaited=awaiting(united({each.target.sealed: None for each in parts})),
    )


def _of_tables(models: Mapping[str, str]) -> tuple[CompiledQuery[Any], ...]:
    """One for each table, which says whose it is."""
    return tuple(
        CompiledQuery.of("BatchWriteItem", {}, _undecoded, table_name=name, model=model)
        for name, model in models.items()
    )


def _undecoded(_reply: Body) -> None:
    return None


WRITES = BatchKind(operation="BatchWriteItem", size=_WRITES, compile=_write)
"""Puts and deletes, of any tables."""


def _named(
    tables: Mapping[str, list[Body]], targets: Mapping[str, BatchTarget]
) -> Iterator[Hashable]:
    """The identities of the writes that a reply names as unprocessed."""
    for name, requests in tables.items():
        for request in requests:
            put, delete = request.get("PutRequest"), request.get("DeleteRequest")
            item: Item = put["Item"] if put else (delete or {}).get("Key", {})
            yield targets[name].identify(item) if name in targets else object()


def _left(
    parts: Parts, named: set[Hashable], found: Mapping[Hashable, object]
) -> Parts:
    if not named:
        return ()
    left = [each for each in parts if each.identity in named]
    if len(left) == len(named):
        return left
    # Of what nobody asked for it may mean anything: all it did not answer is left.
    return [each for each in parts if each.identity not in found]
