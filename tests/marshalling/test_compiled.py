"""The quick way through an item does what the careful one does."""

import linecache
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async import Attr, DynamORMError, Model, field, partition_key
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.items import ItemCodec
from dynamorm_async.schema.model import table_of


class Word(str):
    """A text that is not plain."""


class Thing(Model, table="things"):
    id: Attr[str] = partition_key()
    count: Attr[int]
    flag: Attr[bool] = field(default=False)
    note: Attr[str | None] = field(default=None, omitempty=True)
    label: Attr[str] = field(default="", index="by-label", omitempty=True)
    tags: Attr[set[str]] = field(factory=set)
    size: Attr[int | None] = field(default=None, null=True)
    blob: Attr[str] = field(default="", json=True)
    price: Attr[Decimal] = field(default=Decimal(1))
    made: Attr[datetime | None] = field(default=None)
    sizes: Attr[list[list[int]]] = field(factory=list, omitempty=True)
    names: Attr[dict[str, dict[str, str]]] = field(factory=dict)


CODEC: ItemCodec[Thing] = ItemCodec(table_of(Thing), Codecs())

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(alphabet=st.characters(), max_size=3),
    st.sets(st.text(max_size=2), max_size=2),
    st.just("\ud800"),
    st.decimals(),
    st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=1))])),
    st.lists(st.lists(st.integers() | st.booleans(), max_size=2), max_size=2),
    st.dictionaries(
        st.sampled_from(["", "a", "\ud800", Word("w")]),
        st.dictionaries(st.text(max_size=2), st.text(max_size=2) | st.none()),
        max_size=2,
    ),
    st.lists(st.sampled_from([Word("w"), "\ud800", "a"]), max_size=2).map(set),
)
STORED = st.one_of(
    st.text(max_size=3).map(lambda text: {"S": text}),
    st.sampled_from(["1", "1E+2", "1.5", "x", " 7"]).map(lambda text: {"N": text}),
    st.booleans().map(lambda flag: {"BOOL": flag}),
    st.just({"NULL": True}),
    st.just({"SS": ["a", "b"]}),
    st.just({"S": '"x"'}),
)
NAMES = [each.name for each in table_of(Thing).fields]


def outcome(call: Any, *args: Any) -> object:
    """What a call returns, or the error it raises."""
    try:
        return call(*args)
    except DynamORMError as error:
        return type(error), str(error)


@given(st.fixed_dictionaries(dict.fromkeys(NAMES, ANYTHING)))
def test_an_instance_is_encoded_as_the_careful_way_encodes_it(
    values: dict[str, Any],
) -> None:
    thing = Thing(**values)
    assert outcome(CODEC.encode, thing, {}) == outcome(
        CODEC.encode_carefully, thing, {}
    )


@given(st.dictionaries(st.sampled_from(NAMES), STORED))
def test_an_item_is_decoded_as_the_careful_way_decodes_it(item: dict[str, Any]) -> None:
    assert outcome(CODEC.decode, item) == outcome(CODEC.decode_carefully, item)


def test_a_partial_instance_is_refused() -> None:
    part = CODEC.decode_part({"id": {"S": "1"}}, ["id"])
    with pytest.raises(DynamORMError, match=r"Thing\.count was not read"):
        CODEC.encode(part, {})


def test_the_code_is_kept_for_tracebacks() -> None:
    code = CODEC.decode.__code__
    shown = linecache.getlines(code.co_filename)
    assert shown[0] == "def decode(item):\n"
    assert """        made.id = item['id']["S"]\n""" in shown
