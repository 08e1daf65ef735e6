"""Operators as text: aliases, case, blanks, sizes, and what is none."""

from typing import Any

import pytest

from dynamorm_async.errors import InvalidOperatorError
from dynamorm_async.expressions.operators import (
    ATTRIBUTE_TYPE,
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
    OPERATORS,
    Operator,
    parse_operator,
)
from tests.asking import exactly

SPELLINGS: dict[str, Operator] = {
    "=": EQ,
    "==": EQ,
    "EQ": EQ,
    "!=": NE,
    "<>": NE,
    "NE": NE,
    "<": LT,
    "LT": LT,
    "<=": LE,
    "LE": LE,
    ">": GT,
    "GT": GT,
    ">=": GE,
    "GE": GE,
    "BETWEEN": BETWEEN,
    "IN": IN,
    "BEGINS_WITH": BEGINS_WITH,
    "CONTAINS": CONTAINS,
    "NOT_CONTAINS": NOT_CONTAINS,
    "EXISTS": EXISTS,
    "ATTRIBUTE_EXISTS": EXISTS,
    "NOT_EXISTS": NOT_EXISTS,
    "ATTRIBUTE_NOT_EXISTS": NOT_EXISTS,
    "ATTRIBUTE_TYPE": ATTRIBUTE_TYPE,
}
WRITTEN = [
    (write(text), operator)
    for text, operator in SPELLINGS.items()
    for write in (str.upper, str.lower, str.title, "  {} ".format)
]
SIZED = {
    text: operator
    for text, operator in SPELLINGS.items()
    if operator in (EQ, NE, LT, LE, GT, GE, BETWEEN, IN)
}


@pytest.mark.parametrize(("text", "operator"), WRITTEN)
def test_case_and_blanks_around_an_operator_do_not_matter(
    text: str, operator: Operator
) -> None:
    assert parse_operator(text) == (operator, False)


@pytest.mark.parametrize(("text", "operator"), SIZED.items())
@pytest.mark.parametrize("before", ["SIZE ", "size ", " Size   "])
def test_sizes_are_compared_by_the_same_operators(
    before: str, text: str, operator: Operator
) -> None:
    assert parse_operator(before + text) == (operator, True)


def test_every_operator_can_be_written() -> None:
    assert set(SPELLINGS.values()) == set(OPERATORS)


KNOWN = (
    "=, EQ, ==, !=, <>, NE, <, LT, <=, LE, >, GT, >=, GE, BETWEEN, IN, BEGINS_WITH, "
    "CONTAINS, NOT_CONTAINS, EXISTS, ATTRIBUTE_EXISTS, NOT_EXISTS, "
    "ATTRIBUTE_NOT_EXISTS, ATTRIBUTE_TYPE, SIZE =, SIZE EQ, SIZE ==, SIZE !=, SIZE <>, "
    "SIZE NE, SIZE <, SIZE LT, SIZE <=, SIZE LE, SIZE >, SIZE GT, SIZE >=, SIZE GE, "
    "SIZE BETWEEN, SIZE IN"
)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("BEGINSWITH", "; did you mean 'BEGINS_WITH'?"),
        ("begin_with", "; did you mean 'BEGINS_WITH'?"),
        ("~", "."),
        ("", "."),
        ("SIZE", "; did you mean 'SIZE >'?"),
        ("SIZE CONTAINS", "; did you mean 'CONTAINS'?"),
        ("= ANY", "."),
    ],
)
def test_another_text_is_no_operator(text: str, guess: str) -> None:
    message = f"{text!r} is no operator{guess} Known are: {KNOWN}"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        parse_operator(text)


@pytest.mark.parametrize("operator", [None, 1, EQ])
def test_an_operator_is_a_text(operator: Any) -> None:
    message = f"an operator is a text such as '=', not a {type(operator).__name__}"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        parse_operator(operator)
