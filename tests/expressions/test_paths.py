"""Typed attributes: what they compare with, and the places within them."""

from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async.errors import EmptyValueError, InvalidOperatorError, QueryError
from dynamorm_async.expressions.conditions import Comparison, Condition
from dynamorm_async.expressions.operators import (
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
from dynamorm_async.expressions.subjects import Subject
from tests.asking import exactly
from tests.models import Place, User

RANK, SIZE = User.rank.subject, User.rank.subject.size()


def parts(term: Condition) -> tuple[Operator, Subject, tuple[object, ...]]:
    """What a comparison is made of."""
    assert isinstance(term, Comparison)
    return term.operator, term.subject, term.operands


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (User.rank == 1, (EQ, RANK, (1,))),
        (User.rank != 1, (NE, RANK, (1,))),
        (User.rank < 1, (LT, RANK, (1,))),
        (User.rank <= 1, (LE, RANK, (1,))),
        (User.rank > 1, (GT, RANK, (1,))),
        (User.rank >= 1, (GE, RANK, (1,))),
        (1 < User.rank, (GT, RANK, (1,))),  # noqa: SIM300
        (User.rank.eq(1), (EQ, RANK, (1,))),
        (User.rank.ne(1), (NE, RANK, (1,))),
        (User.rank.between(1, 2), (BETWEEN, RANK, (1, 2))),
        (User.rank.is_in(1), (IN, RANK, (1,))),
        (User.rank.is_in(1, 2), (IN, RANK, (1, 2))),
        (User.rank.is_in([1, 2]), (IN, RANK, (1, 2))),
        (User.rank.is_in(each for each in (1, 2)), (IN, RANK, (1, 2))),
        (User.rank.is_in({3, 1, 2}), (IN, RANK, (1, 2, 3))),
        (User.name.is_in("ab"), (IN, User.name.subject, ("ab",))),
        (User.name.begins_with("A"), (BEGINS_WITH, User.name.subject, ("A",))),
        (User.tags.contains("x"), (CONTAINS, User.tags.subject, ("x",))),
        (User.tags.not_contains("x"), (NOT_CONTAINS, User.tags.subject, ("x",))),
        (User.rank.exists(), (EXISTS, RANK, ())),
        (User.rank.not_exists(), (NOT_EXISTS, RANK, ())),
        (User.rank.attribute_type("N"), (ATTRIBUTE_TYPE, RANK, ("N",))),
        (User.rank > User.rev, (GT, RANK, (User.rev.subject,))),
        (User.rank.is_in(1, User.rev), (IN, RANK, (1, User.rev.subject))),
        (User.rank.size() > 1, (GT, SIZE, (1,))),
        (User.rank.size().between(1, 2), (BETWEEN, SIZE, (1, 2))),
        (User.rank.size().is_in([1, 2]), (IN, SIZE, (1, 2))),
    ],
)
def test_an_expression_is_an_operator_a_subject_and_operands(
    term: Condition, expected: tuple[Operator, Subject, tuple[object, ...]]
) -> None:
    assert parts(term) == expected


@pytest.mark.parametrize(
    ("path", "place", "label"),
    [
        (Place.address, ("address",), "Place.address"),
        (Place.address["city"], ("address", "city"), "Place.address.city"),
        (Place.scores[0], ("scores", 0), "Place.scores[0]"),
        (
            Place.address["rooms"][2]["name"],
            ("address", "rooms", 2, "name"),
            "Place.address.rooms[2].name",
        ),
        (User.name, ("display_name",), "User.name"),
    ],
)
def test_a_place_within_a_field(
    path: Any, place: tuple[str | int, ...], label: str
) -> None:
    assert (path.subject.place, path.subject.label) == (place, label)
    assert repr(path) == f"<Path {label}>"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (-1, "DynamoDB counts list elements from 0; there is no [-1]"),
        (True, "a step into an attribute is a key or an index, not a bool"),
        (1.0, "a step into an attribute is a key or an index, not a float"),
        (slice(1), "a step into an attribute is a key or an index, not a slice"),
    ],
)
def test_another_step_leads_nowhere(step: Any, message: str) -> None:
    with pytest.raises(QueryError, match=exactly(message)):
        Place.scores[step]


@pytest.mark.parametrize("use", [list, set, lambda path: 1 in path, iter])
def test_a_path_is_no_container(use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"is not (iterable|a container)"):
        use(Place.scores)


def test_a_path_can_be_a_key_of_a_dict() -> None:
    assert {User.rank: 1}.keys() == {User.rank}


def test_a_path_has_the_hash_of_what_it_names() -> None:
    assert hash(Place.scores[0]) == hash(Place.scores[0]) != hash(Place.scores[1])


TYPES = "a DynamoDB type: S, N, B, SS, NS, BS, BOOL, NULL, L or M"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: User.rank.is_in([]),
            EmptyValueError,
            "User.rank: IN needs at least one value",
        ),
        (
            lambda: User.rank.is_in(),
            EmptyValueError,
            "User.rank: IN needs at least one value",
        ),
        (
            lambda: User.rank.is_in(range(101)),
            InvalidOperatorError,
            "User.rank: IN takes at most 100 values, got 101",
        ),
        (
            lambda: User.rank.size().is_in([]),
            EmptyValueError,
            "size of User.rank: IN needs at least one value",
        ),
        *(
            (
                lambda kind=kind: User.rank.attribute_type(kind),
                InvalidOperatorError,
                f"User.rank: ATTRIBUTE_TYPE takes {TYPES}",
            )
            for kind in ("", "n", "INT", None, ["N"], User.name)
        ),
    ],
)
def test_operands_that_do_not_fit_are_refused(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        make()


def test_in_takes_a_hundred_values() -> None:
    assert parts(User.rank.is_in(range(100)))[2] == tuple(range(100))


@pytest.mark.parametrize("kind", sorted(ATTRIBUTE_TYPES))
def test_every_type_of_dynamodb_can_be_asked_for(kind: str) -> None:
    assert parts(User.rank.attribute_type(kind))[2] == (kind,)
