"""Cursors: byte for byte those of the Go library, and refused where they do not fit."""

import base64
import json
from typing import Any

import pytest

from dynamorm_async.compiler.cursors import read_cursor, write_cursor
from dynamorm_async.errors import InvalidCursorError
from dynamorm_async.wire import Item
from tests.asking import ask, body, exactly
from tests.models import Note, Place, User


def packed(content: object) -> str:
    """Any JSON as a cursor's text."""
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(text.encode()).decode()


def unpacked(cursor: str) -> str:
    """The JSON that a cursor holds."""
    return base64.urlsafe_b64decode(cursor).decode()


def test_a_cursor_is_that_of_the_go_library() -> None:
    assert write_cursor({"id": {"S": "u1"}}, "gsi-a", "DESC") == (
        "eyJsYXN0S2V5Ijp7ImlkIjp7IlMiOiJ1MSJ9fSwiaW5kZXgiOiJnc2ktYSIsInNvcnQiOiJERVNDIn0="
    )


@pytest.mark.parametrize(
    ("key", "index", "order", "text"),
    [
        ({"id": {"S": "1"}}, None, None, '{"lastKey":{"id":{"S":"1"}}}'),
        ({"id": {"S": "1"}}, "", "", '{"lastKey":{"id":{"S":"1"}}}'),
        ({"id": {"N": "1"}}, "i", None, '{"lastKey":{"id":{"N":"1"}},"index":"i"}'),
        (
            {"id": {"B": "+/8="}},
            None,
            "asc",
            '{"lastKey":{"id":{"B":"+/8="}},"sort":"asc"}',
        ),
        (
            {"z": {"S": "1"}, "B": {"S": "2"}, "a": {"S": "3"}, "é": {"S": "4"}},
            None,
            None,
            '{"lastKey":{"B":{"S":"2"},"a":{"S":"3"},"z":{"S":"1"},"é":{"S":"4"}}}',
        ),
        (
            {"m": {"M": {"b": {"S": "1"}, "a": {"S": "2"}}}},
            None,
            None,
            '{"lastKey":{"m":{"M":{"a":{"S":"2"},"b":{"S":"1"}}}}}',
        ),
        (
            {"id": {"S": "<a>&\u2028\u2029 é 😀"}},
            None,
            None,
            '{"lastKey":{"id":{"S":"\\u003ca\\u003e\\u0026\\u2028\\u2029 é 😀"}}}',
        ),
        (
            {"id": {"S": 'a"b\\c/d\n\t\x00\x1f\x7f'}},
            None,
            None,
            '{"lastKey":{"id":{"S":"a\\"b\\\\c/d\\n\\t\\u0000\\u001f\x7f"}}}',
        ),
    ],
)
def test_a_cursor_is_json_as_go_writes_it(
    key: Item, index: str | None, order: str | None, text: str
) -> None:
    assert unpacked(write_cursor(key, index, order)) == text


def test_a_cursor_uses_the_url_alphabet_with_padding() -> None:
    cursor = write_cursor({"id": {"S": "???>>>~~~"}}, None, None)
    assert set(cursor) & {"+", "/"} == set()
    assert len(cursor) % 4 == 0


KEYS: list[tuple[Item, str | None, str | None]] = [
    ({"id": {"S": "<é>"}}, None, None),
    ({"id": {"N": "-1.5"}, "day": {"B": "AAE="}}, "i", "DESC"),
]


@pytest.mark.parametrize(("key", "index", "order"), KEYS)
@pytest.mark.parametrize("strip", ["", "="])
def test_a_cursor_is_read_as_it_was_written_padded_or_not(
    key: Item, index: str | None, order: str | None, strip: str
) -> None:
    cursor = write_cursor(key, index, order).rstrip(strip)
    assert read_cursor(cursor, index, order, tuple(key)) == key


@pytest.mark.parametrize(
    ("written", "asked"),
    [("desc", "DESC"), ("ASC", None), (None, "asc"), ("ASC", "asc"), ("", "ASC")],
)
def test_orders_that_mean_the_same_are_the_same(
    written: str | None, asked: str | None
) -> None:
    cursor = write_cursor({"id": {"S": "1"}}, None, written)
    assert read_cursor(cursor, None, asked, ("id",)) == {"id": {"S": "1"}}


ANN = ask(Note).where(Note.owner == "ann")
AFTER = {"owner": {"S": "ann"}, "day": {"S": "1"}}
DACH = ask(Place).where(Place.country == "DE").index("by-country")
AFTER_ULM = {"id": {"S": "1"}, "country": {"S": "DE"}, "city": {"S": "Ulm"}}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (ANN, AFTER),
        (ANN.order_by("day", "DESC"), AFTER),
        (DACH, AFTER_ULM),
        (DACH.order_by("city"), AFTER_ULM),
        (ask(Note), AFTER),
    ],
)
def test_a_query_goes_on_where_its_own_cursor_points(query: Any, key: Item) -> None:
    compiled = query.compile()
    cursor = compiled.paging.write_cursor(key)
    assert body(query.cursor(cursor)) == {**compiled.body, "ExclusiveStartKey": key}
    assert body(query.set_cursor(cursor)) == body(query.cursor(cursor))


