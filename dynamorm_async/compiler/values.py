"""Rows of which only some values are wanted: stored items to tuples of values."""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import NOTHING

from ..errors import ItemShapeError
from ..marshalling.fields import FieldCodec
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo
from ..wire import Body, Item

Row = tuple[Any, ...]


def values_of(
    codec: ItemCodec[Any], fields: Sequence[FieldInfo]
) -> Callable[[Body], Sequence[Row]]:
    """The decoder of replies of which each item becomes the values of these fields.

    A missing attribute is what the model reads it as: its default, or None.
    """
    codecs = [codec.fields[each.attribute] for each in fields]
    key = [each.attribute for each in codec.table.key]

    def decode(reply: Body) -> Sequence[Row]:
        rows: list[Row] = []
        for item in reply.get("Items", ()):
            try:
                rows.append(tuple(_value(each, item) for each in codecs))
            except ItemShapeError as error:
                stored = {name: item.get(name) for name in key}
                raise ItemShapeError(
                    f"{error} (key {', '.join(key)}: see .key)", key=stored
                ) from error
        return rows

    return decode


def _value(codec: FieldCodec, item: Item) -> Any:
    stored = item.get(codec.info.attribute)
    if stored is not None:
        return codec.decode(stored)
    missing = codec.absent() if codec.absent is not None else None
    return None if missing is NOTHING else missing
