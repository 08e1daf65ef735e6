"""A page read from its bytes is what the careful way makes of its items, or nothing."""

import linecache
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async import Attr, DynamORMError, Model, field, partition_key, sort_key
from dynamorm_async.compiler.keys import identifier
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.items import ItemCodec
from dynamorm_async.marshalling.pages import WORTH_IT, PageReader
from dynamorm_async.schema.model import table_of
from dynamorm_async.wire.ready import ReadyRows


class Part(Model, table="parts"):
    id: Attr[str] = partition_key()
    number: Attr[int] = sort_key()
    size: Attr[Decimal]
    made: Attr[datetime]
    is_new: Attr[bool] = field(default=False)
    note: Attr[str | None] = field(default=None, attribute="the note")
    count: Attr[int | None] = field(default=None, null=True)
    tags: Attr[set[str]] = field(factory=set)
    marks: Attr[set[int]] = field(factory=set)
    sizes: Attr[list[list[int]]] = field(factory=list)
    names: Attr[dict[str, list[str]]] = field(factory=dict)
    blob: Attr[bytes] = field(default=b"")
    extra: Attr[Any] = field(default=None)
    data: Attr[dict[str, int]] = field(factory=dict, json=True)


CODEC: ItemCodec[Part] = ItemCodec(table_of(Part), Codecs())
FULL: dict[str, Any] = {
    "id": {"S": "a"},
    "number": {"N": "7"},
    "size": {"N": "1.5"},
    "made": {"S": "2026-11-22T09:00:00.000000Z"},
    "is_new": {"BOOL": True},
    "the note": {"S": "x"},
    "count": {"N": "3"},
    "tags": {"SS": ["a", "b"]},
    "marks": {"NS": ["1", "2"]},
    "sizes": {"L": [{"L": [{"N": "1"}]}, {"L": []}]},
    "names": {"M": {"k": {"L": [{"S": "v"}]}}},
    "blob": {"B": "AAE="},
    "extra": {"M": {"deep": {"NULL": True}}},
    "data": {"S": '{"a":1}'},
    "unknown to the model": {"S": "y"},
}
NUMBERS = ["1", "-0", "1E+2", "1.0", "1.5", "x", " 7", "1_0", "٣", "9" * 38, "NaN"]
STORED = st.one_of(
    st.sampled_from(["", "x", "true", "null", "2026-11-22T09:00:00Z", "{}"]).map(
        lambda text: {"S": text}
    ),
    st.sampled_from(["2026-11-22T09:00:00", "2026-11-22T10:00:00.123456789+01:00"]).map(
        lambda text: {"S": text}
    ),
    st.sampled_from(NUMBERS).map(lambda text: {"N": text}),
    st.booleans().map(lambda flag: {"BOOL": flag}),
    st.just({"NULL": True}),
    st.just({"SS": ["a", "b"]}),
    st.lists(st.sampled_from(NUMBERS), max_size=2).map(lambda each: {"NS": each}),
    st.just({"L": [{"N": "1"}, {"S": "x"}]}),
    st.just({"M": {"k": {"N": "1E2"}}}),
    st.just({"B": "?"}),
)


def reader() -> PageReader:
    """The reader of parts."""
    found = CODEC.page_reader
    assert found is not None
    return found


def page_of(items: list[dict[str, Any]]) -> bytes:
    """The reply of a Query; large enough to be worth reading quickly."""
    padding = "x" * WORTH_IT
    return msgspec.json.encode({"Items": items, "Count": len(items), "Pad": padding})


def carefully(items: list[dict[str, Any]]) -> list[Part] | None:
    """What the careful way makes of items; None for an error."""
    try:
        return [CODEC.decode_carefully(each) for each in items]
    except DynamORMError:
        return None


def same(one: Any, other: Any) -> bool:
    """Whether two lists of parts are equal, in the types of their values too."""
    return [repr(each) for each in one] == [repr(each) for each in other]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(FULL)), STORED).map(
            lambda item: FULL | item
        ),
        max_size=3,
    ),
    st.sets(st.sampled_from(sorted(FULL))),
)
def test_a_page_is_what_the_careful_way_makes_of_its_items_or_nothing(
    items: list[dict[str, Any]], missing: set[str]
) -> None:
    items = [
        {name: each[name] for name in each if name not in missing} for each in items
    ]
    found = reader().page(page_of(items))
    careful = carefully(items)
    assert found is None or (careful is not None and same(found["Items"], careful))


def test_what_is_usual_is_read() -> None:
    bare = {name: FULL[name] for name in ("id", "number", "size", "made")}
    null = FULL | {"the note": {"NULL": True}, "count": {"NULL": True}}
    items = [FULL, bare, null]
    found = reader().page(page_of(items))
    assert found is not None
    assert same(found["Items"], carefully(items))


