"""Enum and Literal: types that list their values.

Each is stored as its value.  Flags may combine their members, and enums may know
further values (`_missing_`); both are read through the class.
"""

from collections.abc import Collection, Hashable
from enum import Enum
from typing import Any, get_args

from ..errors import InvalidValueError, ItemShapeError, UnsupportedTypeError
from ..wire import AttributeValue
from .anything import decode_anything
from .hints import describe
from .numbers import decimal_text, read_decimal
from .values import (
    Decode,
    Encode,
    Hint,
    Rank,
    Resolve,
    ValueCodec,
    wrong_type,
)


def enum_codec(cls: type[Enum], resolve: Resolve) -> ValueCodec:
    """Members by their values."""
    name = cls.__name__
    encoded = {each: _stored(each.value, name, resolve) for each in cls}
    by_stored = {comparable(wire): each for each, wire in encoded.items()}

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, cls):
            raise wrong_type(name, value)
        wire = encoded.get(value)
        return {**wire} if wire else resolve(Any).encode(value.value)

    def decode(value: AttributeValue) -> Enum:
        member = by_stored.get(comparable(value))
        if member is not None:
            return member
        try:
            return cls(decode_anything(value))
        except (TypeError, ValueError):
            # Not chained: the message of the cause repeats the stored value.
            raise ItemShapeError(f"expected a value of {name}") from None

    return _codec(encode, decode, encoded.values())


def literal_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """The listed values, told apart by type as well: True is not `Literal[1]`."""
    name = describe(hint)
    encoded = {
        (type(each), each): _stored(getattr(each, "value", each), name, resolve)
        for each in get_args(hint)
    }
    by_stored = {comparable(wire): each for (_, each), wire in encoded.items()}

    def encode(value: object) -> AttributeValue:
        try:
            wire = encoded.get((type(value), value))
        except TypeError:  # an unhashable value
            wire = None
        if wire is None:
            raise InvalidValueError(f"expected one of {name}")
        return {**wire}

    def decode(value: AttributeValue) -> object:
        try:
            return by_stored[comparable(value)]
        except KeyError:
            raise ItemShapeError(f"expected one of {name}") from None

    return _codec(encode, decode, encoded.values())


def _stored(value: object, name: str, resolve: Resolve) -> AttributeValue:
    try:
        return resolve(Any).encode(value)
    except InvalidValueError as error:
        raise UnsupportedTypeError(f"a value of {name}: {error}") from error


def _codec(
    encode: Encode, decode: Decode, stored: Collection[AttributeValue]
) -> ValueCodec:
    tags = frozenset(tag for wire in stored for tag in wire)
    tag = next(iter(tags)) if len(tags) == 1 else None
    depth = None if tags & {"L", "M"} else 0
    return ValueCodec(encode, decode, tag, tags, Rank.NAMED, depth)


def comparable(value: AttributeValue) -> Hashable:
    """A key that is equal for equal stored values, however a number is spelt."""
    tag, stored = next(iter(value.items()))
    if tag == "N":
        return tag, decimal_text(read_decimal(stored))
    if tag == "L":
        return tag, tuple(map(comparable, stored))
    if tag == "M":
        return tag, frozenset((key, comparable(part)) for key, part in stored.items())
    return tag, frozenset(stored) if isinstance(stored, list) else stored
