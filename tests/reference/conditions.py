"""Whether a parsed condition holds of an item, as the service decides it.

A comparison of different types is false, but for `<>`, which is then true; a missing
attribute equals nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from dynamorm_async.wire import Body, Item
from tests.reference.parser import parse_condition, placeholders_of
from tests.reference.syntax import (
    Between,
    Both,
    Call,
    Compared,
    Either,
    In,
    Literally,
    Negated,
    Operand,
    Path,
    Step,
    Term,
)
from tests.reference.values import (
    Value,
    begins_with,
    contains,
    item_of,
    order_of,
    size_of,
    value_of,
)

Row = Mapping[str, Value]


def condition_holds(text: str, body: Body, items: Iterable[Item]) -> list[bool]:
    """Whether a condition holds of each item; `body` knows its placeholders."""
    term = parse_condition(text, placeholders_of(body))
    return [holds(term, item_of(each)) for each in items]


def holds(term: Term, row: Row) -> bool:
    """Whether a parsed condition holds of an item."""
    if isinstance(term, Negated):
        return not holds(term.term, row)
    if isinstance(term, Both):
        return all(holds(each, row) for each in term.terms)
    if isinstance(term, Either):
        return any(holds(each, row) for each in term.terms)
    if isinstance(term, Compared):
        one, other = evaluate(term.left, row), evaluate(term.right, row)
        return compared(term.sign, one, other)
    if isinstance(term, Between):
        place = evaluate(term.operand, row)
        low, high = evaluate(term.low, row), evaluate(term.high, row)
        return compared(">=", place, low) and compared("<=", place, high)
    if isinstance(term, In):
        place = evaluate(term.operand, row)
        options = [evaluate(each, row) for each in term.options]
        return any(compared("=", place, each) for each in options)
    return _TESTS[term.function](*(evaluate(each, row) for each in term.arguments))


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}


def compared(sign: str, one: Value | None, other: Value | None) -> bool:
    """Whether two values, of which each may be missing, compare as the sign says."""
    if sign == "<>":
        return not compared("=", one, other)
    if one is None or other is None or one.tag != other.tag:
        return False
    if sign == "=":
        return one == other
    first, second = order_of(one), order_of(other)
    return first is not None and _ORDERS[sign](first, second)


_TESTS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda place: place is not None,
    "attribute_not_exists": lambda place: place is None,
    "attribute_type": lambda place, kind: (
        place is not None and place.tag == kind.content
    ),
    "begins_with": lambda place, prefix: (
        place is not None and prefix is not None and begins_with(place, prefix)
    ),
    "contains": lambda place, part: (
        place is not None and part is not None and contains(place, part)
    ),
}


def evaluate(operand: Operand, row: Row) -> Value | None:
    """The value of an operand; None where there is none."""
    if isinstance(operand, Literally):
        return value_of(operand.value)
    if isinstance(operand, Path):
        return value_at(row, operand.steps)
    if isinstance(operand, Call) and operand.function == "size":
        place = evaluate(operand.arguments[0], row)
        size = size_of(place) if place is not None else None
        return Value("N", size) if size is not None else None
    raise ValueError(f"{operand} stands in no condition")


def value_at(row: Row, steps: tuple[Step, ...]) -> Value | None:
    """The value at a place; None where the item ends before it."""
    found: Value | None = Value("M", row)
    for step in steps:
        if found is None:
            return None
        found = _inside(found, step)
    return found


def _inside(value: Value, step: Step) -> Value | None:
    if isinstance(step, str):
        found: Value | None = value.content.get(step) if value.tag == "M" else None
        return found
    is_there = value.tag == "L" and step < len(value.content)
    return value.content[step] if is_there else None
