"""Folds: exact sums, averages rounded once, least and greatest, different values."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.query.folds import (
    COUNT,
    DISTINCT,
    GREATEST,
    LEAST,
    Fold,
    average_as,
    sum_as,
)


def folded(fold: Fold, values: Sequence[Any]) -> Any:
    return fold.finish(fold.over(fold.start(), values))


SMALL = Decimal("1E-130")
LARGE = Decimal("9.9999999999999999999999999999999999999E+125")

CASES: dict[str, tuple[Fold, list[Any], Any]] = {
    "a sum of ints is an int": (sum_as(int), [1, 0, -3, 10**37], 10**37 - 2),
    "a sum of nothing is 0": (sum_as(int), [], 0),
    "a sum of Decimals is one": (
        sum_as(Decimal),
        [Decimal("1.10"), Decimal("2.20")],
        Decimal("3.3"),
    ),
    "a sum of no Decimals is one": (sum_as(Decimal), [], Decimal(0)),
    "floats count as the numbers stored for them": (sum_as(float), [0.1] * 10, 1.0),
    "a sum of floats is rounded once": (sum_as(float), [1e16, 1.0, 1.0, -1e16], 2.0),
    "the extremes of DynamoDB add up exactly": (
        sum_as(Decimal),
        [LARGE, SMALL, LARGE.copy_negate()],
        SMALL,
    ),
    "None is no summand": (sum_as(int), [None, 2, None], 2),
    "the average of ints is a Decimal": (average_as(int), [1, 2], Decimal("1.5")),
    "it is rounded once": (average_as(int), [1, 0, 0], Decimal("0." + "3" * 38)),
    "it is exact with large numbers": (
        average_as(Decimal),
        [LARGE, LARGE, SMALL, LARGE.copy_negate()],
        Decimal("2.5E+125"),
    ),
    "the average of floats is a float": (average_as(float), [0.1, 0.2], 0.15),
    "the average of nothing is None": (average_as(int), [None], None),
    "zero is a value of an average": (average_as(int), [0, 4], Decimal(2)),
    "zero can be the least": (LEAST, [3, 0, 2], 0),
    "zero can be the greatest": (GREATEST, [-3, 0, -2, None], 0),
    "the least of nothing is None": (LEAST, [None], None),
    "the greatest text": (GREATEST, ["b", "a", ""], "b"),
    "rows are counted": (COUNT, ["a", "a", 0], 3),
    "different values": (DISTINCT, ["a", "b", "a", "", None], 3),
    "no values": (DISTINCT, [None], 0),
    "True is not 1": (DISTINCT, [True, 1, False, 0], 4),
    "different lists, dicts and sets": (
        DISTINCT,
        [[1, [2]], [1, [2]], {"a": [1], "b": 2}, {"b": 2, "a": [1]}, {1, 2}, {2, 1}],
        3,
    ),
}


@pytest.mark.parametrize(("fold", "values", "result"), CASES.values(), ids=CASES)
def test_a_fold_ends_in(fold: Fold, values: list[Any], result: Any) -> None:
    found = folded(fold, values)
    assert (found, type(found)) == (result, type(result))


NUMBERS = st.decimals(min_value=-(10**30), max_value=10**30, places=8, allow_nan=False)


@given(st.lists(NUMBERS))
def test_a_sum_is_that_of_fractions(values: list[Decimal]) -> None:
    assert Fraction(folded(sum_as(Decimal), values)) == sum(map(Fraction, values))


@given(st.lists(st.floats(-1e100, 1e100), min_size=1))
def test_an_average_of_floats_is_the_nearest_float(values: list[float]) -> None:
    exact = sum(Fraction(repr(each)) for each in values) / len(values)
    assert folded(average_as(float), values) == float(exact)


@given(st.lists(st.integers() | st.none()), st.integers(0, 5))
def test_a_fold_is_the_same_however_the_rows_are_paged(
    values: list[int | None], size: int
) -> None:
    for fold in (COUNT, LEAST, GREATEST, DISTINCT, average_as(int)):
        state = fold.start()
        for start in range(0, len(values), size + 1):
            state = fold.over(state, values[start : start + size + 1])
        assert fold.finish(state) == folded(fold, values)
