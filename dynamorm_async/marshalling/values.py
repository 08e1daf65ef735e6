"""What a codec of one type is, and how its errors say where they happened.

A codec turns a Python value into an `AttributeValue` and back.  A fault in a nested
value carries its path (`$.address.zip: expected N, found S`); paths show the names of
declared attributes and list indexes, but `*` for the keys of a dict: those are data.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import force_setattr

from ..errors import DynamORMError, InvalidValueError, ItemShapeError
from ..wire import AttributeValue

Hint = object
"""A type as an annotation has it: a class, a generic alias, a union, a NewType, ..."""

Encode = Callable[[Any], AttributeValue]
Decode = Callable[[AttributeValue], Any]

TAGS = frozenset({"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"})
"""Every type DynamoDB has."""

MAX_DEPTH = 32
"""How many lists and maps may lie inside each other (AWS, service quotas)."""

E = TypeVar("E", bound=DynamORMError)


class Rank(IntEnum):
    """In which order a union's members try to read a value; ties go as declared."""

    NAMED = 0
    """Only listed values: Literal, Enum."""
    PARSED = 1
    """Only values of a form: UUID, datetime, list[int], a registered type."""
    WHOLE = 2
    """Whole numbers: int."""
    EXACT = 3
    """Every value of its DynamoDB type: Decimal, str, bytes."""
    ROUNDED = 4
    """Every value too, and not exactly: float."""


def _all_or(tag: str | None) -> frozenset[str]:
    return TAGS if tag is None else frozenset({tag})


class ValueCodec(Struct, frozen=True):
    """Both directions of one type."""

    encode: Encode
    """Raises InvalidValueError."""

    decode: Decode
    """Raises ItemShapeError."""

    tag: str | None = None
    """The DynamoDB type it writes; None where that depends on the value."""

    reads: frozenset[str] = frozenset()
    """The DynamoDB types it can read; where not said, the one it writes."""

    rank: Rank = Rank.PARSED
    depth: int | None = 0
    """How many lists and maps deep a value can get; None where there is no bound."""

    in_place: str = ""
    """Code that reads `{stored}`, an attribute value that is as it should be; of names
    it may use those in `compiled.NAMES`.
    """

    part: "ValueCodec | None" = None
    """The codec of what a list or map holds, where that code reads it in place too."""

    def __post_init__(self) -> None:
        """Settle what was not said."""
        if not self.reads:
            force_setattr(self, "reads", _all_or(self.tag))


class FromStored(Struct, frozen=True):
    """A codec's decoder with the signature that cattrs calls."""

    codec: ValueCodec

    def __call__(self, value: AttributeValue, _hint: object) -> object:
        return self.codec.decode(value)


Resolve = Callable[[Hint], ValueCodec]
"""Finds the codec of a type.  Raises UnsupportedTypeError."""


def nested_depth(parts: Iterable[ValueCodec]) -> int | None:
    """The depth of what holds these parts."""
    deepest = 0
    for part in parts:
        if part.depth is None:
            return None
        deepest = max(deepest, part.depth)
    return deepest + 1


def wrong_type(expected: str, value: object) -> InvalidValueError:
    """The error for a value of another Python type than its field has."""
    return InvalidValueError(f"expected {expected}, got {type(value).__name__}")


def wrong_tag(expected: str, value: AttributeValue) -> ItemShapeError:
    """The error for a stored value of another DynamoDB type than its field has."""
    return ItemShapeError(f"expected {expected}, found {next(iter(value), 'nothing')}")


def under(step: str, error: E) -> E:
    """The same error as seen from one level up; `step` is `.name` or `[index]`."""
    text = str(error)
    if text.startswith("$"):
        return type(error)(f"${step}{text[1:]}")
    return type(error)(f"${step}: {text}")


def bounded(codec: ValueCodec) -> Encode:
    """The codec's encoder, refusing what is nested deeper than DynamoDB can store."""
    if codec.depth is not None and codec.depth <= MAX_DEPTH:
        return codec.encode
    encode = codec.encode

    def encode_bounded(value: object) -> AttributeValue:
        try:
            wire = encode(value)
        except RecursionError:
            raise _too_deep() from None
        if _deeper_than(MAX_DEPTH, wire):
            raise _too_deep()
        return wire

    return encode_bounded


def _too_deep() -> InvalidValueError:
    return InvalidValueError(
        f"nested more than {MAX_DEPTH} levels deep, which DynamoDB cannot store"
    )


def _deeper_than(levels: int, value: AttributeValue) -> bool:
    parts = value["M"].values() if "M" in value else value.get("L")
    if parts is None:
        return False
    return levels == 0 or any(_deeper_than(levels - 1, part) for part in parts)
