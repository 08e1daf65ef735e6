"""Stored items that a model reshapes before they are decoded; see `before_load`."""

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, TypeVar

from ..errors import DynamORMError, InvalidOperatorError, ItemShapeError
from ..schema.table import TableInfo
from ..wire import Item
from ..wire.reshaped import Reshape, ReshapedItem
from .anything import decode_anything
from .codecs import Codecs

M = TypeVar("M")


def reshape_of(table: TableInfo, codecs: Codecs) -> Reshape:
    """What gives the values of an item to the hooks of its model.

    Raises `ItemShapeError` where they return what is no item; what they raise gets
    through.
    """
    hooks = [(name, getattr(table.model, name)) for name in table.before_load]
    known = {each.attribute for each in table.fields}
    encode = codecs.encoder(Any)

    def reshape(item: Item) -> Generator[Awaitable[object], object, Item]:
        values = {name: decode_anything(value) for name, value in item.items()}
        for name, hook in hooks:
            given = hook(values)
            if isinstance(given, Awaitable):
                given = yield given
            values = _checked(table, name, given)
        wanted = {name: values[name] for name in known & values.keys()}
        try:
            return {name: encode(value) for name, value in wanted.items()}
        except DynamORMError as error:
            raise ItemShapeError(
                f"{table.model_name}: before_load returned what cannot be stored: "
                f"{error}"
            ) from error

    return reshape


def decoder_at_once(
    table: TableInfo, reshape: Reshape, decode: Callable[[Item], M]
) -> Callable[[Item], M]:
    """What decodes an item after plain hooks have had its values."""

    def decode_reshaped(item: Item) -> M:
        steps = reshape(item)
        try:
            next(steps)
        except StopIteration as end:
            return decode(end.value)
        raise InvalidOperatorError(
            f"{table.model_name}: a before_load that has to be awaited is declared "
            "with `async def`"
        )

    return decode_reshaped


def decoder_of_reshaped(
    table: TableInfo, decode: Callable[[Item], M]
) -> Callable[[Item], M]:
    """What decodes an item for which hooks have been awaited."""

    def decode_reshaped(item: Item) -> M:
        if isinstance(item, ReshapedItem):
            return decode(item.shaped)
        raise InvalidOperatorError(
            f"{table.model_name}: before_load is async, and nothing can wait for it "
            "here; read the item by what is awaited, such as db.get() or "
            "db.execute(compiled), or make the hook a plain method"
        )

    return decode_reshaped


def _checked(table: TableInfo, name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ItemShapeError(
            f"{table.model_name}.{name}: before_load returns the values to decode, "
            f"a dict, not {type(given).__name__}"
        )
    return dict(given)
