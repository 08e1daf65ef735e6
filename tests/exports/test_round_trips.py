"""What a file holds of items is what they were, types included."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async import Model, field, partition_key
from dynamorm_async.exports.checking import check_item
from dynamorm_async.exports.files import Input
from dynamorm_async.exports.formats import FORMATS, format_for
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.items import ItemCodec
from dynamorm_async.schema.model import table_of
from dynamorm_async.wire import AttributeValue, Item
from tests.marshalling.strategies import CASES, TEXT

CODECS = Codecs()
NOT_TOLD = {"Any", "datetime, bytes or None"}
"""Types that do not tell bytes from text, or a set from a list."""


def codec_of(hint: Any) -> ItemCodec[Any]:
    """The codec of a model with a field of this type."""
    declared = {
        "__annotations__": {"id": str, "value": hint},
        "id": partition_key(),
        "value": field(default=None),
    }
    return ItemCodec(table_of(type(Model)("Thing", (Model,), declared)), CODECS)


CODEC_OF = {name: codec_of(case.hint) for name, case in CASES.items()}


def read_back(name: str, codec: ItemCodec[Any], items: list[Item]) -> list[Any]:
    """The items of a file of these items, or the reasons why there is none."""
    format = format_for(name, codec, CODECS)
    text = format.header + "".join(map(format.line, items))
    lines = Input.stream(io.BytesIO(text.encode())).lines()
    return [row.reason or ordered(row.item) for row in format.rows(lines)]


def ordered(stored: Any) -> Any:
    """The same with its sets in order, since they have none."""
    if isinstance(stored, list):
        return list(map(ordered, stored))
    if not isinstance(stored, dict):
        return stored
    return {
        name: sorted(value) if name in ("SS", "NS", "BS") else ordered(value)
        for name, value in stored.items()
    }


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_TOLD])
@given(draw=st.data())
def test_values_of_a_type_come_back(
    name: str, format: str, draw: st.DataObject
) -> None:
    stored = CODECS.encoder(CASES[name].hint)(draw.draw(CASES[name].values))
    items = [{"id": {"S": "1"}, "value": stored}, {"id": {"S": "2"}}]
    assert read_back(format, CODEC_OF[name], items) == [ordered(each) for each in items]
    for each in items:
        check_item(CODEC_OF[name], each)


STORED: st.SearchStrategy[AttributeValue] = st.recursive(
    CASES["Any"].values.map(CODECS.encoder(Any))
    | st.sets(st.binary(min_size=1), min_size=1).map(CODECS.encoder(set[bytes])),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: {"L": each})
        | st.dictionaries(TEXT, inner, max_size=3).map(lambda each: {"M": each})
    ),
    max_leaves=5,
)


@given(st.dictionaries(TEXT.filter(lambda name: name != "id"), STORED))
def test_dynamodb_json_keeps_what_no_model_knows(stored: Item) -> None:
    items = [{"id": {"S": "1"}, **stored}]
    assert read_back("dynamodb-json", CODEC_OF["str"], items) == [ordered(items[0])]


@pytest.mark.parametrize(
    ("stored", "becomes"),
    [
        ({"B": "AQI="}, {"S": "AQI="}),
        ({"SS": ["b", "a"]}, {"L": [{"S": "a"}, {"S": "b"}]}),
        ({"NS": ["10", "9"]}, {"L": [{"N": "9"}, {"N": "10"}]}),
    ],
)
@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_plain_formats_know_no_more_than_the_model(
    format: str, stored: AttributeValue, becomes: AttributeValue
) -> None:
    items: list[Item] = [{"id": {"S": "1"}, "value": stored}]
    assert read_back(format, CODEC_OF["Any"], items) == [
        {"id": {"S": "1"}, "value": becomes}
    ]


@pytest.mark.parametrize(
    "text", ["", "null", '"', '""', "a,b", "a\nb", "\r\n", "\0", " "]
)
def test_any_text_stands_in_a_cell(text: str) -> None:
    items: list[Item] = [{"id": {"S": "1"}, "value": {"S": text}}]
    assert read_back("csv", CODEC_OF["str"], items) == items


@pytest.mark.parametrize("data", [b"", b"\x9e\xe9e"])
def test_any_bytes_stand_in_a_cell(data: bytes) -> None:
    """The second are `null` in base64."""
    items: list[Item] = [{"id": {"S": "1"}, "value": CODECS.encoder(bytes)(data)}]
    assert read_back("csv", CODEC_OF["bytes"], items) == items
