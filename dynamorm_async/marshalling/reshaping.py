"""Stored items that a model reshapes before they are decoded; see `before_load`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import DynamORMError, ItemShapeError
from ..schema.table import TableInfo
from ..wire import Item
from .anything import decode_anything
from .codecs import Codecs

M = TypeVar("M")


def reshaped(
    table: TableInfo, codecs: Codecs, decode: Callable[[Item], M]
) -> Callable[[Item], M]:
    """What decodes an item after the hooks of its model have had its values.

    Raises `ItemShapeError` where they return what is no item; what they raise gets
    through.
    """
    hooks = [(name, getattr(table.model, name)) for name in table.before_load]
    known = {each.attribute for each in table.fields}
    encode = codecs.encoder(Any)

    def decode_reshaped(item: Item) -> M:
        values = {name: decode_anything(value) for name, value in item.items()}
        for name, hook in hooks:
            values = _checked(table, name, hook(values))
        wanted = {name: values[name] for name in known & values.keys()}
        try:
            shaped = {name: encode(value) for name, value in wanted.items()}
        except DynamORMError as error:
            raise ItemShapeError(
                f"{table.model_name}: before_load returned what cannot be stored: "
                f"{error}"
            ) from error
        return decode(shaped)

    return decode_reshaped


def _checked(table: TableInfo, name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ItemShapeError(
            f"{table.model_name}.{name}: before_load returns the values to decode, "
            f"a dict, not {type(given).__name__}"
        )
    return dict(given)
