"""What cannot be stored or read; its error names types and places, and no values."""

from collections.abc import Callable
from dataclasses import make_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from attrs import frozen

from dynamorm_async.errors import (
    EmptyValueError,
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from dynamorm_async.marshalling.codecs import Codecs
from tests.marshalling.samples import (
    Address,
    Adult,
    Cat,
    Circle,
    Color,
    Dog,
    Draft,
    Level,
    Node,
    Opaque,
    Point,
    Profile,
    Right,
    Size,
)

NAIVE = (
    "the datetime has no time zone; use datetime.now(UTC), or"
    " value.replace(tzinfo=UTC) if it is in UTC"
)
RANGE = "the number is outside DynamoDB's range, 1E-130 to 9.99E+125"
NOT_FINITE = "NaN and infinity cannot be stored"
DIGITS = "the number has 39 significant digits; DynamoDB keeps 38"
SURROGATE = "the text has a lone surrogate, which UTF-8 cannot hold"
DEEP = "nested more than 32 levels deep, which DynamoDB cannot store"


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("hint", "value", "message"),
    [
        (str, 1, "expected str, got int"),
        (str, None, "expected str, got NoneType"),
        (int, "1", "expected int, got str"),
        (int, True, "expected int, got bool"),
        (int, 1.0, "expected int, got float"),
        (float, True, "expected float, got bool"),
        (float, Decimal(1), "expected float, got Decimal"),
        (Decimal, 1.5, "expected Decimal, got float"),
        (bool, 1, "expected bool, got int"),
        (bytes, "a", "expected bytes, got str"),
        (datetime, date(2026, 1, 1), "expected datetime, got date"),
        (date, datetime(2026, 1, 1, tzinfo=UTC), "expected date, got datetime"),
        (time, "09:00", "expected time, got str"),
        (timedelta, 5, "expected timedelta, got int"),
        (UUID, "a", "expected UUID, got str"),
        (list[int], "12", "expected list[int], got str"),
        (list[int], {1}, "expected list[int], got set"),
        (set[int], [1], "expected set[int], got list"),
        (dict[str, int], [], "expected dict[str, int], got list"),
        (Address, {"street": "s"}, "expected Address, got dict"),
        (Color, "red", "expected Color, got str"),
        (Level, 1, "expected Level, got int"),
        (int | str, 2.5, "expected int | str, got float"),
        (int | str, True, "expected int, got bool"),
        (Literal["a", "b"], "c", "expected one of Literal['a', 'b']"),
        (Literal[1], True, "expected one of Literal[1]"),
        (Literal["a"], [], "expected one of Literal['a']"),
        (float, float("nan"), NOT_FINITE),
        (float, float("inf"), NOT_FINITE),
        (Decimal, Decimal("NaN"), NOT_FINITE),
        (Decimal, Decimal("sNaN"), NOT_FINITE),
        (Decimal, Decimal("-Infinity"), NOT_FINITE),
        (int, 10**38 + 1, DIGITS),
        (Decimal, Decimal("1." + "1" * 38), DIGITS),
        (int, 10**126, RANGE),
        pytest.param(int, 10**5000, RANGE, id="5001 digits"),
        (float, 1e126, RANGE),
        (Decimal, Decimal("9E-131"), RANGE),
        (datetime, datetime(2026, 1, 1), NAIVE),  # noqa: DTZ001 # it is what is refused
        (
            datetime,
            datetime.max.replace(tzinfo=ZoneInfo("America/New_York")),
            "the datetime is outside the years 1 to 9999 UTC",
        ),
        (
            time,
            time(9, tzinfo=ZoneInfo("Europe/Paris")),
            "the time's zone has no offset without a date;"
            " use a fixed offset or a datetime",
        ),
        (str, "a\ud800", SURROGATE),
        (dict[str, int], {"\ud800": 1}, f"$.*: {SURROGATE}"),
        (set[str], {"a", 1}, "expected str, got int"),
        (
            set,
            {"a", 1},
            "a set holds only text, only numbers or only bytes;"
            " this one has int and str",
        ),
        (
            Any,
            {True},
            "a set holds only text, only numbers or only bytes; this one has bool",
        ),
        (tuple[int, str], (1,), "expected 2 members, got 1"),
        (tuple[int, str], (1, 2), "$[1]: expected str, got int"),
        (list[int], [1, 2, "a"], "$[2]: expected int, got str"),
        (list[list[int]], [[1], [2, None]], "$[1][1]: expected int, got NoneType"),
        (dict[str, list[int]], {"a": [None]}, "$.*[0]: expected int, got NoneType"),
        (Address, Address("s", "z"), "$.zip: expected int, got str"),  # type: ignore[arg-type] # refused
        (
            Node,
            Node("a", [Node("b", [Node(1)])]),  # type: ignore[arg-type] # refused
            "$.children[0].children[0].name: expected str, got int",
        ),
        (Profile, {"age": 1}, "$.name: missing"),
        (Profile, {"name": "n", "age": "x"}, "$.age: expected int, got str"),
        (Draft, {"title": "t", "x": 1}, "has keys that Draft does not declare"),
        (dict[int, int], {"a": 1}, "$.*: expected int, got str"),
        (
            Any,
            {1: 2},
            "$.*: a key of a dict must be text, not int; say how to store it,"
            " as in dict[int, str]",
        ),
        (
            Any,
            Opaque(1),
            "Opaque cannot be stored; see Database.register_type_converter",
        ),
        (
            list[Any],
            [{"a": Opaque(1)}],
            "$[0].*: Opaque cannot be stored; see Database.register_type_converter",
        ),
        (Any, nested(33), DEEP),
        (Any, endless(), DEEP),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(
    hint: object, value: object, message: str
) -> None:
    with pytest.raises(InvalidValueError, match=r"\w") as refused:
        Codecs().encoder(hint)(value)
    assert str(refused.value) == message


@pytest.mark.parametrize("value", [set(), frozenset()])
def test_an_empty_set_of_unknown_type_is_refused(value: object) -> None:
    with pytest.raises(EmptyValueError, match=r"^\$\[0\]: an empty set has no type"):
        Codecs().encoder(list[Any])([value])


def test_values_nested_as_deep_as_dynamodb_allows_are_stored() -> None:
    codecs = Codecs()
    wire = codecs.encoder(Any)(nested(32))
    assert codecs.decoder(Any)(wire) == nested(32)


@pytest.mark.parametrize(
    ("hint", "wire", "message"),
    [
        (str, {"N": "1"}, "expected S, found N"),
        (int, {"S": "1"}, "expected N, found S"),
        (int, {"NULL": True}, "expected N, found NULL"),
        (int, {"N": "1.5"}, "expected a whole number, found a fraction"),
        (int, {"N": "x"}, "malformed number"),
        (int, {"N": "1E+1000000000"}, "malformed number"),
        (float, {"N": "1E+500"}, "malformed number"),
        (float, {"N": "x"}, "malformed number"),
        (Decimal, {"N": "NaN"}, "malformed number"),
        (bool, {"N": "1"}, "expected BOOL, found N"),
        (None, {"S": "a"}, "expected NULL, found S"),
        (bytes, {"S": "a"}, "expected B, found S"),
        (bytes, {"B": "*"}, "malformed base64"),
        (bytes, {"B": "é"}, "malformed base64"),
        (datetime, {"S": "soon"}, "expected an RFC 3339 date and time with offset"),
        (date, {"S": "20260101"}, "expected a date such as 2026-11-22"),
        (date, {"S": "2026-02-30"}, "expected a date such as 2026-11-22"),
        (time, {"S": "noon"}, "expected a time such as 09:00:00"),
        (timedelta, {"N": "1E+20"}, "the number of seconds is too large"),
        (UUID, {"S": "12"}, "expected a UUID"),
        (UUID, {"S": "x2345678-1234-5678-1234-567812345678"}, "expected a UUID"),
        (Color, {"S": "green"}, "expected a value of Color"),
        (Size, {"S": "m"}, "expected a value of Size"),
        (Right, {"N": "64"}, "expected a value of Right"),
        (Literal["a"], {"S": "b"}, "expected one of Literal['a']"),
        (list[int], {"M": {}}, "expected L, found M"),
        (list[int], {"L": [{"N": "1"}, {"S": "a"}]}, "$[1]: expected N, found S"),
        (tuple[int, str], {"L": []}, "expected 2 members, found 0"),
        (tuple[int], {"L": [{"S": "a"}]}, "$[0]: expected N, found S"),
        (set[str], {"L": []}, "expected SS, found L"),
        (set[str], {"NS": ["1"]}, "expected SS, found NS"),
        (set, {"S": "a"}, "expected SS, NS or BS, found S"),
        (dict[str, int], {"L": []}, "expected M, found L"),
        (dict[str, int], {"M": {"a": {"S": "1"}}}, "$.*: expected N, found S"),
        (dict[int, int], {"M": {"a": {"N": "1"}}}, "$.*: malformed number"),
        (Address, {"S": "a"}, "expected M, found S"),
        (
            Address,
            {"M": {"street": {"S": "s"}}},
            "$.zip: missing, and it has no default",
        ),
        (
            list[Address],
            {"L": [{"M": {"street": {"S": "s"}, "zip": {"S": "1"}}}]},
            "$[0].zip: expected N, found S",
        ),
        (Profile, {"M": {}}, "$.name: missing, and it has no default"),
        (
            Adult,
            {"M": {"name": {"S": "a"}, "age": {"N": "3"}}},
            "Adult refused what is stored",
        ),
        (int | str, {"BOOL": True}, "expected int | str, found BOOL"),
        (UUID | date, {"S": "a"}, "the stored S fits no member of UUID | date"),
        (
            Cat | Dog,
            {"M": {"kind": {"S": "fish"}}},
            "the stored M fits no member of Cat | Dog",
        ),
        (Any, {}, "expected one of DynamoDB's types"),
        (Any, {"M": []}, "expected one of DynamoDB's types"),
        (Any, {"N": None}, "expected one of DynamoDB's types"),
        (Any, {"M": {"a": "b"}}, "$.*: expected one of DynamoDB's types"),
        (
            dict[str, Any],
            {"M": {"a": {"L": [{"S": "b"}, {"M": {"c": 1}}]}}},
            "$.*[1].*: expected one of DynamoDB's types",
        ),
    ],
)
def test_a_stored_value_that_does_not_fit_is_refused(
    hint: object, wire: dict[str, Any], message: str
) -> None:
    with pytest.raises(ItemShapeError, match=r"\w") as refused:
        Codecs().decoder(hint)(wire)
    assert str(refused.value) == message


class Odd(Enum):
    """An enum whose values cannot be stored."""

    ONE = Opaque(1)


REGISTER = "see Database.register_type_converter"


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        (Opaque, f"DynamoDB has no type for Opaque; {REGISTER}"),
        (list[Opaque], f"DynamoDB has no type for Opaque; {REGISTER}"),
        (complex, f"DynamoDB has no type for complex; {REGISTER}"),
        (
            Callable[[], int],
            f"DynamoDB has no type for collections.abc.Callable[[], int]; {REGISTER}",
        ),
        ("Later", "the annotation 'Later' names no type"),
        (
            make_dataclass("Broken", [("part", "Nowhere")]),
            "an annotation of Broken names 'Nowhere', which is not defined",
        ),
        (
            set[bool],
            "set[bool]: a set of DynamoDB holds text, numbers or bytes, not BOOL",
        ),
        (
            set[tuple[int, int]],
            "set[tuple[int, int]]: a set of DynamoDB holds text, numbers or bytes,"
            " not L",
        ),
        (dict[bool, int], "bool cannot be the key of a dict"),
        (dict[str | int, int], "str | int cannot be the key of a dict"),
        (Odd, f"a value of Odd: Opaque cannot be stored; {REGISTER}"),
        (
            timedelta | int,
            "timedelta | int: a stored N does not tell which of int, timedelta it was",
        ),
        (
            bytes | bytearray,
            "bytes | bytearray: a stored B does not tell which of bytearray, bytes"
            " it was",
        ),
        (
            Point
            | Circle
            | Node
            | Address
            | Literal[1]
            | dict[str, int]
            | list[Opaque],
            f"DynamoDB has no type for Opaque; {REGISTER}",
        ),
    ],
)
def test_a_type_without_a_form_in_dynamodb_is_refused(
    hint: object, message: str
) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"\w") as refused:
        Codecs().encoder(hint)
    assert str(refused.value) == message


@frozen
class A:
    same: int


@frozen
class B:
    same: int


def test_classes_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(
        UnsupportedTypeError, match=r"^A, B cannot be told apart: give "
    ):
        Codecs().encoder(A | B)


@pytest.mark.parametrize(
    ("hint", "wire"),
    [
        (datetime, {"S": "secret"}),
        (date, {"S": "secret-xyz"}),
        (UUID, {"S": "secret00-0000-0000-0000-000000000000"}),
        (Color, {"S": "secret"}),
        (dict[str, int], {"M": {"secret": {"S": "secret"}}}),
        (dict[UUID, int], {"M": {"secret": {"N": "1"}}}),
        (UUID | date, {"S": "secret"}),
    ],
)
def test_an_error_and_what_it_is_chained_to_hold_no_value(
    hint: object, wire: dict[str, Any]
) -> None:
    with pytest.raises(ItemShapeError, match=r"\w") as refused:
        Codecs().decoder(hint)(wire)
    assert "secret" not in shown(refused.value)


def shown(error: BaseException | None) -> str:
    """All that a traceback would print of the error and its chain."""
    if error is None:
        return ""
    context = None if error.__suppress_context__ else error.__context__
    return f"{error!r} {shown(error.__cause__ or context)}"
