"""The None policy and the edits of containers, as the table shows them."""

from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    EmptyValueError,
    Model,
    field,
    gsi,
    partition_key,
)
from tests.integration.conftest import Stored
from tests.models import Place


class Blank(Model, table="blanks"):
    """One field of each policy."""

    id: Attr[str] = partition_key()
    plain: Attr[str | None] = field(default="x")
    brief: Attr[str | None] = field(default="x", omitempty=True)
    nulled: Attr[str | None] = field(default="x", null=True)
    tags: Attr[set[str]] = field(factory=lambda: {"x"})
    tags_null: Attr[set[str]] = field(factory=lambda: {"x"}, null=True)
    count: Attr[int] = field(default=1)
    count_brief: Attr[int] = field(default=1, omitempty=True)
    items: Attr[list[int]] = field(factory=lambda: [1])
    items_brief: Attr[list[int]] = field(factory=lambda: [1], omitempty=True)


NULL = {"NULL": True}
EMPTIED: dict[str, Any] = {
    "plain": None,
    "brief": None,
    "nulled": None,
    "tags": set(),
    "tags_null": set(),
    "count": 0,
    "count_brief": 0,
    "items": [],
    "items_brief": [],
}
FALSY = {**EMPTIED, "plain": "", "brief": "", "nulled": ""}
KEPT = {"id": {"S": "1"}, "tags_null": NULL, "count": {"N": "0"}, "items": {"L": []}}


@pytest.fixture
async def blanks(db: Database) -> None:
    await db.ensure_table(Blank)


