"""Names and conditions as callers write them: typed, or as text."""

from collections.abc import Iterable
from typing import Any

from ..errors import InvalidOperatorError, UnknownFieldError
from ..expressions.conditions import Comparison, Condition, comparisons, condition
from ..expressions.operators import Operator, parse_operator
from ..expressions.paths import Ordered, Path, compare, in_order
from ..expressions.subjects import Subject
from ..lazily import pattern
from ..schema.table import FieldInfo, TableInfo

_MISSING = object()
"""Stands for an operator or a value that was not given; None is a value."""

_PATH = pattern(r"[^.\[\]]+(\.[^.\[\]]+|\[[0-9]+\])*")
_STEP = pattern(r"\.?([^.\[\]]+)|\[([0-9]+)\]")


def parse_condition(
    table: TableInfo,
    subject: object = _MISSING,
    operator: object = _MISSING,
    value: object = _MISSING,
    *more: object,
) -> Condition:
    """One typed condition, or the three parts of a written one."""
    if subject is _MISSING or more:
        raise InvalidOperatorError(
            f"{table.model_name}: one condition is wanted, such as User.rank > 18, or "
            f"its three parts; got {3 + len(more) if more else 'none'}"
        )
    if operator is _MISSING:
        # The usual case, told apart first: a field of this very model, and values.
        if (
            type(subject) is Comparison
            and subject.subject.model is table.model
            and Subject not in map(type, subject.operands)
        ):
            return subject
        found = condition(subject)
        for each in comparisons(found):
            check_model(table, each)
        return found
    if not isinstance(operator, str):
        raise InvalidOperatorError(
            f"an operator is a text such as '=', not a {type(operator).__name__}"
        )
    place = parse_subject(table, subject)
    try:
        parsed, sized = parse_operator(operator)
    except InvalidOperatorError:
        if value is not _MISSING:
            raise
        # The text is more likely a value, which has no place in a message.
        raise InvalidOperatorError(
            f"{place.label}: the operator is missing; write (field, operator, value), "
            "such as ('rank', '>', 18)"
        ) from None
    return compare(
        place.size() if sized else place, parsed, _operands(place, parsed, value)
    )


def _operands(place: Subject, operator: Operator, value: object) -> tuple[object, ...]:
    if operator.values == 0:
        if value is False:
            raise InvalidOperatorError(
                f"{place.label}: {operator.name} takes no value; its opposite has a "
                "name of its own"
            )
        return ()
    if value is _MISSING:
        raise InvalidOperatorError(f"{place.label}: {operator.name} needs a value")
    if operator.values == 1:
        return (value,)
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        wanted = "two values" if operator.values == 2 else "a list of values"
        raise InvalidOperatorError(f"{place.label}: {operator.name} takes {wanted}")
    return in_order(value)


def parse_subject(table: TableInfo, subject: object) -> Subject:
    """The place that a typed attribute, a name or a dotted path means."""
    if isinstance(subject, Ordered):
        check_owner(table, subject.subject)
        return subject.subject
    if not isinstance(subject, str):
        raise UnknownFieldError(
            f"{table.model_name}: a field is named by a text or as "
            f"{table.model_name}.{table.partition_key.name}, not by a "
            f"{type(subject).__name__}"
        )
    whole = table.names.get(subject)
    if whole is not None:
        return whole.subject
    first, *steps = _steps(table, subject)
    place = table.field(str(first)).subject
    for step in steps:
        place = place.at(step)
    return place


def _steps(table: TableInfo, text: str) -> list[str | int]:
    if not _PATH.fullmatch(text):
        raise UnknownFieldError(
            f"{table.model_name}: {text!r} is no path; write it like address.city or "
            "scores[0]"
        )
    return [
        int(match.group(2)) if match.group(1) is None else match.group(1)
        for match in _STEP.finditer(text)
    ]


def parse_field(table: TableInfo, name: object) -> FieldInfo:
    """The whole field that a typed attribute or a name means."""
    if isinstance(name, FieldInfo):
        return name
    place = parse_subject(table, name)
    if place.steps or place.sized:
        raise UnknownFieldError(
            f"{place.label} is a place within {table.model_name}.{place.attribute}; "
            "only whole fields can be read or written here"
        )
    return table.attributes[place.attribute]


def check_model(table: TableInfo, term: Comparison) -> None:
    """Refuse a condition on another model's fields."""
    for each in (term.subject, *term.operands):
        if isinstance(each, Subject):
            check_owner(table, each)


def check_owner(table: TableInfo, subject: Subject) -> None:
    """Refuse a field of another model; those of a base class are its own."""
    owner = subject.model
    if owner is table.model:
        return
    same = (
        owner is None
        or issubclass(table.model, owner)
        or issubclass(owner, table.model)
    )
    if not same or subject.attribute not in table.attributes:
        raise UnknownFieldError(f"{subject.label} is not a field of {table.model_name}")


Named = str | Path[Any]
"""How a caller names a field."""
