"""Classes with declared attributes, stored as maps.

attrs classes, dataclasses, TypedDicts and NamedTuples (by name, not by position, so
that attributes can be added and moved).  Attributes that the constructor does not take
are not stored; stored attributes that the class does not know are ignored.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ..errors import InvalidValueError, ItemShapeError
from ..wire import AttributeValue
from .hints import accepts_none, is_typeddict, origin_of
from .shapes import Part, parts_of
from .values import (
    Decode,
    Encode,
    Hint,
    Resolve,
    ValueCodec,
    nested_depth,
    under,
    wrong_tag,
    wrong_type,
)


class PartCodec(Struct, frozen=True):
    """One attribute and its codec."""

    part: Part
    codec: ValueCodec


def structure_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """The codec of a class with declared attributes."""
    cls = origin_of(hint)
    if not isinstance(cls, type):
        raise TypeError(hint)
    parts = [PartCodec(part, resolve(part.hint)) for part in parts_of(hint)]
    encode = _dict_encoder(cls, parts) if is_typeddict(cls) else _encoder(cls, parts)
    make: Callable[..., Any] = dict if is_typeddict(cls) else cls
    depth = nested_depth(each.codec for each in parts)
    return ValueCodec(encode, _decoder(cls.__name__, make, parts), "M", depth=depth)


def _encoder(cls: type, parts: list[PartCodec]) -> Encode:
    rows = [(each.part.name, each.codec.encode) for each in parts]

    def encode(value: object) -> AttributeValue:
        if value.__class__ is not cls and not isinstance(value, cls):
            raise wrong_type(cls.__name__, value)
        stored: dict[str, AttributeValue] = {}
        name = ""
        try:
            for name, encode_part in rows:
                stored[name] = encode_part(getattr(value, name))
        except InvalidValueError as error:
            raise under(f".{name}", error) from error.__cause__
        return {"M": stored}

    return encode


def _dict_encoder(cls: type, parts: list[PartCodec]) -> Encode:
    rows = [(each.part, each.codec.encode) for each in parts]

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, dict):
            raise wrong_type(cls.__name__, value)
        stored: dict[str, AttributeValue] = {}
        name = ""
        try:
            for part, encode_part in rows:
                name = part.name
                if name in value:
                    stored[name] = encode_part(value[name])
                elif not part.has_default:
                    raise InvalidValueError("missing")
        except InvalidValueError as error:
            raise under(f".{name}", error) from error.__cause__
        if len(stored) != len(value):
            # The keys are not named: they are nobody's declaration, hence data.
            raise InvalidValueError(f"has keys that {cls.__name__} does not declare")
        return {"M": stored}

    return encode


def _decoder(name: str, make: Callable[..., Any], parts: list[PartCodec]) -> Decode:
    rows = [
        (each.part, each.codec.decode, accepts_none(each.part.hint)) for each in parts
    ]

    def decode(value: AttributeValue) -> object:
        stored = value.get("M")
        if stored is None:
            raise wrong_tag("M", value)
        given: dict[str, Any] = {}
        part = None
        try:
            for part, decode_part, may_be_none in rows:
                found = stored.get(part.name)
                if found is not None:
                    given[part.argument] = decode_part(found)
                elif not part.has_default:
                    _check_may_lack(may_be_none)
                    given[part.argument] = None
        except ItemShapeError as error:
            raise under(f".{part.name if part else ''}", error) from error.__cause__
        try:
            return make(**given)
        except (TypeError, ValueError) as error:
            raise ItemShapeError(f"{name} refused what is stored") from error

    return decode


def _check_may_lack(may_be_none: bool) -> None:
    if not may_be_none:
        raise ItemShapeError("missing, and it has no default")
