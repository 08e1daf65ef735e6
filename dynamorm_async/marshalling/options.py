"""Fields stored in another form than their type's: JSON, bytes, sets, seconds."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..errors import InvalidValueError, ItemShapeError, UnsupportedTypeError
from ..lazily import pattern
from ..wire import AttributeValue
from .containers import list_as_set_codec
from .hints import accepts_none, classes_of, describe, plain, without_none
from .numbers import INT
from .scalars import BYTES, checked_text, decode_bytes, decode_str, encode_bytes
from .times import TTL, UNIX
from .unions import optional_codec
from .values import Hint, Resolve, ValueCodec, under, wrong_type

_JSON_PATH = pattern(r" - at `\$([^`]*)`$")

ToPlain = Callable[[Any], Any]
FromPlain = Callable[[type, Any], Any]


class FieldOptions(Struct, frozen=True):
    """How a field wants to be stored."""

    json: bool = False
    """As JSON text with sorted keys (S)."""

    as_set: bool = False
    """A list or tuple as SS, NS or BS."""

    binary: bool = False
    """Text, a UUID or JSON as bytes (B)."""

    unix: bool = False
    """A datetime as epoch seconds (N), with a fraction where it has microseconds."""

    ttl: bool = False
    """A datetime or int as whole epoch seconds (N)."""


class Customs(Struct, frozen=True):
    """What JSON does with registered types."""

    to_plain: ToPlain
    """The plain value of an instance.  Raises UnsupportedTypeError for other types."""

    from_plain: FromPlain
    """The instance of a type.  Raises UnsupportedTypeError for other types."""


def field_codec(
    hint: Hint, options: FieldOptions, resolve: Resolve, customs: Customs
) -> ValueCodec:
    """The codec of a field.  Raises UnsupportedTypeError if an option does not fit."""
    inner = _optioned(without_none(hint), options, resolve, customs)
    if inner is None:
        return resolve(hint)
    return optional_codec(inner) if accepts_none(hint) else inner


def _optioned(
    hint: Hint, options: FieldOptions, resolve: Resolve, customs: Customs
) -> ValueCodec | None:
    if options.json:
        codec = json_codec(hint, customs)
        return _text_as_bytes(codec) if options.binary else codec
    if options.binary:
        return binary_codec(hint, resolve)
    if options.as_set:
        return list_as_set_codec(plain(hint), resolve)
    if options.ttl:
        return _of_datetime(hint, TTL, {datetime: TTL, int: INT}, "ttl")
    if options.unix:
        return _of_datetime(hint, UNIX, {datetime: UNIX}, 'format="unix"')
    return None


def _of_datetime(
    hint: Hint, default: ValueCodec, table: dict[Hint, ValueCodec], option: str
) -> ValueCodec:
    codec = table.get(plain(hint))
    if codec is not None:
        return codec
    if any(issubclass(each, datetime) for each in classes_of(hint)):
        return default
    allowed = " or ".join(map(describe, table))
    raise UnsupportedTypeError(f"{option} is for {allowed}, not for {describe(hint)}")


def json_codec(hint: Hint, customs: Customs) -> ValueCodec:
    """S holding JSON.  Types are those of msgspec, and the registered ones."""
    name, classes = describe(hint), classes_of(hint)
    encoder = msgspec.json.Encoder(enc_hook=customs.to_plain, order="sorted")
    decoder = _json_decoder(hint, name, customs)

    def encode(value: object) -> AttributeValue:
        """S, its keys in order; refuses what would come back as something else."""
        if classes and not isinstance(value, classes):
            raise wrong_type(name, value)
        try:
            text = encoder.encode(value).decode()
            # msgspec writes NaN and infinity as null, which would lose them.
            lossy = "null" in text and _has_nan(
                msgspec.to_builtins(value, enc_hook=customs.to_plain)
            )
        except (TypeError, ValueError, UnsupportedTypeError) as error:
            raise InvalidValueError(f"{name} has no JSON form here") from error
        if lossy:
            raise InvalidValueError("NaN and infinity cannot be stored")
        return {"S": text}

    def decode(value: AttributeValue) -> object:
        text = decode_str(value)
        try:
            return decoder.decode(text)
        except msgspec.DecodeError as error:
            # Not chained: the message of the cause may repeat the stored value.
            raise _json_fault(name, error) from None

    return ValueCodec(encode, decode, "S")


def _has_nan(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nan, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(_has_nan, value))
    return isinstance(value, float) and not math.isfinite(value)


def _json_decoder(hint: Hint, name: str, customs: Customs) -> msgspec.json.Decoder[Any]:
    try:
        return msgspec.json.Decoder(hint, dec_hook=customs.from_plain)
    except (TypeError, NameError) as error:
        raise UnsupportedTypeError(f"json=True cannot read {name}: {error}") from error


def _json_fault(name: str, error: msgspec.DecodeError) -> ItemShapeError:
    fault = ItemShapeError(f"the stored JSON does not fit {name}")
    place = _JSON_PATH.search(str(error))
    return under(place[1], fault) if place else fault


def binary_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """B holding UTF-8 text or the 16 bytes of a UUID."""
    cls = plain(hint)
    if cls is UUID:
        return ValueCodec(_encode_uuid, _decode_uuid, "B")
    if not isinstance(cls, type) or not issubclass(cls, (str, bytes, bytearray)):
        raise UnsupportedTypeError(
            f"binary is for str, UUID, bytes and json=True, not for {describe(hint)}"
        )
    codec = resolve(hint)
    return codec if codec.tag == BYTES.tag else _text_as_bytes(codec)


def _text_as_bytes(codec: ValueCodec) -> ValueCodec:
    encode_text, decode_text = codec.encode, codec.decode

    def encode(value: object) -> AttributeValue:
        return encode_bytes(checked_text(encode_text(value).get("S")).encode())

    def decode(value: AttributeValue) -> object:
        try:
            text = decode_bytes(value).decode()
        except UnicodeDecodeError:
            raise ItemShapeError("the stored bytes are not UTF-8") from None
        return decode_text({"S": text})

    return replace(
        codec,
        encode=encode,
        decode=decode,
        tag="B",
        reads=frozenset("B"),
        in_place="",
    )


def _encode_uuid(value: object) -> AttributeValue:
    if not isinstance(value, UUID):
        raise wrong_type("UUID", value)
    return encode_bytes(value.bytes)


def _decode_uuid(value: AttributeValue) -> UUID:
    stored = decode_bytes(value)
    if len(stored) != len(UUID(int=0).bytes):
        raise ItemShapeError("expected the 16 bytes of a UUID")
    return UUID(bytes=stored)
