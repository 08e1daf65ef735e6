"""Conditions as a tree of frozen values, which know nothing of text or wire types."""

from collections.abc import Iterable, Mapping
from typing import Literal, NoReturn

from msgspec import Struct, field

from ..errors import NotAConditionError
from .operators import Operator
from .subjects import Subject

Joiner = Literal["AND", "OR"]


class Condition:
    """Something that holds of an item or does not; join them with `&`, `|` and `~`.

    >>> (User.rank > 18) & ~User.nick.exists()
    """

    __slots__ = ()

    def __and__(self, other: "Condition") -> "Condition":
        return joined("AND", (self, condition(other)))

    def __or__(self, other: "Condition") -> "Condition":
        return joined("OR", (self, condition(other)))

    def __invert__(self) -> "Condition":
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise NotAConditionError(
            "a condition has no truth value until DynamoDB evaluates it: join "
            "conditions "
            "with & | ~ instead of and, or, not, and hand them to where() or filter()"
        )

    def __repr__(self) -> str:
        return f"<Condition {self}>"


class Comparison(Condition, Struct, frozen=True, eq=False):
    """One operator applied to an attribute or its size."""

    operator: Operator
    subject: Subject
    operands: tuple[object, ...] = ()

    def __str__(self) -> str:
        # Values stay out: this ends up in logs and tracebacks.
        shown = [
            each.label if isinstance(each, Subject) else "?" for each in self.operands
        ]
        listed = [", ".join(shown)] if self.operator.values == -1 else shown
        return self.operator.template.format(self.subject.label, *listed)


class Group(Condition, Struct, frozen=True, eq=False):
    """Conditions joined by one word; none of them is a group with the same word."""

    joiner: Joiner
    terms: tuple[Condition, ...]

    def __str__(self) -> str:
        return f" {self.joiner} ".join(
            f"({each})" if isinstance(each, Group) else str(each) for each in self.terms
        )


class Not(Condition, Struct, frozen=True, eq=False):
    """The opposite of a condition."""

    term: Condition

    def __str__(self) -> str:
        return f"NOT ({self.term})"

    def __invert__(self) -> Condition:
        return self.term


class RawCondition(Condition, Struct, frozen=True, eq=False):
    """A condition written by hand in DynamoDB's own language."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text


def condition(candidate: object) -> Condition:
    """`candidate`, which must be a condition; a bool is the classic mistake."""
    if isinstance(candidate, Condition):
        return candidate
    raise NotAConditionError(
        f"expected a condition such as User.rank > 18, got a {type(candidate).__name__}"
    )


def joined(joiner: Joiner, terms: Iterable[Condition]) -> Condition:
    """The terms as one condition, groups of the same word merged into it."""
    flat: list[Condition] = []
    for term in terms:
        if isinstance(term, Group) and term.joiner == joiner:
            flat.extend(term.terms)
        else:
            flat.append(term)
    return flat[0] if len(flat) == 1 else Group(joiner, tuple(flat))


def conjuncts(term: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold for `term` to hold."""
    if isinstance(term, Group) and term.joiner == "AND":
        return term.terms
    return (term,)


def comparisons(term: Condition) -> Iterable[Comparison]:
    """Every comparison in the tree, from left to right."""
    if isinstance(term, Comparison):
        yield term
    elif isinstance(term, Not):
        yield from comparisons(term.term)
    elif isinstance(term, Group):
        for each in term.terms:
            yield from comparisons(each)
