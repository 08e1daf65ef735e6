"""Typed attributes: `User.rank > 18` is a `Condition`, checked by mypy and pyright."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from ..errors import EmptyValueError, InvalidOperatorError, QueryError
from .conditions import Comparison, Condition
from .operators import (
    ATTRIBUTE_TYPE,
    ATTRIBUTE_TYPES,
    BEGINS_WITH,
    BETWEEN,
    CONTAINS,
    EQ,
    EXISTS,
    GE,
    GT,
    IN,
    LE,
    LT,
    NE,
    NOT_CONTAINS,
    NOT_EXISTS,
    Operator,
)
from .subjects import Subject

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Holding(Protocol[T_co]):
    """An attribute whose values are of this type, or of a NewType or Literal of it."""

    def _value(self) -> T_co: ...


class Ordered(Generic[T]):
    """What can be compared: an attribute, or the size of one."""

    __slots__ = ("subject",)

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def __eq__(self, other: "T | Path[T] | None") -> Condition:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride] # an expression, as in every query language
        return _compared(self.subject, EQ, other)

    def __ne__(self, other: "T | Path[T] | None") -> Condition:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride] # an expression, as in every query language
        return _compared(self.subject, NE, other)

    def __lt__(self, other: "T | Path[T]") -> Condition:
        return _compared(self.subject, LT, other)

    def __le__(self, other: "T | Path[T]") -> Condition:
        return _compared(self.subject, LE, other)

    def __gt__(self, other: "T | Path[T]") -> Condition:
        return _compared(self.subject, GT, other)

    def __ge__(self, other: "T | Path[T]") -> Condition:
        return _compared(self.subject, GE, other)

    def __hash__(self) -> int:
        return hash(self.subject)

    def eq(self, other: "T | Path[T] | None") -> Condition:
        """`==` as a word."""
        return _compared(self.subject, EQ, other)

    def ne(self, other: "T | Path[T] | None") -> Condition:
        """`!=` as a word."""
        return _compared(self.subject, NE, other)

    def between(self, low: "T | Path[T]", high: "T | Path[T]") -> Condition:
        """Whether it is from `low` to `high`, both included."""
        return compare(self.subject, BETWEEN, (low, high))

    @overload
    def is_in(self, values: "Iterable[T | Path[T]]", /) -> Condition: ...
    @overload
    def is_in(self, *values: "T | Path[T]") -> Condition: ...
    def is_in(self, *values: Any) -> Condition:
        """Whether it equals one of 1 to 100 values, given as a list or one by one."""
        if len(values) == 1 and _is_many(values[0]):
            values = in_order(values[0])
        return compare(self.subject, IN, values)


class Path(Ordered[T]):
    """An attribute of a model, or a place in it, ready for conditions.

    >>> User.address["city"] == "Ulm"
    >>> User.scores[0].between(1, 6) & User.nick.exists()
    """

    __slots__ = ()

    def __getitem__(self, step: str | int) -> "Path[Any]":
        """A place inside: `User.address["city"]`, `User.scores[0]`."""
        return Path(self.subject.at(checked_step(step)))

    # Without these, Python would take `in` and `for` for __getitem__ with 0, 1, 2...
    __iter__ = None
    __contains__ = None

    def __repr__(self) -> str:
        return f"<Path {self.subject.label}>"

    if TYPE_CHECKING:

        def _value(self) -> T: ...

    @overload
    def begins_with(self: Holding[str | None], prefix: str) -> Condition: ...
    @overload
    def begins_with(self: Holding[bytes | None], prefix: bytes) -> Condition: ...
    def begins_with(self: Any, prefix: Any) -> Condition:
        """Whether the text, or the bytes, begin with `prefix`."""
        return compare(self.subject, BEGINS_WITH, (prefix,))

    def contains(self, part: object) -> Condition:
        """Whether a text has this part, or a set or list this element."""
        return compare(self.subject, CONTAINS, (part,))

    def not_contains(self, part: object) -> Condition:
        """The opposite of `contains`; holds of an item without the attribute too."""
        return compare(self.subject, NOT_CONTAINS, (part,))

    def exists(self) -> Condition:
        """Whether the item has the attribute, be it NULL."""
        return compare(self.subject, EXISTS, ())

    def not_exists(self) -> Condition:
        """Whether the item lacks the attribute."""
        return compare(self.subject, NOT_EXISTS, ())

    def attribute_type(self, kind: str) -> Condition:
        """Whether it is stored as this type: `S N B SS NS BS BOOL NULL L M`."""
        return compare(self.subject, ATTRIBUTE_TYPE, (kind,))

    def size(self) -> Ordered[int]:
        """Its size: characters, bytes, or elements."""
        return Ordered(self.subject.size())


def _is_many(values: object) -> bool:
    return isinstance(values, Iterable) and not isinstance(values, (str, bytes, Path))


def in_order(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values; those of a set in an order that is the same in every process."""
    if isinstance(values, (set, frozenset)):
        return tuple(sorted(values, key=repr))
    return tuple(values)


def checked_step(step: str | int) -> str | int:
    """`step`, which must be a key or an index from 0."""
    if isinstance(step, bool) or not isinstance(step, (str, int)):
        raise QueryError(
            "a step into an attribute is a key or an index, not a "
            f"{type(step).__name__}"
        )
    if isinstance(step, int) and step < 0:
        raise QueryError(f"DynamoDB counts list elements from 0; there is no [{step}]")
    return step


def compare(
    subject: Subject, operator: Operator, operands: tuple[object, ...]
) -> Comparison:
    """The comparison, its operands checked for number and kind."""
    wanted, given = operator.values, len(operands)
    if wanted == -1 and given == 0:
        raise EmptyValueError(
            f"{subject.label}: {operator.name} needs at least one value"
        )
    if wanted == -1 and given > 100:
        raise InvalidOperatorError(
            f"{subject.label}: {operator.name} takes at most 100 values, got {given}"
        )
    if wanted not in (-1, given):
        raise InvalidOperatorError(
            f"{subject.label}: {operator.name} takes {wanted} value(s), got {given}"
        )
    if operator is ATTRIBUTE_TYPE and not _is_type(operands[0]):
        raise InvalidOperatorError(
            f"{subject.label}: {operator.name} takes {operator.operand.value}"
        )
    return Comparison(
        operator,
        subject,
        tuple(each.subject if isinstance(each, Ordered) else each for each in operands),
    )


def _compared(subject: Subject, operator: Operator, other: object) -> Comparison:
    # What compare() checks can't be wrong here, and this is on the way of every query.
    operand = other.subject if isinstance(other, Ordered) else other
    return Comparison(operator, subject, (operand,))


def _is_type(operand: object) -> bool:
    return isinstance(operand, str) and operand in ATTRIBUTE_TYPES
