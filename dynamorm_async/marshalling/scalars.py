"""Text, bytes, booleans, UUIDs and None: values that DynamoDB holds whole."""

import sys
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from ..errors import InvalidValueError, ItemShapeError
from ..wire import AttributeValue
from .numbers import DECIMAL, FLOAT, INT
from .times import DATE, DATETIME, TIME, TIMEDELTA
from .values import Encode, Hint, Rank, ValueCodec, wrong_tag, wrong_type

_UUID_LENGTH = len("00000000-0000-0000-0000-000000000000")


def checked_text(value: object) -> str:
    """The text, if UTF-8 can hold it.  Raises InvalidValueError."""
    if not isinstance(value, str):
        raise wrong_type("str", value)
    # Also turns a str subclass, such as a StrEnum, into its text.
    text = str.__str__(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            # Not chained: the cause carries the text.
            raise InvalidValueError(
                "the text has a lone surrogate, which UTF-8 cannot hold"
            ) from None
    return text


def encode_str(value: object) -> AttributeValue:
    """S."""
    return {"S": checked_text(value)}


def decode_str(value: AttributeValue) -> Any:
    """The text as stored."""
    try:
        return value["S"]
    except KeyError:
        raise wrong_tag("S", value) from None


def encode_bytes(value: object) -> AttributeValue:
    """B: base64 text, as DynamoDB's JSON has it."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise wrong_type("bytes", value)
    return {"B": b2a_base64(value, newline=False).decode("ascii")}


def decode_bytes(value: AttributeValue) -> bytes:
    """The bytes as stored."""
    text: str | None = value.get("B")
    if text is None:
        raise wrong_tag("B", value)
    try:
        return a2b_base64(text, strict_mode=True)
    except ValueError:  # of which an error of base64 is one
        raise ItemShapeError("malformed base64") from None


def encode_bool(value: object) -> AttributeValue:
    """BOOL; 0 and 1 are numbers."""
    if value is True or value is False:
        return {"BOOL": value}
    raise wrong_type("bool", value)


def decode_bool(value: AttributeValue) -> Any:
    """True or False."""
    try:
        return value["BOOL"]
    except KeyError:
        raise wrong_tag("BOOL", value) from None


def encode_uuid(value: object) -> AttributeValue:
    """S, lower case with dashes."""
    if not isinstance(value, UUID):
        raise wrong_type("UUID", value)
    return {"S": str(value)}


def decode_uuid(value: AttributeValue) -> UUID:
    """Reads the form with dashes, in any case."""
    text = decode_str(value)
    # UUID() takes braces, prefixes and no dashes too: in `UUID | str` those are text.
    if len(text) == _UUID_LENGTH and text[8] == text[13] == text[18] == text[23] == "-":
        try:
            return UUID(text)
        except ValueError:
            pass
    raise ItemShapeError("expected a UUID") from None


def encode_none(value: object) -> AttributeValue:
    """NULL."""
    if value is not None:
        raise wrong_type("None", value)
    return {"NULL": True}


def decode_none(value: AttributeValue) -> None:
    """None."""
    if "NULL" not in value:
        raise wrong_tag("NULL", value)


STR = ValueCodec(encode_str, decode_str, "S", rank=Rank.EXACT, in_place='{stored}["S"]')
BYTES = ValueCodec(encode_bytes, decode_bytes, "B", rank=Rank.EXACT)

SCALARS: dict[type, ValueCodec] = {
    str: STR,
    int: INT,
    float: FLOAT,
    Decimal: DECIMAL,
    bool: ValueCodec(encode_bool, decode_bool, "BOOL", in_place='{stored}["BOOL"]'),
    bytes: BYTES,
    bytearray: replace(BYTES, decode=lambda value: bytearray(decode_bytes(value))),
    memoryview: replace(BYTES, decode=lambda value: memoryview(decode_bytes(value))),
    datetime: DATETIME,
    date: DATE,
    time: TIME,
    timedelta: TIMEDELTA,
    UUID: ValueCodec(encode_uuid, decode_uuid, "S"),
    NoneType: ValueCodec(encode_none, decode_none, "NULL"),
}
"""The codec of each class that DynamoDB holds whole."""


def quick_text(careful: Encode, longest: int = sys.maxsize) -> Encode:
    """Encodes the usual text, and leaves everything else to the careful encoder."""

    def encode(value: Any) -> AttributeValue:
        if value.__class__ is str and 0 < len(value) <= longest and value.isascii():
            return {"S": value}
        return careful(value)

    return encode


def is_path(hint: Hint) -> bool:
    """Whether it is `pathlib.Path`, which not every process has loaded."""
    return hint is getattr(sys.modules.get("pathlib"), "Path", None)


def path_codec(path: Any, _resolve: object) -> ValueCodec:
    """The codec of `pathlib.Path`: its text."""

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, path):
            raise wrong_type("Path", value)
        return encode_str(str(value))

    return ValueCodec(
        encode, lambda value: path(decode_str(value)), "S", rank=Rank.EXACT
    )


_MAKE_SUBCLASS = (str, int, float, Decimal, bytes, bytearray)
"""Classes that make their subclasses from one value of their own."""


def subclass_codec(cls: type, base: ValueCodec) -> ValueCodec | None:
    """The codec of a subclass of str, int, ...; None if the base cannot make one."""
    if not issubclass(cls, _MAKE_SUBCLASS):
        return None
    make: Callable[[Any], Any] = cls
    encode, decode = base.encode, base.decode

    def encode_subclass(value: object) -> AttributeValue:
        if not isinstance(value, cls):
            raise wrong_type(cls.__name__, value)
        return encode(value)

    def decode_subclass(value: AttributeValue) -> object:
        stored = decode(value)
        try:
            return make(stored)
        except (TypeError, ValueError) as error:
            raise ItemShapeError(f"{cls.__name__} refused what is stored") from error

    return replace(base, encode=encode_subclass, decode=decode_subclass, in_place="")
