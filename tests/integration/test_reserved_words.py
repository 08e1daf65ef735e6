"""Reserved words and odd names as attribute names, through the engine."""

from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    Model,
    field,
    gsi,
    partition_key,
    sort_key,
)
from tests.integration.conftest import Stored


class Odd(Model, table="odd"):
    """Every attribute has a name that an expression could not hold as it is."""

    name: Attr[str] = partition_key()
    order: Attr[int] = sort_key()
    status: Attr[str] = field(default="", index=gsi("by-status"), omitempty=True)
    size: Attr[int] = field(default=0)
    add: Attr[int] = field(default=0, attribute="ADD")
    dotted: Attr[int] = field(default=0, attribute="a.b")
    dashed: Attr[int] = field(default=0, attribute="a-b")
    spaced: Attr[int] = field(default=0, attribute="a b")
    numbered: Attr[int] = field(default=0, attribute="0")
    bracketed: Attr[int] = field(default=0, attribute="a[0]")
    marked: Attr[int] = field(default=0, attribute="#n0")
    valued: Attr[int] = field(default=0, attribute=":v0")
    uml: Attr[int] = field(default=0, attribute="größe")
    data: Attr[dict[str, Any]] = field(factory=dict, attribute="values")


NAMES = {
    "size": "size",
    "add": "ADD",
    "dotted": "a.b",
    "dashed": "a-b",
    "spaced": "a b",
    "numbered": "0",
    "bracketed": "a[0]",
    "marked": "#n0",
    "valued": ":v0",
    "uml": "größe",
}


@pytest.fixture
async def odd(db: Database) -> Any:
    await db.ensure_table(Odd)
    await db.create(
        Odd(name="a", order=1, status="open", data={"select": {"from": [1]}})
    )
    return db.model(Odd).where(Odd.name == "a").where(Odd.order == 1)


LACKING = {
    "bracketed": pytest.mark.engine_lacks(moto="projecting an attribute named 'a[0]'")
}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=LACKING.get(each, ())) for each in NAMES]
)
async def test_any_name_works_in_every_kind_of_expression(
    db: Database, odd: Any, stored: Stored, name: str
) -> None:
    stored_name = NAMES[name]
    update = odd.update_builder().add(name, 2).condition(stored_name, "=", 0)
    await update
    with pytest.raises(ConditionFailedError, match="UpdateItem"):
        await update
    await odd.update_builder().set(getattr(Odd, name), 3)
    assert (await stored("odd"))[0][stored_name] == {"N": "3"}
    rows = db.model(Odd).where(Odd.name == "a")
    assert await rows.filter(name, "BETWEEN", [3, 3]).count() == 1
    assert await rows.filter(getattr(Odd, name) > 3).count() == 0
    part = await rows.select(stored_name).first()
    assert getattr(part, name) == 3
    item = await odd.first()
    setattr(item, name, 4)
    await db.update(item, name)
    await odd.update_builder().remove(stored_name)
    assert stored_name not in (await stored("odd"))[0]


async def test_reserved_words_are_keys_of_tables_and_indexes(
    db: Database, odd: Any
) -> None:
    model = db.model(Odd)
    for query in (
        model.where(Odd.name == "a").where(Odd.order >= 1),
        model.where(Odd.status == "open"),
        model.filter(Odd.order.between(0, 5)).filter(Odd.name.begins_with("a")).scan(),
    ):
        assert [each.order for each in await query] == [1]


async def test_reserved_words_are_keys_of_maps(
    db: Database, odd: Any, stored: Stored
) -> None:
    path = Odd.data["select"]["from"]
    assert await db.model(Odd).filter(path[0] == 1).scan()
    await odd.update_builder().append_to_list(path, [2]).set("values.where", "x")
    assert (await stored("odd"))[0]["values"] == {
        "M": {
            "select": {"M": {"from": {"L": [{"N": "1"}, {"N": "2"}]}}},
            "where": {"S": "x"},
        }
    }
