"""The converter: which type is stored how.  The extension point of the package."""

from collections.abc import Callable
from enum import Enum
from typing import ForwardRef, TypeGuard, get_args, get_origin

import cattrs
from msgspec import Struct

from ..errors import UnsupportedTypeError
from ..wire import AttributeValue
from .anything import anything_codec
from .choices import enum_codec, literal_codec
from .containers import (
    MAPS,
    SEQUENCES,
    SETS,
    fixed_tuple_codec,
    map_codec,
    sequence_codec,
    set_codec,
)
from .hints import (
    describe,
    is_anything,
    is_literal,
    is_none,
    is_union,
    origin_of,
    unwrapped,
)
from .scalars import SCALARS, subclass_codec
from .shapes import is_structure
from .structures import structure_codec
from .unions import union_codec
from .values import Hint, Resolve, ValueCodec

Make = Callable[[Hint, Resolve], ValueCodec]


class FromStored(Struct, frozen=True):
    """A codec's decoder with the signature that cattrs calls."""

    codec: ValueCodec

    def __call__(self, value: AttributeValue, _hint: object) -> object:
        return self.codec.decode(value)


def make_converter(resolve: Resolve, made: dict[Hint, FromStored]) -> cattrs.Converter:
    """A cattrs converter between Python values and attribute values.

    - str, Path: S
    - int, float, Decimal: N, exact and in the shortest text
    - bool: BOOL
    - bytes, bytearray, memoryview: B
    - datetime: S, UTC, `2026-11-22T09:00:00.000000Z`; date and time: S, ISO 8601
    - timedelta: N, seconds
    - UUID: S
    - None: NULL
    - Any, object: by the value's class; read as str, int or Decimal, bytes, list, ...
    - list, tuple, deque, Sequence, Iterable: L, all members of one type
    - `tuple[A, B]`: L, each member of its own type
    - set, frozenset: SS, NS or BS by the type of the members; NULL when empty
    - dict, Mapping: M; keys as the text of their type
    - attrs class, dataclass, TypedDict, NamedTuple: M
    - Enum: as its value
    - Literal: as the value, which must be one of those listed
    - `A | B`: as the member that fits
    - Annotated, NewType, Final, type aliases: as what they stand for
    - anything else: UnsupportedTypeError

    Hooks registered on it come before these.  A hook writes and reads attribute values
    (`{"S": "x"}`).  Register before the type is first used.

    `made` keeps the codecs; who registers a hook later has to clear it.
    """
    converter = cattrs.Converter(detailed_validation=False)
    family = _Families(converter, resolve, made)
    family.add(lambda hint: True, _unsupported)
    family.add(lambda hint: unwrapped(hint) is not hint, _unwrapped)
    family.add(is_union, union_codec)
    family.add(is_literal, literal_codec)
    family.add(is_enum, _enum)
    family.add(is_structure, structure_codec)
    family.add(lambda hint: origin_of(hint) in MAPS, map_codec)
    family.add(lambda hint: origin_of(hint) in SETS, set_codec)
    family.add(lambda hint: origin_of(hint) in SEQUENCES, sequence_codec)
    family.add(_is_fixed_tuple, fixed_tuple_codec)
    family.add(is_anything, lambda _hint, resolve: anything_codec(resolve))
    family.add(is_none, lambda _hint, resolve: SCALARS[type(None)])
    for cls, codec in SCALARS.items():
        register_codec(converter, cls, codec)
    return converter


def register_codec(converter: cattrs.Converter, hint: Hint, codec: ValueCodec) -> None:
    """Make the codec that of the type, and of the classes derived from it."""
    if isinstance(hint, type):
        converter.register_unstructure_hook(hint, codec.encode)
        converter.register_structure_hook(hint, FromStored(codec))
        return
    converter.register_unstructure_hook_factory(
        lambda other: bool(other == hint), lambda _: codec.encode
    )
    converter.register_structure_hook_factory(
        lambda other: bool(other == hint), lambda _: FromStored(codec)
    )


def is_enum(hint: Hint) -> TypeGuard[type[Enum]]:
    """Whether it is an Enum class."""
    return isinstance(hint, type) and issubclass(hint, Enum)


class _Families(Struct, frozen=True):
    """Registers kinds of types, each with what makes the codec of one of them."""

    converter: cattrs.Converter
    resolve: Resolve
    made: dict[Hint, FromStored]

    def add(self, accepts: Callable[[Hint], bool], make: Make) -> None:
        """cattrs asks the kind that was added last first."""

        def both(hint: Hint) -> FromStored:
            if hint not in self.made:
                self.made[hint] = FromStored(make(hint, self.resolve))
            return self.made[hint]

        def encode(hint: Hint) -> Callable[[object], AttributeValue]:
            return both(hint).codec.encode

        self.converter.register_unstructure_hook_factory(accepts, encode)
        self.converter.register_structure_hook_factory(accepts, both)


def _unwrapped(hint: Hint, resolve: Resolve) -> ValueCodec:
    return resolve(unwrapped(hint))


def _enum(hint: Hint, resolve: Resolve) -> ValueCodec:
    return enum_codec(hint, resolve) if is_enum(hint) else _unsupported(hint, resolve)


def _is_fixed_tuple(hint: Hint) -> bool:
    return get_origin(hint) is tuple and Ellipsis not in get_args(hint)


def _unsupported(hint: Hint, _resolve: Resolve) -> ValueCodec:
    if isinstance(hint, (str, ForwardRef)):
        raise UnsupportedTypeError(f"the annotation {describe(hint)} names no type")
    raise UnsupportedTypeError(
        f"DynamoDB has no type for {describe(hint)};"
        " see Database.register_type_converter"
    )


def inherited_codec(cls: type, found: ValueCodec, resolve: Resolve) -> ValueCodec:
    """The codec of a class that cattrs took for its base class, a str or an int."""
    if is_enum(cls):
        return _enum(cls, resolve)
    return subclass_codec(cls, found) or _unsupported(cls, resolve)
