"""Values whose type nobody declared (`Any`): stored by the class they have.

Reading gives str, int (where the number is whole) or Decimal, bytes, bool, None, list,
dict and set.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from ..errors import (
    EmptyValueError,
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from ..wire import AttributeValue
from .numbers import read_number
from .scalars import decode_bytes
from .shapes import is_structure
from .values import TAGS, Encode, Rank, Resolve, ValueCodec, under


def anything_codec(resolve: Resolve) -> ValueCodec:
    """By the value's class; the codec of a class is looked up once."""
    known: dict[type, Encode] = {}

    def encode(value: object) -> AttributeValue:
        cls = value.__class__
        encode_value = known.get(cls)
        if encode_value is None:
            encode_value = known[cls] = _encoder_of_class(cls, resolve)
        return encode_value(value)

    return ValueCodec(encode, decode_anything, None, TAGS, Rank.ROUNDED, depth=None)


def _encoder_of_class(cls: type, resolve: Resolve) -> Encode:
    # A structure is never stored as its base class: that would lose attributes.
    bases = (cls,) if is_structure(cls) else cls.__mro__[:-1]
    for base in bases:
        try:
            encode = resolve(base).encode
        except UnsupportedTypeError:
            continue
        return _refusing_empty(encode) if issubclass(cls, AbstractSet) else encode
    raise InvalidValueError(
        f"{cls.__name__} cannot be stored; see Database.register_type_converter"
    )


def _refusing_empty(encode: Encode) -> Encode:
    def encode_members(value: AbstractSet[object]) -> AttributeValue:
        if not value:
            raise EmptyValueError("an empty set has no type that DynamoDB could store")
        return encode(value)

    return encode_members


def decode_anything(value: AttributeValue) -> Any:
    """The value as its DynamoDB type says."""
    try:
        for tag, stored in value.items():
            read = _READ.get(tag)
            if read is not None:
                return read(stored)
    except (AttributeError, TypeError):
        pass  # what should be a map, a list or text is none
    raise ItemShapeError("expected one of DynamoDB's types")


def _decode_list(parts: list[AttributeValue]) -> list[Any]:
    decoded: list[Any] = []
    try:
        decoded.extend(map(decode_anything, parts))
    except ItemShapeError as error:
        raise under(f"[{len(decoded)}]", error) from error.__cause__
    return decoded


def _decode_map(parts: dict[str, AttributeValue]) -> dict[str, Any]:
    try:
        return {key: decode_anything(each) for key, each in parts.items()}
    except ItemShapeError as error:
        # Keys are values of an item, and stay out of messages.
        raise under(".*", error) from error.__cause__


_READ: dict[str, Callable[[Any], Any]] = {
    "S": lambda text: text,
    "N": read_number,
    "B": lambda text: decode_bytes({"B": text}),
    "BOOL": lambda truth: truth,
    "NULL": lambda _: None,
    "SS": set,
    "NS": lambda texts: set(map(read_number, texts)),
    "BS": lambda texts: {decode_bytes({"B": each}) for each in texts},
    "L": _decode_list,
    "M": _decode_map,
}
