"""One field's way to the table and back.  The None policy lives here."""

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import NOTHING
from msgspec import Struct

from ..errors import (
    EmptyValueError,
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from ..lazily import lazy
from ..schema.fields import Role
from ..schema.table import FieldInfo, TableInfo
from ..wire import AttributeValue
from ..wire.sealed import SEALED, Plain
from .codecs import Codecs
from .hints import accepts_none
from .lengths import longest_of, up_to
from .nested import empty_of
from .scalars import encode_str
from .values import Encode

if TYPE_CHECKING:
    from . import options
    from .options import FieldOptions
else:
    options = lazy(".options", __package__)

_NULL: AttributeValue = {"NULL": True}
_SETS = (set, frozenset)
_EMPTIABLE = (str, bytes, bool, int, float, Decimal, list, tuple, dict)
KEY_ROLES = (Role.PARTITION_KEY, Role.SORT_KEY)


class FieldCodec(Struct, frozen=True):
    """One field's way to the table and back."""

    info: FieldInfo
    tag: str | None
    """How it is stored (S, N, B...); None where that depends on the value."""

    encode_value: Callable[[Any], AttributeValue]
    decode_value: Callable[[AttributeValue], Any]
    absent: Callable[[], Any] | None
    """What a missing attribute is read as; None: it has to be there."""

    is_text: bool = False
    """Whether it is text that is stored as it is."""

    longest: int = sys.maxsize
    """The bytes that a key may have."""

    def encode(self, value: Any, *, named: bool = False) -> AttributeValue | None:
        """The value as stored; None where it is to be absent.

        `named`: the field was named in an update, so that `omitempty` doesn't apply.
        """
        info = self.info
        if value is None or self._is_empty_set(value):
            return self._none()
        if not value and isinstance(value, _EMPTIABLE):
            if info.omitempty and not named:
                return None
            if isinstance(value, (str, bytes)) and self.is_key:
                return self._empty_key()
        try:
            return self.encode_value(value)
        except (InvalidValueError, UnsupportedTypeError) as error:
            raise type(error)(f"{info}: {error}") from error

    def encode_key(self, value: Any) -> AttributeValue:
        """The value as part of the table's key, which can't be empty."""
        if value:
            try:
                return self.encode_value(value)
            except (InvalidValueError, UnsupportedTypeError) as error:
                raise type(error)(f"{self.info}: {error}") from error
        stored = self.encode(value, named=True)
        if stored is None:
            raise EmptyValueError(f"{self.info}: a key can't be empty")
        return stored

    def decode(self, stored: AttributeValue) -> Any:
        """The value of a stored attribute."""
        try:
            return self.decode_value(stored)
        except (ItemShapeError, InvalidValueError, ValueError) as error:
            raise ItemShapeError(f"{self.info}: {error}") from error

    @property
    def is_key(self) -> bool:
        return self.info.role in KEY_ROLES or bool(self.info.key_of)

    def _is_empty_set(self, value: Any) -> bool:
        kinds = (list, tuple) if self.info.as_set else _SETS
        return isinstance(value, kinds) and not value and not self.info.json

    def _none(self) -> AttributeValue | None:
        if self.info.role in KEY_ROLES:
            raise EmptyValueError(f"{self.info}: a key of the table can't be None")
        return _NULL if self.info.null and not self.info.key_of else None

    def _empty_key(self) -> AttributeValue | None:
        if self.info.omitempty and self.info.role not in KEY_ROLES:
            return None
        where = f"index {self.info.key_of[0]!r}" if self.info.key_of else "the table"
        raise EmptyValueError(
            f"{self.info}: DynamoDB takes no empty text or bytes for a key of {where}"
            + (
                "; omitempty=True would leave such items out"
                if self.info.key_of
                else ""
            )
        )


def field_codec(info: FieldInfo, table: TableInfo, codecs: Codecs) -> FieldCodec:
    """What encodes and decodes a field, with all that was declared of it.

    Raises `UnsupportedTypeError` for a type that cannot be stored, naming the field.
    """
    try:
        values = codecs.field(info.hint, _options(info))
    except UnsupportedTypeError as error:
        raise UnsupportedTypeError(f"{info}: {error}") from error
    encode, longest = values.encode, longest_of(info, table)
    is_text = encode is encode_str
    if info.encrypted:
        encode = _sealing(info, table, encode)
    if longest is not None and values.tag != "N":
        encode = up_to(longest, encode)
    return FieldCodec(
        info,
        values.tag,
        encode,
        values.decode,
        _absent(info),
        is_text=is_text,
        longest=longest or sys.maxsize,
    )


def _options(info: FieldInfo) -> "FieldOptions | None":
    """How the field wants to be stored; None: as is usual for its type."""
    is_unix, is_ttl = info.format == "unix", info.role is Role.TTL
    if not (info.json or info.as_set or info.binary or is_unix or is_ttl):
        return None
    return options.FieldOptions(
        json=info.json,
        as_set=info.as_set,
        binary=info.binary,
        unix=is_unix,
        ttl=is_ttl,
    )


def _sealing(info: FieldInfo, table: TableInfo, encode: Encode) -> Encode:
    """Encodes values, and marks them as still to be encrypted."""
    key = tuple(each.attribute for each in table.key)

    def encode_sealed(value: Any) -> AttributeValue:
        return {SEALED: Plain(info.attribute, encode(value), key)}

    return encode_sealed


def _absent(info: FieldInfo) -> Callable[[], Any] | None:
    default = info.default
    if hasattr(
        default, "takes_self"
    ):  # an attrs.Factory, which attrs types as a function
        factory: Callable[[], Any] = default.factory
        # Such a factory wants the instance: the constructor calls it.
        return (lambda: NOTHING) if default.takes_self else factory
    if default is not NOTHING:
        return lambda: default
    if accepts_none(info.hint):
        return lambda: None
    empty = empty_of(info.hint)
    is_set = empty is not None and isinstance(empty(), _SETS)
    return empty if info.omitempty or info.as_set or is_set else None