def test_a_cursor_names_the_index_only_where_the_query_does() -> None:
    automatic = ask(Place).where(Place.country == "DE").compile()
    assert automatic.index_name == "by-country"
    assert automatic.paging is not None
    assert unpacked(automatic.paging.write_cursor(AFTER_ULM)) == (
        '{"lastKey":{"city":{"S":"Ulm"},"country":{"S":"DE"},"id":{"S":"1"}}}'
    )


@pytest.mark.parametrize("empty", [None, ""])
def test_no_cursor_is_the_beginning(empty: str | None) -> None:
    assert body(ANN.cursor(empty)) == body(ANN)
    assert body(ANN.cursor("x").cursor(empty)) == body(ANN)


@pytest.mark.parametrize("verb", ["all", "first", "scan", "count"])
def test_every_read_goes_on_from_a_cursor(verb: str) -> None:
    cursor = write_cursor(AFTER, None, None)
    assert body(ANN.cursor(cursor), verb)["ExclusiveStartKey"] == AFTER


KEY_OF_NOTES = "the cursor belongs to another query: its key is not made of owner, day"
DIFFERS = "the cursor belongs to another query: its index or order differs"


@pytest.mark.parametrize(
    ("cursor", "message"),
    [
        (write_cursor(AFTER, "by-day", None), DIFFERS),
        (write_cursor(AFTER, None, "DESC"), DIFFERS),
        (write_cursor({"owner": {"S": "ann"}}, None, None), KEY_OF_NOTES),
        (write_cursor({**AFTER, "x": {"S": "1"}}, None, None), KEY_OF_NOTES),
        (write_cursor({}, None, None), KEY_OF_NOTES),
        (
            write_cursor({"owner": {"S": "a"}, "Day": {"S": "1"}}, None, None),
            KEY_OF_NOTES,
        ),
    ],
)
def test_the_cursor_of_another_query_is_refused(cursor: str, message: str) -> None:
    with pytest.raises(InvalidCursorError, match=exactly(message)):
        body(ANN.cursor(cursor))


NO_JSON = "the cursor is malformed: it is no base64 JSON"
NO_OBJECT = "the cursor is malformed: it is no JSON object"
NO_KEY = "the cursor is malformed: it holds no key"


@pytest.mark.parametrize(
    ("cursor", "message"),
    [
        ("x", NO_JSON),
        ("not base64!", NO_JSON),
        ("ä", NO_JSON),
        ("a" * 5, NO_JSON),
        (packed("{"), NO_JSON),
        (packed("\x00"), NO_JSON),
        (base64.b64encode(b"\xff\xfe\xfd").decode(), NO_JSON),
        (packed("[" * 100_000), NO_JSON),
        (7, NO_JSON),
        (b"e30=", NO_JSON),
        (packed([]), NO_OBJECT),
        (packed("null"), NO_OBJECT),
        (packed("1"), NO_OBJECT),
        (packed({}), NO_KEY),
        (packed({"lastKey": None}), NO_KEY),
        (packed({"lastKey": []}), NO_KEY),
        (packed({"lastKey": {"owner": "ann", "day": "1"}}), NO_KEY),
        (packed({"lastKey": {"owner": {}, "day": {"S": "1"}}}), NO_KEY),
        (packed({"lastKey": {**AFTER, "day": {"S": 1}}}), NO_KEY),
        (packed({"lastKey": {**AFTER, "day": {"X": "1"}}}), NO_KEY),
        (packed({"lastKey": {**AFTER, "day": {"L": []}}}), NO_KEY),
        (packed({"lastKey": {**AFTER, "day": {"S": "1", "N": "1"}}}), NO_KEY),
        (packed({"lastKey": AFTER, "sort": {"x": 1}}), DIFFERS),
        (packed({"lastKey": AFTER, "index": [1]}), DIFFERS),
    ],
)
def test_a_malformed_cursor_is_refused(cursor: Any, message: str) -> None:
    with pytest.raises(InvalidCursorError, match=exactly(message)):
        body(ANN.cursor(cursor))


def test_an_error_shows_nothing_of_the_cursor() -> None:
    with pytest.raises(InvalidCursorError, match="belongs to another") as caught:
        body(ask(User).cursor(write_cursor({"id": {"S": "4711"}}, None, None)))
    assert "4711" not in str(caught.value)
