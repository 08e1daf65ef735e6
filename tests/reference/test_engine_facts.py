"""Facts of DynamoDB that some engine gets wrong: why the examples spare it.

Once an engine has caught up, its name goes from the mark and from `engines.LACKS`.
"""

from typing import Any

import pytest

from dynamorm_async.wire import Body, Item
from tests.reference.conditions import condition_holds
from tests.reference.engines import (
    ORDER_OF_MIXED_TYPES,
    PARTS_OF_BYTES,
    REMOVE_TWO_ELEMENTS,
    SET_PAST_THE_END,
    SET_TWO_PAST_THE_END,
    SIZE_OF_MISSING,
    TWO_MISSING,
)
from tests.reference.updates import updated
from tests.reference.values import item_of

ITEM: Item = {
    "id": {"S": "1"},
    "n": {"N": "5"},
    "s": {"S": "abc"},
    "b": {"B": b"ab"},
    "l": {"L": [{"N": "1"}, {"S": "x"}]},
}
lacks = pytest.mark.engine_lacks


@pytest.fixture
def table(witness: Any, prefix: str) -> str:
    """A table that holds the item."""
    name = f"{prefix}facts"
    witness.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    witness.put_item(TableName=name, Item=ITEM)
    return name


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        pytest.param(
            "n < :v", {"S": "6"}, False, marks=lacks(moto=ORDER_OF_MIXED_TYPES)
        ),
        pytest.param("n < s", None, False, marks=lacks(moto=ORDER_OF_MIXED_TYPES)),
        pytest.param(
            "NOT n < :v", {"S": "6"}, True, marks=lacks(moto=ORDER_OF_MIXED_TYPES)
        ),
        pytest.param(
            "size(gone) > :v", {"N": "0"}, False, marks=lacks(moto=SIZE_OF_MISSING)
        ),
        pytest.param(
            "NOT size(n) > :v", {"N": "0"}, True, marks=lacks(moto=SIZE_OF_MISSING)
        ),
        pytest.param(
            "contains(b, :v)", {"B": b"b"}, True, marks=lacks(moto=PARTS_OF_BYTES)
        ),
        pytest.param(
            "begins_with(b, :v)", {"B": b"a"}, True, marks=lacks(moto=PARTS_OF_BYTES)
        ),
        pytest.param("gone <> lost", None, True, marks=lacks(moto=TWO_MISSING)),
        pytest.param("gone = lost", None, False, marks=lacks(moto=TWO_MISSING)),
    ],
)
def test_a_filter_of_the_engine_holds_as_in_dynamodb(
    witness: Any, table: str, text: str, value: Any, wanted: bool
) -> None:
    body: Body = {"FilterExpression": text}
    if value is not None:
        body["ExpressionAttributeValues"] = {":v": value}
    found = witness.scan(TableName=table, **body)["Items"]
    assert [each["id"] for each in found] == [{"S": "1"}] * wanted
    assert condition_holds(text, body, [ITEM]) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(
            "REMOVE l[0], l[1]", [], marks=lacks(dynoxide=REMOVE_TWO_ELEMENTS)
        ),
        pytest.param(
            "SET l[9] = :a",
            [{"N": "1"}, {"S": "x"}, {"S": "a"}],
            marks=lacks(dynoxide=SET_PAST_THE_END),
        ),
        pytest.param(
            "SET l[9] = :a, l[5] = :b",
            [{"N": "1"}, {"S": "x"}, {"S": "b"}, {"S": "a"}],
            marks=lacks(dynoxide=SET_PAST_THE_END, moto=SET_TWO_PAST_THE_END),
        ),
        ("SET l[0] = l[1], l[1] = l[0]", [{"S": "x"}, {"N": "1"}]),
        ("SET l[2] = :a REMOVE l[0]", [{"S": "x"}, {"S": "a"}]),
    ],
)
def test_an_update_of_the_engine_changes_a_list_as_in_dynamodb(
    witness: Any, table: str, text: str, wanted: list[Any]
) -> None:
    used = {name: {"S": name[1:]} for name in (":a", ":b") if name in text}
    body: Body = {"UpdateExpression": text}
    if used:
        body["ExpressionAttributeValues"] = used
    reply = witness.update_item(
        TableName=table, Key={"id": {"S": "1"}}, ReturnValues="ALL_NEW", **body
    )
    assert reply["Attributes"] == {**ITEM, "l": {"L": wanted}}
    assert updated(body, ITEM) == item_of(reply["Attributes"])
