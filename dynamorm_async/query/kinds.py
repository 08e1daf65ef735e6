"""Which aggregates a field has: that depends on its type."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any

from ..errors import InvalidOperatorError
from ..marshalling.hints import classes_of, describe
from ..schema.table import FieldInfo
from .folds import Number

_NUMBERS = (int, float, Decimal)
_CONTAINERS = (dict, list, tuple, set, frozenset)


def number_of(field: FieldInfo, verb: str) -> Number:
    """The type that a sum of this field has.

    Raises `InvalidOperatorError` where its values are no numbers.
    """
    classes = _classes(field)
    if not classes or not all(map(_is_number, classes)):
        raise InvalidOperatorError(
            f"{verb}({field.name!r}): {field} holds {describe(field.hint)}, not numbers"
        )
    for wide in (Decimal, float):
        if any(issubclass(each, wide) for each in classes):
            return wide
    return int


def _is_number(kind: type) -> bool:
    return issubclass(kind, _NUMBERS) and not issubclass(kind, (bool, Enum))


def family_of(field: FieldInfo, verb: str) -> type:
    """What the values of this field can be compared with.

    Raises `InvalidOperatorError` where they have no order.
    """
    families = {_family(each) for each in _classes(field)}
    if len(families) != 1 or None in families:
        raise InvalidOperatorError(
            f"{verb}({field.name!r}): {field} holds {describe(field.hint)}, which has "
            "no order"
        )
    (family,) = families
    return family or object


def is_comparable(value: object, family: type) -> bool:
    """Whether a value can be compared with those of a family."""
    return _family(type(value)) is family


def _family(kind: type) -> type | None:
    """The class that stands for all that compare with this one; None: no order."""
    if issubclass(kind, _NUMBERS):
        return Decimal
    has_order = any("__lt__" in vars(each) for each in kind.__mro__[:-1])
    if issubclass(kind, _CONTAINERS) or not has_order:
        return None
    for base in (str, bytes, datetime, date):
        if issubclass(kind, base):
            return base
    return kind


def check_countable(field: FieldInfo, verb: str, *, as_key: bool = False) -> None:
    """Refuse a field whose values cannot be told apart by a hash."""
    for each in _classes(field):
        unhashable = getattr(each, "__hash__", None) is None
        if unhashable and (as_key or not issubclass(each, _CONTAINERS)):
            raise InvalidOperatorError(
                f"{verb}({field.name!r}): {field} holds {describe(field.hint)}, which "
                "has no hash"
            )


def _classes(field: FieldInfo) -> Sequence[type[Any]]:
    return [each for each in classes_of(field.hint) if each is not NoneType]
