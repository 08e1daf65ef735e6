"""The message about two arguments tells the parts that differ, each with its place."""

from typing import Any

import pytest
from attrs import define

from dynamorm_async.testing import ANY
from dynamorm_async.testing.differing import NOTHING, told
from tests.models import User, a_user


@define
class Street:
    name: str
    numbers: list[int]


LONG = "a" * 500

TOLD: dict[str, tuple[Any, Any, list[str]]] = {
    "equal": (1, 1, []),
    "plain values": ("1", "2", ["x: expected '1', got '2'"]),
    "nothing": (NOTHING, None, ["x: expected nothing, got None"]),
    "a field": (a_user(rank=1), a_user(rank=2), ["x.rank: expected 1, got 2"]),
    "a field of a field": (
        {"home": Street("Elm", [1, 2])},
        {"home": Street("Elm", [1, 3])},
        ["x['home'].numbers[1]: expected 2, got 3"],
    ),
    "an entry too many": (
        {"a": ANY},
        {"a": 1, "b": 2},
        ["x['b']: expected nothing, got 2"],
    ),
    "lists of other lengths": ([1], [1, 2], ["x: expected [1], got [1, 2]"]),
    "conditions": (
        User.rank > 1,
        User.rank > 2,
        ["x: expected User.rank > 1, got User.rank > 2"],
    ),
    "many": (
        list(range(8)),
        list(range(10, 18)),
        [f"x[{at}]: expected {at}, got {at + 10}" for at in range(5)]
        + ["x: 3 more parts differ"],
    ),
    "the end of long texts": (
        LONG + "b",
        LONG + "c",
        [f"x: expected ...{'a' * 20}b', got ...{'a' * 20}c'"],
    ),
    "the beginning of long texts": (
        "b" + LONG,
        "c" + LONG,
        [f"x: expected 'b{'a' * 298}..., got 'c{'a' * 298}..."],
    ),
}


@pytest.mark.parametrize(("expected", "actual", "lines"), TOLD.values(), ids=TOLD)
def test_the_parts_that_differ_are_told(
    expected: Any, actual: Any, lines: list[str]
) -> None:
    assert list(told("x", expected, actual)) == lines
