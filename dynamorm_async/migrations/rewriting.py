"""From an item of the source to the write of one of the target."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from anyio import create_task_group
from msgspec import Struct

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.stored import key_reader, stored_put
from ..compiler.writes import whole_item
from ..errors import DynamORMError, InvalidModelError
from ..execution.awaited import reshaped
from ..marshalling.anything import decode_anything
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo, TableInfo
from ..wire import AttributeValue, Item
from ..wire.batches import BatchPart
from ..wire.sealed import Sealed
from .options import kind_of
from .report import Counts
from .transforms import Secret, takes_items

_AT_ONCE = 10
"""Async transforms under way at a time."""


class Outcome(Struct, frozen=True):
    """What became of one item; with neither a part nor an error it is dropped."""

    source: Item
    part: BatchPart | None = None
    error: Exception | None = None


class Rewrite(Struct, frozen=True):
    """The way of every item: read, transformed, written."""

    read: Callable[[Item], Any]
    """Plain or async."""

    transform: Callable[[Any], Any]
    """Plain or async; what it takes is what `read` makes."""

    write: Callable[[Any, Any], Item]
    """Takes what was read, and what the transform made of it."""

    put: Callable[[Item], BatchPart]

    async def one(self, item: Item) -> Outcome:
        """What becomes of this item.  Raises nothing but a cancellation."""
        try:
            before = await _result(self.read(item))
            after = await _result(self.transform(before))
            if after is None:
                return Outcome(item)
            return Outcome(item, self.put(self.write(before, after)))
        except Exception as error:
            return Outcome(item, error=error)

    async def all(self, items: Sequence[Item]) -> list[Outcome]:
        """What becomes of each of these, in their order."""
        outcomes: dict[int, Outcome] = {}
        left = iter(enumerate(items))

        async def work() -> None:
            for place, item in left:
                outcomes[place] = await self.one(item)

        async with create_task_group() as group:
            for _ in range(min(_AT_ONCE, len(items))):
                group.start_soon(work)
        return [outcomes[place] for place in range(len(items))]


async def _result(given: Any) -> Any:
    return await given if isinstance(given, Awaitable) else given


def counted(before: Counts, outcomes: Sequence[Outcome]) -> Counts:
    """The counts with these."""
    copied = sum(each.part is not None for each in outcomes)
    failed = sum(each.error is not None for each in outcomes)
    return Counts(
        read=before.read + len(outcomes),
        copied=before.copied + copied,
        dropped=before.dropped + len(outcomes) - copied - failed,
    )


def rewrite_of(
    compiler: Compiler,
    source: Question,
    target: Question,
    transform: Callable[..., Any] | None,
    now: datetime,
) -> Rewrite:
    """The rewriting that a transform asks for; None copies what the target can read.

    Raises `InvalidModelError` where a copy would store in the clear what is encrypted.
    """
    put = stored_put(compiler, target)
    old, new = compiler.codec(source.table), compiler.codec(target.table)
    if transform is None:
        _check_sealed(source.table, old.sealed, target.table, new.sealed)
        return Rewrite(_same, _reader(new), _untouched, put)
    if takes_items(transform):
        encode = compiler.codecs.encoder(Any)
        of_items = partial(_item_of, encode, new.sealed)
        return Rewrite(partial(_values_of, old.sealed), transform, of_items, put)
    of_instances = _instance_writer(compiler, source.table, target.table, now)
    return Rewrite(_reader(old), transform, of_instances, put)


def reason(error: Exception) -> str:
    """What went wrong, without values of an item."""
    if isinstance(error, DynamORMError):
        return str(error)
    return f"the transform raised {type(error).__name__}"


def source_key(compiler: Compiler, source: Question, outcome: Outcome) -> Item:
    """The key of an item as the source has it."""
    return key_reader(compiler, source)(outcome.source)


def _same(given: Any) -> Any:
    return given


def _untouched(item: Item, _instance: object) -> Item:
    return item


def _reader(codec: ItemCodec[Any]) -> Callable[[Item], Any]:
    """What makes an instance of an item; async where the hooks of its model are."""
    if not codec.table.awaits_load:
        return codec.decode

    async def read(item: Item) -> Any:
        return codec.decode(await reshaped(item, codec.reshape))

    return read


def _values_of(sealed: Sealed | None, item: Item) -> dict[str, Any]:
    hidden = _names(sealed)
    return {
        name: Secret(stored)
        if name in hidden and "NULL" not in stored
        else decode_anything(stored)
        for name, stored in item.items()
    }


def _item_of(
    encode: Callable[[Any], AttributeValue],
    sealed: Sealed | None,
    _before: object,
    values: object,
) -> Item:
    if not isinstance(values, dict):
        raise InvalidModelError(
            "a transform of items returns a dict of an item's values, or None; it "
            f"returned {kind_of(values)}"
        )
    item: Item = {}
    for name, value in values.items():
        if not isinstance(value, Secret):
            item[name] = encode(value)
        elif name in _names(sealed):
            item[name] = value.stored
        else:
            raise InvalidModelError(_IN_THE_CLEAR.format(name))
    return item


_IN_THE_CLEAR = (
    "what the transform returns as {0!r} is encrypted in the source, and {0!r} is not "
    "in the target; declare it encrypted there, remove it, or decrypt it with a "
    "transform of instances"
)


def _names(sealed: Sealed | None) -> tuple[str, ...]:
    return () if sealed is None else sealed.attributes


def _check_sealed(
    source: TableInfo, old: Sealed | None, target: TableInfo, new: Sealed | None
) -> None:
    bare = [name for name in _names(old) if name not in _names(new)]
    if bare:
        raise InvalidModelError(
            f"{', '.join(bare)}: encrypted in {source.model_name} and not in "
            f"{target.model_name}; declare it encrypted there, or decrypt it with a "
            "transform of instances"
        )


def _instance_writer(
    compiler: Compiler, source: TableInfo, target: TableInfo, now: datetime
) -> Callable[[Any, Any], Item]:
    codec = compiler.codec(target)
    carried = _carried(source, target, now)

    def write(before: object, after: object) -> Item:
        if type(after) is not target.model:
            raise InvalidModelError(
                f"the transform returns {target.model_name} or None; it returned "
                f"{kind_of(after)}{_HINTS.get(type(after), '')}"
            )
        return whole_item(codec, after, carried(before, after))

    return write


_HINTS: dict[type, str] = {
    dict: "; for a transform of items as they are stored, annotate its argument as "
    "dict, or wrap it in transforms.on_items(...)",
}


def _carried(
    source: TableInfo, target: TableInfo, now: datetime
) -> Callable[[object, object], dict[str, Any]]:
    """The version and the times of an item, where its transform left them open."""
    roles: list[tuple[FieldInfo | None, FieldInfo | None, Any]] = [
        (source.version, target.version, 0),
        (source.created_at, target.created_at, now),
        (source.updated_at, target.updated_at, now),
    ]
    pairs = [(old, new, default) for old, new, default in roles if new is not None]

    def carried(before: object, after: object) -> dict[str, Any]:
        stamps: dict[str, Any] = {}
        for old, new, default in pairs:
            said = getattr(after, new.name)
            stored = None if old is None else getattr(before, old.name)
            stamps[new.name] = said or stored or default
        return stamps

    return carried
