"""What a parsed update makes of an item, as the service does it.

All operands are read from the item as it was; places in lists count as they did then.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from attrs import frozen

from dynamorm_async.wire import Body, Item
from tests.reference.conditions import Row, value_at
from tests.reference.parser import parse_update, placeholders_of
from tests.reference.syntax import (
    Call,
    Literally,
    Operand,
    Path,
    Step,
    Sum,
    Update,
)
from tests.reference.values import Value, item_of, joined, total, value_of

_SETS = ("SS", "NS", "BS")


class UpdateRejectedError(Exception):
    """The service would answer with a ValidationException."""


def updated(body: Body, item: Item) -> dict[str, Value]:
    """The item after the update expression of a request."""
    update = parse_update(body["UpdateExpression"], placeholders_of(body))
    return apply(update, item_of(item))


def apply(update: Update, row: Row) -> dict[str, Value]:
    """The item after an update; the old one is left as it was."""
    _check_overlaps(update)
    writes = [
        *(_Write(path.steps, _evaluate(value, row)) for path, value in update.sets),
        *(_Write(path.steps, _GONE) for path in update.removes),
        *(
            _Write(path.steps, _added(value_at(row, path.steps), value_of(value)))
            for path, value in update.adds
        ),
        *(
            _Write(path.steps, _without(value_at(row, path.steps), value_of(value)))
            for path, value in update.deletes
        ),
    ]
    changed = _rewritten(Value("M", row), writes)
    whole: dict[str, Value] = changed.content
    return whole


_GONE = Value("gone", None)
"""Stands for a place that is removed."""


@frozen
class _Write:
    steps: tuple[Step, ...]
    value: Value


def _check_overlaps(update: Update) -> None:
    changes = (*update.sets, *update.adds, *update.deletes)
    places = [path.steps for path, _ in changes]
    places += [path.steps for path in update.removes]
    for one, other in combinations(places, 2):
        shared = min(len(one), len(other))
        if one[:shared] == other[:shared]:
            raise UpdateRejectedError("two document paths overlap")


def _evaluate(operand: Operand, row: Row) -> Value:
    if isinstance(operand, Literally):
        return value_of(operand.value)
    if isinstance(operand, Path):
        found = value_at(row, operand.steps)
        if found is None:
            raise UpdateRejectedError("the expression refers to an attribute not there")
        return found
    if isinstance(operand, Sum):
        one, other = _evaluate(operand.left, row), _evaluate(operand.right, row)
        if (one.tag, other.tag) != ("N", "N"):
            raise UpdateRejectedError("an operand has an incorrect data type")
        return total(one, other, -1 if operand.sign == "-" else 1)
    return _called(operand, row)


def _called(call: Call, row: Row) -> Value:
    if call.function == "if_not_exists":
        place, otherwise = call.arguments
        assert isinstance(place, Path)
        found = value_at(row, place.steps)
        return found if found is not None else _evaluate(otherwise, row)
    parts = [_evaluate(each, row) for each in call.arguments]
    if call.function != "list_append" or any(each.tag != "L" for each in parts):
        raise UpdateRejectedError("an operand has an incorrect data type")
    return joined(parts)


def _added(place: Value | None, value: Value) -> Value:
    if value.tag not in ("N", *_SETS):
        raise UpdateRejectedError("ADD takes a number or a set")
    if place is None:
        return value
    if place.tag != value.tag:
        raise UpdateRejectedError("an operand has an incorrect data type")
    if value.tag == "N":
        return total(place, value)
    return Value(value.tag, place.content | value.content)


def _without(place: Value | None, value: Value) -> Value:
    if value.tag not in _SETS or (place is not None and place.tag != value.tag):
        raise UpdateRejectedError("an operand has an incorrect data type")
    rest = frozenset() if place is None else place.content - value.content
    return Value(value.tag, rest) if rest else _GONE


def _rewritten(value: Value, writes: list[_Write]) -> Value:
    """The value after the writes to places in it."""
    here: dict[Step, list[_Write]] = {}
    for each in writes:
        here.setdefault(each.steps[0], []).append(each)
    if value.tag == "M" and all(isinstance(step, str) for step in here):
        return Value("M", _rewritten_map(value.content, here))
    if value.tag == "L" and all(isinstance(step, int) for step in here):
        return Value("L", _rewritten_list(value.content, here))
    raise UpdateRejectedError("the document path is invalid for update")


def _rewritten_map(
    content: Mapping[str, Value], here: Mapping[Any, list[_Write]]
) -> dict[str, Value]:
    changed = dict(content)
    for step, writes in here.items():
        changed[step] = _after(changed.get(step), writes)
    return {name: each for name, each in changed.items() if each is not _GONE}


def _rewritten_list(
    content: tuple[Value, ...], here: Mapping[Any, list[_Write]]
) -> tuple[Value, ...]:
    changed = list(content)
    # What is set past the end is appended, in the order of the indexes.
    for step in sorted(here):
        inside = step < len(content)
        after = _after(content[step] if inside else None, here[step])
        if inside:
            changed[step] = after
        else:
            changed.append(after)
    return tuple(each for each in changed if each is not _GONE)


def _after(value: Value | None, writes: list[_Write]) -> Value:
    if len(writes[0].steps) == 1:
        return writes[0].value
    if value is None:
        raise UpdateRejectedError("the document path is invalid for update")
    return _rewritten(value, [_Write(each.steps[1:], each.value) for each in writes])
