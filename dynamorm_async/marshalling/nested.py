"""What lies inside a type: the hints of nested places; the empty values of types."""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

from ..lazily import lazy
from .hints import (
    accepts_none,
    is_anything,
    is_typeddict,
    members_of,
    origin_of,
    plain,
    without_none,
)
from .scalars import SCALARS
from .values import Hint

if TYPE_CHECKING:
    from . import shapes
else:
    shapes = lazy(".shapes", __package__)

_EMPTY = (str, int, float, Decimal, bool, bytes, bytearray, list, dict, set, frozenset)
"""Called without arguments, each makes its empty value."""

_ABSTRACT: dict[Hint, type] = {Sequence: list, Mapping: dict, AbstractSet: frozenset}


def element_hint(hint: Hint, step: str | int) -> Hint:
    """The type at one step into a nested value; Any where it is unknown.

    `step` is the name of an attribute, the key of a dict, or an index into a list.
    """
    for member in members_of(hint):
        inner = _step(plain(member), step)
        if inner is not None:
            return inner
    return Any


def _step(hint: Hint, step: str | int) -> Hint | None:
    origin, arguments = origin_of(hint), get_args(hint)
    if isinstance(step, str):
        if shapes.is_structure(hint):
            return shapes.part_hint(hint, step)
        return arguments[1] if _is_a(origin, Mapping) and len(arguments) > 1 else None
    if not _is_a(origin, Sequence) or not arguments:
        return None
    if origin is not tuple or arguments[-1] is Ellipsis:
        return _first(arguments)
    return arguments[step] if 0 <= step < len(arguments) else None


def member_hint(hint: Hint) -> Hint:
    """The type of what a set, a list or a text contains; Any where it is unknown."""
    hint = plain(without_none(hint))
    if _is_a(hint, (str, bytes, bytearray)):
        return hint
    origin, arguments = origin_of(hint), get_args(hint)
    is_fixed = origin is tuple and Ellipsis not in arguments
    if not arguments or is_fixed or not _is_a(origin, Collection):
        return Any
    return _first(arguments)


def empty_of(hint: Hint) -> Callable[[], Any] | None:
    """What makes a type's empty value: `""`, `0`, `[]`, ...; None where it has none.

    The empty value of what may be None is None.
    """
    if accepts_none(hint):
        return NoneType
    hint = plain(hint)
    origin = origin_of(hint)
    if is_anything(hint) or not isinstance(origin, type):
        return None
    if origin in SCALARS:
        return origin if origin in _EMPTY else None
    if origin not in _EMPTY and shapes.is_structure(hint):
        only_optional = all(part.has_default for part in shapes.parts_of(hint))
        return dict if is_typeddict(origin) and only_optional else None
    if origin is tuple:
        fixed = get_args(hint) and Ellipsis not in get_args(hint)
        return None if fixed else tuple
    return origin if origin in _EMPTY else _ABSTRACT.get(origin)


def _is_a(cls: Hint, bases: type | tuple[type, ...]) -> bool:
    return isinstance(cls, type) and issubclass(cls, bases)


def _first(arguments: tuple[Hint, ...]) -> Hint:
    return next(iter(arguments))
