"""How large DynamoDB counts an item."""

import base64

import pytest

from dynamorm_async.compiler.sizes import LARGEST_ITEM, item_size, json_size, value_size
from dynamorm_async.wire import AttributeValue


def binary(length: int) -> str:
    return base64.b64encode(bytes(length)).decode()


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "é😀"}, 6),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-123"}, 4),
        ({"N": "1000"}, 2),
        ({"N": "0.001"}, 2),
        ({"N": "1.5E+100"}, 2),
        ({"N": "1e2"}, 2),
        ({"N": "1" * 38}, 20),
        ({"B": ""}, 0),
        *(({"B": binary(length)}, length) for length in range(1, 8)),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "-123"]}, 6),
        ({"BS": [binary(1), binary(5)]}, 6),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}, {"BOOL": True}]}, 7),
        ({"M": {}}, 3),
        ({"M": {"ab": {"S": "c"}}}, 7),
        ({"M": {"a": {"L": [{"M": {}}]}}}, 3 + 1 + 1 + 3 + 1 + 3),
    ],
)
def test_a_value_has_this_size(value: AttributeValue, size: int) -> None:
    assert value_size(value) == size


def test_an_item_has_the_size_of_its_names_and_values() -> None:
    assert item_size({"é": {"S": "abc"}, "n": {"N": "7"}}) == 2 + 3 + 1 + 2


def test_what_is_no_json_is_not_measured() -> None:
    with pytest.raises(TypeError, match="no JSON for object"):
        json_size({"a": {"S": object()}})


def test_an_item_may_have_400_kib() -> None:
    assert LARGEST_ITEM == 409_600