def test_a_page_keeps_all_else_that_a_reply_says() -> None:
    said = {
        "Count": 1,
        "ScannedCount": 9,
        "LastEvaluatedKey": {"id": {"S": "a"}, "number": {"N": "7"}},
        "ConsumedCapacity": {"TableName": "parts", "CapacityUnits": 0.5},
    }
    raw = msgspec.json.encode({"Items": [FULL] * 40, **said})
    found = reader().page(raw)
    assert found is not None
    assert found == {"Items": carefully([FULL] * 40), **said}


def test_the_rows_tell_how_they_are_stored() -> None:
    found = reader().page(page_of([FULL]))
    assert found is not None
    rows = found["Items"]
    assert isinstance(rows, ReadyRows)
    assert rows.stored() == [FULL]


class Line(Model, table="lines"):
    text: Attr[str] = sort_key()
    page: Attr[str] = partition_key(attribute="the page")
    size: Attr[int]


class Word(Model, table="words"):
    text: Attr[str] = partition_key()


class Scan(Model, table="scans"):
    raw: Attr[bytes] = partition_key()


@pytest.mark.parametrize(
    ("model", "item"),
    [
        (Part, FULL),
        (Line, {"size": {"N": "1"}, "text": {"S": "b"}, "the page": {"S": "a"}}),
        (Word, {"text": {"S": "é"}}),
        (Scan, {"raw": {"B": "AAE="}}),
    ],
)
def test_the_rows_of_a_batch_come_with_their_identities(
    model: type[Model], item: dict[str, Any]
) -> None:
    codec: ItemCodec[Any] = ItemCodec(table_of(model), Codecs())
    identify = identifier(codec, "books")
    raw = msgspec.json.encode(
        {"Responses": {"arn:books": [item] * 400}, "UnprocessedKeys": {"books": {}}}
    )
    assert codec.page_reader is not None
    assert codec.page_reader.tables(raw, "books", identify) == {
        "Responses": {"arn:books": [(identify(item), codec.decode(item))] * 400},
        "UnprocessedKeys": {"books": {}},
    }


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b'{"Items":{}}', b'{"Items":[1]}', b"\xff", b"<html>"],
)
def test_what_is_no_page_is_nothing(raw: bytes) -> None:
    raw += b" " * WORTH_IT
    assert reader().page(raw) is None
    assert reader().tables(raw, "parts", repr) is None


def test_a_small_page_is_not_worth_making_a_reader() -> None:
    codec: ItemCodec[Part] = ItemCodec(table_of(Part), Codecs())
    fresh = codec.page_reader
    assert fresh is not None
    small = msgspec.json.encode({"Items": [FULL]})
    assert fresh.page(small) is None
    assert fresh.page(page_of([FULL])) is not None
    assert fresh.page(small) is not None


def doubled(value: int) -> int:
    return value * 2


class Checked(Model, table="checked"):
    id: Attr[str] = partition_key()
    size: Attr[int] = field(converter=doubled)


class Secret(Model, table="secrets"):
    id: Attr[str] = partition_key()
    word: Attr[str] = field(encrypted=True)


@pytest.mark.parametrize("model", [Checked, Secret])
def test_what_needs_more_than_reading_is_left_to_the_careful_way(
    model: type[Model],
) -> None:
    codec: ItemCodec[Any] = ItemCodec(table_of(model), Codecs())
    assert codec.page_reader is None


class Money:
    """A type of somebody else."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


class Sale(Model, table="sales"):
    id: Attr[str] = partition_key()
    price: Attr[Money]
    prices: Attr[list[Money]] = field(factory=list)


def refusing(_cents: int) -> Money:
    raise ZeroDivisionError


@pytest.mark.parametrize(("read", "is_read"), [(Money, True), (refusing, False)])
def test_a_registered_type_is_honoured(
    read: Callable[[int], Money], *, is_read: bool
) -> None:
    codecs = Codecs()
    codecs.register(Money, lambda money: int(money.cents), read)
    codec: ItemCodec[Sale] = ItemCodec(table_of(Sale), codecs)
    assert codec.page_reader is not None
    item = {"id": {"S": "1"}, "price": {"N": "5"}, "prices": {"L": [{"N": "6"}]}}
    found = codec.page_reader.page(page_of([item]))
    assert (found is not None) == is_read
    if found is not None:
        (sale,) = found["Items"]
        assert (sale.price.cents, sale.prices[0].cents) == (5, 6)


def test_the_code_is_kept_for_tracebacks() -> None:
    reader().page(page_of([FULL]))
    shown = [line for name in linecache.cache for line in linecache.getlines(name)]
    assert "        made.number = row.f1.N\n" in shown
