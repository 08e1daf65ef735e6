"""What the types of nested places are, and which types have an empty value."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest

from dynamorm_async.marshalling.hints import accepts_none
from dynamorm_async.marshalling.nested import element_hint, empty_of, member_hint
from tests.marshalling.samples import (
    Address,
    Box,
    Circle,
    Color,
    Draft,
    Node,
    Pair,
    Point,
    Profile,
    UserId,
)


@pytest.mark.parametrize(
    ("hint", "step", "inner"),
    [
        (Address, "zip", int),
        (Address | None, "zip", int),
        (Point, "marks", list[str]),
        (Box[int], "spare", list[int]),
        (Node, "children", list[Node]),
        (Pair, "right", str),
        (Draft, "words", int),
        (Draft, "title", str),
        (Profile, "age", int),
        (dict[str, Decimal], "a", Decimal),
        (Mapping[str, int], "a", int),
        (list[Address], 0, Address),
        (Sequence[int], 3, int),
        (tuple[int, str], 1, str),
        (tuple[int, ...], 9, int),
        (Circle | list[str], 0, str),
        (Annotated[list[int], "note"], 0, int),
        (Address, "unknown", Any),
        (tuple[int, str], 2, Any),
        (list[int], "a", Any),
        (dict[str, int], 0, Any),
        (dict, "a", Any),
        (list, 0, Any),
        (Any, "a", Any),
        (str, 0, Any),
    ],
)
def test_a_step_leads_to_the_declared_type(
    hint: object, step: str | int, inner: object
) -> None:
    assert element_hint(hint, step) == inner


@pytest.mark.parametrize(
    ("hint", "member"),
    [
        (set[int], int),
        (frozenset[str] | None, str),
        (list[Address], Address),
        (tuple[int, ...], int),
        (str, str),
        (str | None, str),
        (UserId, str),
        (bytes, bytes),
        (tuple[int, str], Any),
        (set, Any),
        (Any, Any),
        (int, Any),
    ],
)
def test_members_have_the_declared_type(hint: object, member: object) -> None:
    assert member_hint(hint) == member


@pytest.mark.parametrize(
    ("hint", "empty"),
    [
        (str, ""),
        (int, 0),
        (float, 0.0),
        (Decimal, Decimal(0)),
        (bool, False),
        (bytes, b""),
        (list[int], []),
        (tuple[int, ...], ()),
        (dict[str, int], {}),
        (set[int], set()),
        (frozenset[int], frozenset()),
        (Mapping[str, int], {}),
        (Sequence[int], []),
        (UserId, ""),
        (str | None, None),
        (Any, None),
    ],
)
def test_a_type_knows_its_empty_value(hint: object, empty: object) -> None:
    make = empty_of(hint)
    assert make is not None
    assert (make(), type(make())) == (empty, type(empty))


@pytest.mark.parametrize(
    "hint",
    [datetime, Color, Address, Profile, tuple[int, int], Literal["a"], int | str],
)
def test_some_types_have_no_empty_value(hint: object) -> None:
    assert empty_of(hint) is None


@pytest.mark.parametrize(
    ("hint", "accepts"),
    [
        (None, True),
        (str | None, True),
        (Any, True),
        (object, True),
        (Annotated[int | None, "note"], True),
        (Literal["a", None], True),
        (str, False),
        (int | str, False),
        (Literal["a"], False),
    ],
)
def test_whether_none_is_a_value(hint: object, accepts: bool) -> None:
    assert accepts_none(hint) is accepts