@pytest.mark.parametrize("verb", ["create", "put", "create_or_update", "update"])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (EMPTIED, {**KEPT, "nulled": NULL}),
        (FALSY, {**KEPT, "plain": {"S": ""}, "nulled": {"S": ""}}),
    ],
)
async def test_none_and_empty_values_follow_the_policy_of_the_field(
    db: Database,
    blanks: None,
    stored: Stored,
    verb: str,
    values: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    before = {
        "create": [],
        "put": [Blank(id="1")],
        "create_or_update": [Blank(id="1")],
        "update": [Blank(id="1")],
    }
    for each in before[verb]:
        await db.create(each)
    await getattr(db.model(Blank(id="1", **values)), verb)()
    assert await stored("blanks") == [expected]


async def test_an_update_by_name_stores_what_omitempty_leaves_out(
    db: Database, blanks: None, stored: Stored
) -> None:
    blank = await db.create(Blank(id="1"))
    for name, value in FALSY.items():
        setattr(blank, name, value)
    await db.update(blank, *FALSY)
    assert await stored("blanks") == [
        {
            **KEPT,
            "plain": {"S": ""},
            "nulled": {"S": ""},
            "brief": {"S": ""},
            "count_brief": {"N": "0"},
            "items_brief": {"L": []},
        }
    ]


async def test_setting_none_through_the_update_builder_follows_the_policy(
    db: Database, blanks: None, stored: Stored
) -> None:
    await db.create(Blank(id="1"))
    chain = db.model(Blank).where(Blank.id == "1").update_builder()
    for name, value in EMPTIED.items():
        chain = chain.set(name, value)
    await chain
    assert await stored("blanks") == [
        {
            **KEPT,
            "nulled": NULL,
            "count_brief": {"N": "0"},
            "items_brief": {"L": []},
        }
    ]


async def test_what_is_absent_reads_as_its_default(
    db: Database, blanks: None, stored: Stored
) -> None:
    await stored.put("blanks", {"id": {"S": "1"}, "unknown": {"S": "ignored"}})
    assert await db.get(Blank, "1") == Blank(id="1")


async def test_null_reads_as_none(db: Database, blanks: None, stored: Stored) -> None:
    await stored.put("blanks", {"id": {"S": "1"}, "nulled": NULL, "plain": NULL})
    found = await db.get(Blank, "1")
    assert found == Blank(id="1", nulled=None, plain=None)


async def test_none_is_found_as_it_is_stored(db: Database, blanks: None) -> None:
    await db.create(Blank(id="1", plain=None, nulled=None))
    await db.create(Blank(id="2"))

    async def found(*parts: Any) -> list[str]:
        return sorted([each.id async for each in db.model(Blank).filter(*parts).scan()])

    assert await found(Blank.plain == None) == ["1"]  # noqa: E711 - an expression
    assert await found("plain", "!=", None) == ["2"]
    assert await found(Blank.nulled.eq(None)) == ["1"]
    assert await found(Blank.nulled.ne(None)) == ["2"]
    assert await found(Blank.nulled.attribute_type("NULL")) == ["1"]
    assert await found(Blank.nulled.exists()) == ["1", "2"]


async def test_a_list_edited_in_place_is_what_update_writes(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Place)
    place = await db.create(Place(country="DE", scores=[1], address={"a": {"b": [1]}}))
    place.scores.append(2)
    place.address["a"]["b"].append({"c": None})
    place.height = 99.0
    await db.update(place, "scores", "address")
    found = await db.get(Place, place.id)
    assert found is not None
    assert (found.scores, found.height) == ([1, 2], 0.0)
    assert found.address == {"a": {"b": [1, {"c": None}]}}


async def test_in_place_edits_of_one_field_spare_what_others_wrote(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Place)
    mine = await db.create(Place(country="DE", scores=[1]))
    other = await db.get(Place, mine.id)
    assert other is not None
    other.city = "Ulm"
    await db.update(other, "city")
    mine.scores.append(2)
    await db.update(mine, "scores")
    assert (await db.get(Place, mine.id)) == Place(
        id=mine.id, country="DE", city="Ulm", scores=[1, 2]
    )


class Sparse(Model, table="sparse"):
    """Index keys that may be missing, empty or None."""

    id: Attr[str] = partition_key()
    open: Attr[str | None] = field(default=None, null=True, index=gsi("by-open"))
    label: Attr[str] = field(default="", omitempty=True, index=gsi("by-label"))
    strict: Attr[str] = field(default="s", index=gsi("by-strict"))


async def test_an_item_without_an_index_key_is_not_in_the_index(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Sparse)
    await db.create(Sparse(id="1"))
    await db.create(Sparse(id="2", open="yes", label="l"))
    assert await stored("sparse") == [
        {"id": {"S": "1"}, "strict": {"S": "s"}},
        {
            "id": {"S": "2"},
            "open": {"S": "yes"},
            "label": {"S": "l"},
            "strict": {"S": "s"},
        },
    ]
    for index in ("by-open", "by-label"):
        rows = await db.model(Sparse).index(index).scan()
        assert [each.id for each in rows] == ["2"]
    assert await db.model(Sparse).index("by-strict").count() == 2


async def test_an_item_leaves_the_index_when_its_key_becomes_none(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Sparse)
    item = await db.create(Sparse(id="1", open="yes", label="l"))
    item.open, item.label = None, ""
    await db.update(item, "open")
    await db.save(item)
    assert await stored("sparse") == [{"id": {"S": "1"}, "strict": {"S": "s"}}]
    assert await db.model(Sparse).where(Sparse.open == "yes").all() == []


@pytest.mark.parametrize("verb", ["create", "put", "create_or_update", "update"])
async def test_an_empty_index_key_is_refused_before_it_is_sent(
    db: Database, stored: Stored, verb: str
) -> None:
    await db.ensure_table(Sparse)
    await db.create(Sparse(id="1"))
    before = await stored("sparse")
    with pytest.raises(EmptyValueError, match=r"Sparse.strict: .* 'by-strict'"):
        await getattr(db.model(Sparse(id="1", strict="")), verb)()
    with pytest.raises(EmptyValueError, match=r"Sparse.id: .*the table"):
        await getattr(db.model(Sparse(id="")), verb)()
    assert await stored("sparse") == before


async def test_a_failed_write_leaves_no_trace_in_the_instance(
    db: Database, blanks: None
) -> None:
    await db.create(Blank(id="1"))
    blank = Blank(id="1", plain=None, tags=set())
    with pytest.raises(ConditionFailedError, match="PutItem"):
        await db.create(blank)
    assert blank == Blank(id="1", plain=None, tags=set())
