"""Fields that are stored in another form than their type's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from dynamorm_async.errors import (
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.options import FieldOptions
from tests.marshalling.samples import Address, Color, Opaque, Pair, Point, Profile

ID = UUID("12345678-1234-5678-1234-567812345678")


class Setting(msgspec.Struct):
    name: str


JSON = FieldOptions(json=True)
BINARY = FieldOptions(binary=True)
AS_SET = FieldOptions(as_set=True)


@pytest.mark.parametrize(
    ("hint", "options", "value", "wire"),
    [
        (
            Address,
            JSON,
            Address("é", 1),
            {"S": '{"country":"NL","floor":null,"street":"é","zip":1}'},
        ),
        (Point, JSON, Point(1, 2), {"S": '{"marks":[],"note":null,"x":1,"y":2}'}),
        (Profile, JSON, {"name": "n", "age": 1}, {"S": '{"age":1,"name":"n"}'}),
        (Pair, JSON, Pair(1), {"S": '[1,"r"]'}),
        (Setting, JSON, Setting("a"), {"S": '{"name":"a"}'}),
        (dict[str, int], JSON, {"b": 1, "a": 2}, {"S": '{"a":2,"b":1}'}),
        (dict, JSON, {"b": [1.5, None]}, {"S": '{"b":[1.5,null]}'}),
        (list[Color], JSON, [Color.RED], {"S": '["red"]'}),
        (list[Decimal], JSON, [Decimal("0.10")], {"S": '["0.10"]'}),
        (Address | None, JSON, None, {"NULL": True}),
        (str | int, JSON, "a", {"S": '"a"'}),
        (Any, JSON, {"a": [1]}, {"S": '{"a":[1]}'}),
        (dict[str, int], FieldOptions(json=True, binary=True), {}, {"B": "e30="}),
        (str, BINARY, "é", {"B": "w6k="}),
        (str | None, BINARY, None, {"NULL": True}),
        (UUID, BINARY, ID, {"B": "EjRWeBI0VngSNFZ4EjRWeA=="}),
        (bytes, BINARY, b"a", {"B": "YQ=="}),
        (list[str], AS_SET, ["b", "a"], {"SS": ["b", "a"]}),
        (tuple[int, ...], AS_SET, (2, 1), {"NS": ["2", "1"]}),
        (list[str], AS_SET, [], {"NULL": True}),
        (list[str] | None, AS_SET, ["a"], {"SS": ["a"]}),
    ],
)
def test_a_field_is_stored_as_its_option_says(
    hint: object, options: FieldOptions, value: object, wire: dict[str, Any]
) -> None:
    codec = Codecs().field(hint, options)
    assert codec.encode(value) == wire
    assert codec.decode(wire) == value


def test_a_list_stored_as_a_set_keeps_the_first_of_equal_members() -> None:
    codec = Codecs().field(list[int], AS_SET)
    assert codec.encode([3, 1, 3, 2, 1]) == {"NS": ["3", "1", "2"]}


def test_json_is_the_same_for_equal_dicts() -> None:
    encode = Codecs().field(dict[str, Any], JSON).encode
    assert encode({"a": {"y": 1, "x": 2}, "b": 0}) == encode(
        {"b": 0, "a": {"x": 2, "y": 1}}
    )


@pytest.mark.parametrize(
    ("hint", "options", "tag"),
    [
        (Address, JSON, "S"),
        (Address | None, JSON, "S"),
        (Address, FieldOptions(json=True, binary=True), "B"),
        (str, BINARY, "B"),
        (list[str], AS_SET, "SS"),
        (str, FieldOptions(), "S"),
        (int | str, FieldOptions(), None),
    ],
)
def test_the_tag_follows_the_option(
    hint: object, options: FieldOptions, tag: str | None
) -> None:
    assert Codecs().field(hint, options).tag == tag


@pytest.mark.parametrize(
    ("hint", "options", "message"),
    [
        (int, BINARY, "binary is for str, UUID, bytes and json=True, not for int"),
        (set[str], AS_SET, "as_set is for lists, not for set[str]"),
        (tuple[int, int], AS_SET, "as_set is for lists, not for tuple[int, int]"),
        (
            list[bool],
            AS_SET,
            "list[bool]: a set of DynamoDB holds text, numbers or bytes, not BOOL",
        ),
        (
            timedelta,
            FieldOptions(ttl=True),
            "ttl is for datetime or int, not for timedelta",
        ),
        (
            str,
            FieldOptions(unix=True),
            'format="unix" is for datetime, not for str',
        ),
    ],
)
def test_an_option_that_does_not_fit_the_type_is_refused(
    hint: object, options: FieldOptions, message: str
) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"\w") as refused:
        Codecs().field(hint, options)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("hint", "options", "value", "message"),
    [
        (Address, JSON, "a", "expected Address, got str"),
        (dict, JSON, {"a": Opaque(1)}, "dict has no JSON form here"),
        (dict, JSON, {"a": "\ud800"}, "dict has no JSON form here"),
        (dict, JSON, {"a": [None, float("nan")]}, "NaN and infinity cannot be stored"),
        (str, BINARY, 1, "expected str, got int"),
        (UUID, BINARY, "a", "expected UUID, got str"),
        (list[str], AS_SET, {"a"}, "expected list[str], got set"),
        (list[str], AS_SET, ["a", 1], "expected str, got int"),
    ],
)
def test_a_value_that_does_not_fit_the_option_is_refused(
    hint: object, options: FieldOptions, value: object, message: str
) -> None:
    with pytest.raises(InvalidValueError, match=r"\w") as refused:
        Codecs().field(hint, options).encode(value)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("hint", "options", "wire", "message"),
    [
        (Address, JSON, {"S": "{"}, "the stored JSON does not fit Address"),
        (
            Address,
            JSON,
            {"S": '{"street":"s","zip":"z"}'},
            "$.zip: the stored JSON does not fit Address",
        ),
        (
            list[Color],
            JSON,
            {"S": '["secret"]'},
            "$[0]: the stored JSON does not fit list[tests.marshalling.samples.Color]",
        ),
        (Address, JSON, {"M": {}}, "expected S, found M"),
        (UUID, BINARY, {"B": "YQ=="}, "expected the 16 bytes of a UUID"),
        (str, BINARY, {"B": "/w=="}, "the stored bytes are not UTF-8"),
        (str, BINARY, {"S": "a"}, "expected B, found S"),
        (list[str], AS_SET, {"L": []}, "expected SS, found L"),
    ],
)
def test_what_is_stored_otherwise_is_refused(
    hint: object, options: FieldOptions, wire: dict[str, Any], message: str
) -> None:
    with pytest.raises(ItemShapeError, match=r"\w") as refused:
        Codecs().field(hint, options).decode(wire)
    assert str(refused.value) == message
