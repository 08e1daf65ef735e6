"""A registered type on every path to the table and back."""

from typing import Any

import pytest
from attrs import frozen

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    Model,
    TransactionCanceledError,
    field,
    gsi,
    partition_key,
    sort_key,
)
from tests.integration.conftest import Stored


class Code:
    """A type that nobody knows how to store: letters, then digits."""

    def __init__(self, letters: str, digits: int) -> None:
        self.letters = letters
        self.digits = digits

    @classmethod
    def parse(cls, text: str) -> "Code":
        letters, digits = text.split("-")
        return cls(letters, int(digits))

    def __str__(self) -> str:
        return f"{self.letters}-{self.digits:03}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Code) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


@frozen
class Box:
    code: Code
    spare: list[Code]


class Parcel(Model, table="parcels"):
    """The type as key, in an index, alone, in containers and in a class."""

    sender: Attr[Code] = partition_key()
    number: Attr[Code] = sort_key()
    target: Attr[Code] = field(index=gsi("by-target"))
    previous: Attr[Code | None] = field(default=None)
    stops: Attr[list[Code]] = field(factory=list)
    by_name: Attr[dict[str, Code]] = field(factory=dict)
    seen: Attr[set[Code]] = field(factory=set)
    box: Attr[Box | None] = field(default=None)


A, B, C = Code("A", 1), Code("B", 22), Code("C", 333)
PARCEL: dict[str, Any] = {
    "sender": {"S": "A-001"},
    "number": {"S": "B-022"},
    "target": {"S": "C-333"},
    "stops": {"L": [{"S": "A-001"}, {"S": "B-022"}]},
    "by_name": {"M": {"x": {"S": "C-333"}}},
    "seen": {"SS": ["A-001"]},
    "box": {"M": {"code": {"S": "A-001"}, "spare": {"L": [{"S": "B-022"}]}}},
}


def a_parcel() -> Parcel:
    return Parcel(
        sender=A,
        number=B,
        target=C,
        stops=[A, B],
        by_name={"x": C},
        seen={A},
        box=Box(A, [B]),
    )


@pytest.fixture
async def parcels(db: Database) -> Any:
    db.register_type_converter(Code, str, Code.parse)
    await db.ensure_table(Parcel)
    await db.create(a_parcel())
    return db.model(Parcel)


async def test_items_hold_what_the_converter_makes(
    db: Database, parcels: Any, stored: Stored
) -> None:
    assert await stored("parcels") == [PARCEL]
    assert await db.get(Parcel, A, B) == a_parcel()


async def test_keys_are_converted_in_every_form(db: Database, parcels: Any) -> None:
    for key in ((A, B), {"sender": A, "number": B}, a_parcel()):
        assert await db.get(Parcel, key) == a_parcel()
    query = parcels.where(Parcel.sender == A)
    assert await query.where(Parcel.number == B).first() == a_parcel()
    assert await query.where(Parcel.number.between(A, C)) == [a_parcel()]
    assert await parcels.where("target", "=", C) == [a_parcel()]
    assert await db.transact_get([(Parcel, (A, B)), (Parcel, (A, C))]) == [
        a_parcel(),
        None,
    ]


@pytest.mark.parametrize(
    ("parts", "is_found"),
    [
        ((Parcel.target == C,), True),
        ((Parcel.target != C,), False),
        ((Parcel.target.is_in(A, C),), True),
        ((Parcel.target > B,), True),
        ((Parcel.target.between(A, B),), False),
        ((Parcel.target.begins_with("C-"),), True),
        (("target", "<", B), False),
        ((Parcel.stops.contains(B),), True),
        ((Parcel.stops.not_contains(B),), False),
        ((Parcel.stops[1] == B,), True),
        (("stops[0]", "=", B), False),
        ((Parcel.by_name["x"] == C,), True),
        ((Parcel.seen.contains(A),), True),
        ((Parcel.seen == {A},), True),
        ((Parcel.box["code"] == A,), True),
        (("box.spare[0]", "IN", [A, B]), True),
        ((Parcel.box == Box(A, [B]),), True),
    ],
)
async def test_conditions_are_converted(
    parcels: Any, parts: tuple[Any, ...], is_found: bool
) -> None:
    assert (await parcels.filter(*parts).scan() == [a_parcel()]) is is_found


async def test_updates_are_converted(
    db: Database, parcels: Any, stored: Stored
) -> None:
    await (
        parcels.where(Parcel.sender == A)
        .where(Parcel.number == B)
        .update_builder()
        .set("previous", C)
        .append_to_list(Parcel.stops, [C])
        .set(Parcel.by_name["y"], A)
        .add("seen", {B})
        .set(Parcel.box["code"], C)
        .condition(Parcel.target == C)
    )
    (item,) = await stored("parcels")
    assert {**item, "seen": {"SS": sorted(item["seen"]["SS"])}} == {
        **PARCEL,
        "previous": {"S": "C-333"},
        "stops": {"L": [{"S": "A-001"}, {"S": "B-022"}, {"S": "C-333"}]},
        "by_name": {"M": {"x": {"S": "C-333"}, "y": {"S": "A-001"}}},
        "seen": {"SS": ["A-001", "B-022"]},
        "box": {"M": {"code": {"S": "C-333"}, "spare": {"L": [{"S": "B-022"}]}}},
    }
    update = parcels.where("sender", "=", A).where("number", "=", B).update_builder()
    found = await update.delete("seen", A).remove("previous").execute_with_result()
    assert (found.seen, found.previous, found.box) == ({B}, None, Box(C, [B]))


async def test_transactions_and_failed_conditions_are_converted(
    db: Database, parcels: Any, stored: Stored
) -> None:
    parcel = a_parcel()
    parcel.previous = B
    async with db.transaction() as tx:
        tx.model(parcel).update("previous")
        tx.model(Parcel(sender=C, number=C, target=A)).create()
    assert await db.get(Parcel, A, B) == parcel
    with pytest.raises(TransactionCanceledError, match="Canceled") as caught:
        await db.transaction_func(
            lambda tx: (
                tx.model(Parcel)
                .where(Parcel.sender == A)
                .where(Parcel.number == B)
                .condition_check(Parcel.previous == C)
            )
        )
    assert caught.value.reasons[0].item == parcel
    with pytest.raises(ConditionFailedError, match="PutItem") as failed:
        await db.create(a_parcel())
    assert failed.value.item == parcel


async def test_a_cursor_over_converted_keys_goes_on_where_it_was(
    db: Database, parcels: Any
) -> None:
    await db.create(Parcel(sender=A, number=C, target=C))
    query = parcels.where("target", "=", C).limit(1)
    first = await query.all_paginated()
    second = await query.cursor(first.next_cursor).all_paginated()
    found = [each.number for page in (first, second) for each in page.items]
    assert sorted(map(str, found)) == ["B-022", "C-333"]
