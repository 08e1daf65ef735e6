"""Whether an argument is the one that was expected, and how messages show it.

`User.id == "1"` is a condition, which has no truth value; so conditions and fields are
compared by what they say.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, runtime_checkable

from attrs import frozen

from ..errors import NotAConditionError
from ..expressions.conditions import Comparison, Condition, Group, Not, RawCondition
from ..expressions.operators import Operator, parse_operator
from ..expressions.paths import Ordered, in_order
from ..expressions.subjects import Subject

_LONGEST = 300
"""Characters of a value that a message shows."""

_BEFORE = 20
"""Characters before the first that differs, of longer ones."""


@runtime_checkable
class Matcher(Protocol):
    """Stands in an expectation for every argument of which `matches` is true."""

    def matches(self, value: Any, /) -> bool:
        """Whether this argument will do."""
        ...


class _Anything:
    """Stands for any one argument."""

    def matches(self, _value: Any, /) -> bool:
        return True

    def __repr__(self) -> str:
        return "ANY"


ANY: Any = _Anything()
"""Stands for any one argument: `query.on("limit", ANY)`."""


@frozen(repr=False)
class _Matching:
    holds: Callable[[Any], object]
    says: str

    def matches(self, value: Any, /) -> bool:
        return bool(self.holds(value))

    def __repr__(self) -> str:
        return self.says


def matching(holds: Callable[[Any], object], says: str = "") -> Any:
    """Stand for every argument of which `holds(argument)` is true.

    >>> query.on("limit", matching(lambda rows: rows <= 100, "at most 100"))

    `says` is how messages call it.
    """
    name = getattr(holds, "__name__", type(holds).__name__)
    return _Matching(holds, f"<{says or f'matching {name}'}>")


@frozen
class Written:
    """A condition as text: `("rank", ">=", 18)`."""

    field: Any  # a name, a field of a model, or a matcher
    operator: Operator | Matcher
    sized: bool | Matcher
    operand: Any  # whatever the field may be compared with
    parts: tuple[Any, ...]

    @classmethod
    def of(cls, field: Any, operator: Any, *value: Any) -> "Written":
        """These parts; raises `InvalidOperatorError` for an unknown operator."""
        parts = (field, operator, *value)
        operand = value[0] if value else None
        if not isinstance(operator, str) and _is_any(operator):
            operator = ANY
        if isinstance(operator, Matcher):
            return cls(field, operator, sized=ANY, operand=operand, parts=parts)
        found, sized = parse_operator(operator)
        if found.values == 0:
            operand = None
        elif found.values != 1 and not isinstance(operand, Matcher):
            operand = _many(operand)
        return cls(field, found, sized, operand, parts)


def _many(operand: Any) -> Any:
    return in_order(operand) if isinstance(operand, Iterable) else operand


def same(expected: Any, actual: Any) -> bool:
    """Whether an argument is the expected one, or one that the expected stands for."""
    if isinstance(expected, Matcher):
        return expected.matches(actual)
    for kinds, compare in _BY_KIND:
        if isinstance(expected, kinds):
            return compare(expected, actual)
        if isinstance(actual, kinds):
            return compare(expected, actual) or _is_any(expected)
    try:
        return bool(expected == actual)
    except Exception:  # whatever an == of somebody else raises, it does not say yes
        return False


def _is_any(value: Any) -> bool:
    """Whether it equals everything, as `unittest.mock.ANY` does."""
    return not isinstance(value, Ordered) and bool(value == object())


def is_compared_by_sense(value: Any) -> bool:
    """Whether a value is compared by what it says, and not part by part."""
    return isinstance(value, (Matcher, Condition, Written, Ordered, Subject))


def _same_bool(expected: Any, actual: Any) -> bool:
    # In Python, True == 1.
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return type(expected) is type(actual) and expected == actual
    return bool(expected == actual)


def _same_condition(expected: Any, actual: Any) -> bool:
    sides = [_comparison(each) for each in (expected, actual)]
    if sides[0] is not None and sides[1] is not None:
        return _same_comparison(sides[0], sides[1])
    match expected, actual:
        case Group(), Group():
            return expected.joiner == actual.joiner and same(
                expected.terms, actual.terms
            )
        case Not(), Not():
            return same(expected.term, actual.term)
        case RawCondition(), RawCondition():
            parts = (actual.text, dict(actual.values), dict(actual.names))
            return same(
                (expected.text, dict(expected.values), dict(expected.names)), parts
            )
        case _:
            return False


def _comparison(term: Any) -> Written | None:
    if isinstance(term, Written):
        return term
    if not isinstance(term, Comparison):
        return None
    operands = term.operands
    operand: Any = operands
    if term.operator.values in (0, 1):
        operand = operands[0] if operands else None
    subject = Ordered[Any](term.subject)
    return Written(subject, term.operator, term.subject.sized, operand, operands)


def _same_comparison(expected: Written, actual: Written) -> bool:
    return (
        same(expected.operator, actual.operator)
        and same(expected.sized, actual.sized)
        and same(expected.field, actual.field)
        and same(expected.operand, actual.operand)
    )


def _same_place(expected: Any, actual: Any) -> bool:
    left, right = _subject(expected), _subject(actual)
    if isinstance(left, Subject) and isinstance(right, Subject):
        return left.place == right.place and _related(left.model, right.model)
    # One of them is a name, which may be the one in Python or the stored one.
    return bool(names_of(left) & names_of(right))


def _subject(place: Any) -> Any:
    return place.subject if isinstance(place, Ordered) else place


def _related(left: type | None, right: type | None) -> bool:
    if left is None or right is None:
        return left is right
    return issubclass(left, right) or issubclass(right, left)


def names_of(place: Any) -> frozenset[str]:
    """What a place may be called in text."""
    if isinstance(place, str):
        return frozenset({place})
    if not isinstance(place, Subject):
        return frozenset()
    stored = place.attribute + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in place.steps
    )
    return frozenset({stored, place.label.rpartition(" ")[2].partition(".")[2]})


def _same_sequence(expected: Any, actual: Any) -> bool:
    return (
        type(expected) is type(actual)
        and len(expected) == len(actual)
        and all(map(same, expected, actual))
    )


def _same_mapping(expected: Any, actual: Any) -> bool:
    if not isinstance(expected, dict) or not isinstance(actual, dict):
        return bool(expected == actual)
    return expected.keys() == actual.keys() and all(
        same(value, actual[key]) for key, value in expected.items()
    )


_BY_KIND: Sequence[tuple[Any, Callable[[Any, Any], bool]]] = (
    ((Condition, Written), _same_condition),
    ((Ordered, Subject), _same_place),
    ((list, tuple), _same_sequence),
    (dict, _same_mapping),
    (bool, _same_bool),
)
"""How values are compared for which == does not say it; the first row that fits."""


def shown(value: Any) -> str:
    """A value as messages show it; that of a condition too, for this is a test."""
    return _cut(_whole(value))


def shown_apart(expected: Any, actual: Any) -> tuple[str, str]:
    """Two values as messages show them, from where the texts begin to differ."""
    texts = _whole(expected), _whole(actual)
    pairs = enumerate(zip(*texts, strict=False))
    start = next((at for at, (one, two) in pairs if one != two), 0) - _BEFORE
    if max(map(len, texts)) <= _LONGEST or start <= 0:
        return _cut(texts[0]), _cut(texts[1])
    return f"...{_cut(texts[0][start:])}", f"...{_cut(texts[1][start:])}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _whole(value: Any) -> str:
    for kinds, show in _SHOWN:
        if isinstance(value, kinds):
            return show(value)
    return repr(value)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(_whole, values))


def _enclosed(value: Any) -> str:
    return f"({_whole(value)})"


def _comparison_shown(term: Comparison) -> str:
    listed = [_whole(each) for each in term.operands]
    if term.operator.values == -1:
        listed = [_listed(term.operands)]
    return term.operator.template.format(term.subject.label, *listed)


_SHOWN: Sequence[tuple[Any, Callable[[Any], str]]] = (
    (Written, lambda value: f"({_listed(value.parts)})"),
    (Comparison, _comparison_shown),
    (Group, lambda value: f" {value.joiner} ".join(map(_enclosed, value.terms))),
    (Not, lambda value: f"NOT ({_whole(value.term)})"),
    (RawCondition, lambda value: _listed((value.text, value.values, value.names))),
    (Subject, lambda value: value.label),
    (Ordered, lambda value: value.subject.label),
    (type, lambda value: value.__name__),
    (list, lambda value: f"[{_listed(value)}]"),
    (tuple, lambda value: f"({_listed(value)}{',' * (len(value) == 1)})"),
)
"""How values are shown of which `repr` does not say enough; the first row that fits."""


def condition_from(parts: tuple[Any, ...]) -> Any:
    """The one condition that `where(...)` and its like are called with."""
    if len(parts) == 1:
        if not isinstance(parts[0], Condition | Matcher) and not _is_any(parts[0]):
            raise NotAConditionError(
                "expected a condition such as User.rank > 18, got a "
                f"{type(parts[0]).__name__}"
            )
        return parts[0]
    return Written.of(*parts)


def mentions(term: Any, field: str) -> bool:
    """Whether a condition is about this field, alone or among others."""
    match term:
        case Written():
            return _same_place(term.field, field)
        case Comparison():
            return _same_place(term.subject, field)
        case Group():
            return any(mentions(each, field) for each in term.terms)
        case Not():
            return mentions(term.term, field)
        case _:
            return False
