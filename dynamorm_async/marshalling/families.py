"""Kinds of types: which there are, and what makes the codec of one."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, ForwardRef, TypeGuard, get_args, get_origin

from ..errors import UnsupportedTypeError
from ..lazily import lazy
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
from .scalars import SCALARS, is_path, path_codec, subclass_codec
from .values import Hint, Resolve, ValueCodec

if TYPE_CHECKING:
    from . import anything, choices, shapes, structures, unions
else:
    anything = lazy(".anything", __package__)
    choices = lazy(".choices", __package__)
    shapes = lazy(".shapes", __package__)
    structures = lazy(".structures", __package__)
    unions = lazy(".unions", __package__)

Accepts = Callable[[Hint], bool]
Make = Callable[[Hint, Resolve], ValueCodec]


def built_in_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """The codec of a type that nobody registered anything for.

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
    """
    if isinstance(hint, type):
        for base in hint.__mro__:
            if base in SCALARS:
                codec = SCALARS[base]
                is_own = base is hint
                return codec if is_own else inherited_codec(hint, codec, resolve)
    make = next(make for accepts, make in FAMILIES if accepts(hint))
    return make(hint, resolve)


def is_enum(hint: Hint) -> TypeGuard[type[Enum]]:
    """Whether it is an Enum class."""
    return isinstance(hint, type) and issubclass(hint, Enum)


def _unwrapped(hint: Hint, resolve: Resolve) -> ValueCodec:
    return resolve(unwrapped(hint))


def _enum(hint: Hint, resolve: Resolve) -> ValueCodec:
    if is_enum(hint):
        return choices.enum_codec(hint, resolve)
    return _unsupported(hint, resolve)


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


FAMILIES: tuple[tuple[Accepts, Make], ...] = (
    (is_path, path_codec),
    (is_none, lambda _hint, _resolve: SCALARS[type(None)]),
    (is_anything, lambda _hint, resolve: anything.anything_codec(resolve)),
    (_is_fixed_tuple, fixed_tuple_codec),
    (lambda hint: origin_of(hint) in SEQUENCES, sequence_codec),
    (lambda hint: origin_of(hint) in SETS, set_codec),
    (lambda hint: origin_of(hint) in MAPS, map_codec),
    (
        lambda hint: shapes.is_structure(hint),
        lambda hint, resolve: structures.structure_codec(hint, resolve),
    ),
    (is_enum, _enum),
    (is_literal, lambda hint, resolve: choices.literal_codec(hint, resolve)),
    (is_union, lambda hint, resolve: unions.union_codec(hint, resolve)),
    (lambda hint: unwrapped(hint) is not hint, _unwrapped),
    (lambda _hint: True, _unsupported),
)
"""The first that accepts a type makes its codec."""
