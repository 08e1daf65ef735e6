"""Base64 text to bytes, only where a value is binary."""

from typing import Any

import pytest

from dynamorm_async.errors import InvalidValueError
from dynamorm_async.transport.binary import with_bytes


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ({"Key": {"id": {"B": "AAE="}}}, {"Key": {"id": {"B": b"\x00\x01"}}}),
        ({"Key": {"id": {"B": ""}}}, {"Key": {"id": {"B": b""}}}),
        (
            {"Item": {"x": {"BS": ["AA==", "AQ=="]}}},
            {"Item": {"x": {"BS": [b"\0", b"\1"]}}},
        ),
        # Attributes may be named like types, and like binary types, too.
        ({"Item": {"B": {"S": "AA=="}}}, {"Item": {"B": {"S": "AA=="}}}),
        ({"Item": {"B": {"B": "AA=="}}}, {"Item": {"B": {"B": b"\0"}}}),
        (
            {"Item": {"BS": {"L": [{"B": "AA=="}]}}},
            {"Item": {"BS": {"L": [{"B": b"\0"}]}}},
        ),
        (
            {"Item": {"m": {"M": {"B": {"BS": ["AA=="]}}}}},
            {"Item": {"m": {"M": {"B": {"BS": [b"\0"]}}}}},
        ),
        (
            {"RequestItems": {"tbl": [{"PutRequest": {"Item": {"x": {"B": "AA=="}}}}]}},
            {"RequestItems": {"tbl": [{"PutRequest": {"Item": {"x": {"B": b"\0"}}}}]}},
        ),
        (
            {"ExpressionAttributeNames": {"#n0": "B"}, "TransactItems": [{"Put": {}}]},
            {"ExpressionAttributeNames": {"#n0": "B"}, "TransactItems": [{"Put": {}}]},
        ),
    ],
)
def test_binary_values_become_bytes_and_nothing_else(sent: Any, given: Any) -> None:
    assert with_bytes(sent) == given


def test_a_request_without_binary_values_is_not_copied() -> None:
    body = {"TableName": "t", "Item": {"l": {"L": [{"S": "x"}, {"M": {}}]}}}
    assert with_bytes(body) is body


def test_the_request_itself_is_left_alone() -> None:
    body = {"Item": {"x": {"B": "AA=="}}}
    with_bytes(body)
    assert body == {"Item": {"x": {"B": "AA=="}}}


@pytest.mark.parametrize("value", [{"B": "?"}, {"B": "AA"}, {"BS": [1]}])
def test_what_is_no_base64_is_refused(value: Any) -> None:
    with pytest.raises(InvalidValueError, match="must be base64 text"):
        with_bytes({"Item": {"x": value}})
