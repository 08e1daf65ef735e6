"""The text of numbers."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.marshalling.numbers import (
    decimal_text,
    float_text,
    int_text,
    read_decimal,
    read_int,
)
from tests.marshalling.strategies import DECIMALS, FLOATS, INTS


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("0E+50", "0"),
        ("1", "1"),
        ("100", "100"),
        ("1000", "1000"),
        ("12000", "12000"),
        ("-1000", "-1000"),
        ("1200", "1200"),
        ("1.50", "1.5"),
        ("0.01", "0.01"),
        ("0.001", "0.001"),
        ("0.012", "0.012"),
        ("0.0012", "0.0012"),
        ("123.456", "123.456"),
        ("1E+2", "100"),
        ("1E-130", "1E-130"),
        ("9.9E+125", "99E124"),
        ("1E-7", "0.0000001"),
        ("1E+38", "1" + "0" * 38),
        ("1E+40", "1E40"),
        ("9" * 38, "9" * 38),
        ("9" * 38 + "E88", "9" * 38 + "E88"),
        ("0.01" + "0" * 35 + "1", "0.01" + "0" * 35 + "1"),
    ],
)
def test_a_number_is_written_plainly_and_without_idle_zeros(
    number: str, text: str
) -> None:
    assert decimal_text(Decimal(number)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1, "0.1"),
        (1e23, "1" + "0" * 23),
        (-0.0, "0"),
        (1.0, "1"),
        (1 / 3, "0.3333333333333333"),
    ],
)
def test_a_float_has_the_text_that_reads_back(number: float, text: str) -> None:
    assert float_text(number) == text


@given(DECIMALS)
def test_the_text_is_exact_and_has_no_digit_to_spare(number: Decimal) -> None:
    text = decimal_text(number)
    assert read_decimal(text) == number
    assert len(text) <= len(format(number, "f"))
    assert len(text) <= len("-E-130") + 38


@given(INTS)
def test_whole_numbers_are_written_as_decimals_are(number: int) -> None:
    assert int_text(number) == decimal_text(Decimal(number))
    assert read_int(int_text(number)) == number


@given(FLOATS)
def test_floats_read_back_as_they_were(number: float) -> None:
    assert float(float_text(number)) == number


@given(DECIMALS, st.integers(1, 5))
def test_the_callers_decimal_context_changes_nothing(
    number: Decimal, digits: int
) -> None:
    expected = decimal_text(number)
    with localcontext() as context:
        context.prec = digits
        assert decimal_text(number) == expected
        assert read_decimal(expected) == number
