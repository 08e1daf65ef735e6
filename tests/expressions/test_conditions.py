"""Conditions: how they join, and that they are no truth values."""

from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async.errors import NotAConditionError
from dynamorm_async.expressions.conditions import (
    Comparison,
    Condition,
    Group,
    Not,
    RawCondition,
    comparisons,
    condition,
    conjuncts,
    joined,
)
from tests.asking import exactly
from tests.models import User

A, B, C, D = (User.rank > number for number in range(4))


def shape(term: Condition) -> object:
    """A condition as nested tuples, its comparisons as letters."""
    match term:
        case Group(joiner, terms):
            return (joiner, *map(shape, terms))
        case Not(inner):
            return ("NOT", shape(inner))
        case Comparison():
            return "ABCD"["0123".index(str(term.operands[0]))]
    raise AssertionError(term)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (A & B, ("AND", "A", "B")),
        (A | B, ("OR", "A", "B")),
        (~A, ("NOT", "A")),
        (~~A, "A"),
        (A & B & C, ("AND", "A", "B", "C")),
        (A & (B & C), ("AND", "A", "B", "C")),
        (A | B | C | D, ("OR", "A", "B", "C", "D")),
        ((A | B) & C, ("AND", ("OR", "A", "B"), "C")),
        (A | B & C, ("OR", "A", ("AND", "B", "C"))),
        ((A & B) | (C & D), ("OR", ("AND", "A", "B"), ("AND", "C", "D"))),
        (~(A & B), ("NOT", ("AND", "A", "B"))),
        (~(~A | B), ("NOT", ("OR", ("NOT", "A"), "B"))),
        (joined("AND", [A]), "A"),
    ],
)
def test_conditions_join_to_a_tree(term: Condition, expected: object) -> None:
    assert shape(term) == expected


def test_joining_leaves_the_parts_as_they_were() -> None:
    both = A & B
    _ = both & C
    assert shape(both) == ("AND", "A", "B")


@pytest.mark.parametrize(
    ("term", "parts"),
    [(A, "A"), (A & B & C, "ABC"), ((A & B) & (C & D), "ABCD")],
)
def test_what_must_all_hold_is_taken_apart(term: Condition, parts: str) -> None:
    assert "".join(str(shape(each)) for each in conjuncts(term)) == parts


def test_what_need_not_hold_is_kept_together() -> None:
    either = A | B
    assert conjuncts(either) == (either,)


def test_the_comparisons_of_a_tree_come_from_left_to_right() -> None:
    found = comparisons(A & ~(B | C) & ~D)
    assert "".join(str(shape(each)) for each in found) == "ABCD"


NO_TRUTH = (
    "a condition has no truth value until DynamoDB evaluates it: join conditions with "
    "& | ~ instead of and, or, not, and hand them to where() or filter()"
)


@pytest.mark.parametrize(
    "use",
    [
        bool,
        lambda term: term and A,
        lambda term: term or A,
        lambda term: not term,
        lambda term: 1 if term else 2,
        lambda term: all([term]),
        lambda _: User.rank in [1, 2],
        lambda _: 1 < User.rank < 5,
    ],
)
def test_a_condition_has_no_truth_value(use: Callable[[Any], object]) -> None:
    with pytest.raises(NotAConditionError, match=exactly(NO_TRUTH)):
        use(A)


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [(True, "bool"), (False, "bool"), (None, "NoneType"), ("x", "str"), (1, "int")],
)
@pytest.mark.parametrize(
    "use", [condition, lambda wrong: A & wrong, lambda wrong: A | wrong]
)
def test_nothing_else_is_a_condition(
    use: Callable[[Any], object], wrong: object, kind: str
) -> None:
    message = f"expected a condition such as User.rank > 18, got a {kind}"
    with pytest.raises(NotAConditionError, match=exactly(message)):
        use(wrong)


def test_the_error_is_a_type_error_too() -> None:
    with pytest.raises(TypeError, match="expected a condition"):
        condition(True)


def test_the_repr_of_a_condition_shows_no_value() -> None:
    both = (User.name == "4711") & ~User.nick.is_in("4711", "4712")
    either = both | (User.rank.between(1, User.tags.size()))
    assert repr(either) == (
        "<Condition (User.name = ? AND NOT (User.nick IN (?, ?))) "
        "OR User.rank BETWEEN ? AND size of User.tags>"
    )


def test_the_repr_of_a_raw_condition_is_its_text() -> None:
    raw = RawCondition("#a < :b", {":b": "4711"}, {"#a": "rank"})
    assert repr(raw) == "<Condition #a < :b>"
