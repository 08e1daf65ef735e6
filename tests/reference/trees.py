"""Whether a condition holds of an item, by what Python thinks.

Knows nothing of expression text: it goes by the names of the operators.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any

from dynamorm_async.expressions.conditions import Comparison, Condition, Group, Not
from dynamorm_async.expressions.subjects import Subject

ABSENT: Any = object()
"""Stands for an attribute that is not there."""

Values = Mapping[str, Any]
"""An item in Python: what is absent has no key, NULL is None."""


def tree_holds(term: Condition, values: Values) -> bool:
    """Whether the condition holds of an item of these values, by stored names."""
    if isinstance(term, Not):
        return not tree_holds(term.term, values)
    if isinstance(term, Group):
        of_all = {"AND": all, "OR": any}[term.joiner]
        return of_all(tree_holds(each, values) for each in term.terms)
    assert isinstance(term, Comparison)
    return comparison_holds(term.operator.name, term.subject, term.operands, values)


def comparison_holds(
    operator: str, subject: Subject, operands: Iterable[object], values: Values
) -> bool:
    """Whether a place compares with values, or with other places, as the name says."""
    place = place_of(subject, values)
    given = [
        place_of(each, values) if isinstance(each, Subject) else each
        for each in operands
    ]
    return _OPERATORS[operator](place, *given)


def place_of(subject: Subject, values: Values) -> Any:
    """What is at a place, or its size; `ABSENT` where nothing is."""
    found: Any = values
    for step in (subject.attribute, *subject.steps):
        found = _step(found, step)
    if subject.sized:
        return len(found) if hasattr(found, "__len__") else ABSENT
    return found


def _step(found: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return found.get(step, ABSENT) if isinstance(found, Mapping) else ABSENT
    is_there = isinstance(found, list) and step < len(found)
    return found[step] if is_there else ABSENT


_KINDS: tuple[tuple[str, Any], ...] = (
    ("BOOL", bool),  # first, as a bool is an int
    ("N", int),
    ("S", (str, datetime)),
    ("B", bytes),
    ("L", list),
    ("M", Mapping),
    ("NULL", type(None)),
)


def kind_of(value: Any) -> str:
    """How a value is stored."""
    if isinstance(value, set):
        return f"{kind_of(next(iter(value)))}S"
    return next(kind for kind, types in _KINDS if isinstance(value, types))


def _equal(one: Any, other: Any) -> bool:
    if other is None:  # the question for None: absent, or NULL
        return one is ABSENT or one is None
    if ABSENT in (one, other):
        return False
    return kind_of(one) == kind_of(other) and bool(one == other)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(one: Any, other: Any) -> bool:
        if one is ABSENT or other is ABSENT or kind_of(one) != kind_of(other):
            return False
        return kind_of(one) in ("N", "S", "B") and compare(_key(one), _key(other))

    return holds


def _key(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def _between(place: Any, low: Any, high: Any) -> bool:
    return _ordered(ge)(place, low) and _ordered(le)(place, high)


def _contains(place: Any, part: Any) -> bool:
    if type(place) in (str, bytes):
        return type(place) is type(part) and part in place
    elements = place if isinstance(place, (set, list)) else ()
    return any(_equal(each, part) for each in elements)


def _begins(place: Any, prefix: Any) -> bool:
    return type(place) is type(prefix) and bool(place.startswith(prefix))


_OPERATORS: dict[str, Callable[..., bool]] = {
    "=": _equal,
    "!=": lambda one, other: not _equal(one, other),
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "BETWEEN": _between,
    "IN": lambda place, *options: any(_equal(place, each) for each in options),
    "BEGINS_WITH": _begins,
    "CONTAINS": _contains,
    "NOT_CONTAINS": lambda place, part: not _contains(place, part),
    "EXISTS": lambda place: place is not ABSENT,
    "NOT_EXISTS": lambda place: place is ABSENT,
    "ATTRIBUTE_TYPE": lambda place, kind: (
        place is not ABSENT and kind_of(place) == kind
    ),
}
