"""`before_load`: stored items that a model reshapes before they are decoded."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from attrs import validators

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Credentials,
    Database,
    InvalidModelError,
    ItemShapeError,
    Model,
    RetryPolicy,
    before_load,
    field,
    parse_stream,
    partition_key,
    version,
)
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.items import ItemCodec
from dynamorm_async.query.query import Query
from dynamorm_async.schema.model import table_of
from dynamorm_async.wire import Body
from tests.models import NOON
from tests.scripted import Answer, ScriptedTransport, ok, refusal


class Upgraded(Model, abstract=True):
    """What its subclasses do first."""

    @before_load
    @classmethod
    def named(cls, item: dict[str, Any]) -> dict[str, Any]:
        return {"full_name": item.get("name"), **item}


class Person(Upgraded, table="people"):
    """A model of which the table holds older items."""

    id: Attr[str] = partition_key()
    full_name: Attr[str]
    tags: Attr[set[str]] = field(factory=set)
    cents: Attr[int] = field(attribute="c", default=0)
    rev: Attr[int] = version()

    @before_load
    @classmethod
    def in_cents(cls, item: dict[str, Any]) -> Mapping[str, Any]:
        if "euros" in item:
            item["c"] = int(item["euros"] * 100)
        return item


class Careful(Upgraded, table="people"):
    """A model that is made by its constructor."""

    id: Attr[str] = partition_key()
    full_name: Attr[str] = field(validator=validators.max_len(9))


OLD: Body = {
    "id": {"S": "1"},
    "name": {"S": "Ann"},
    "tags": {"SS": ["a"]},
    "euros": {"N": "1.25"},
    "rev": {"N": "3"},
    "gone": {"M": {"b": {"B": "AAE="}}},
}
ANN = Person(id="1", full_name="Ann", tags={"a"}, cents=125, rev=3)


def database(*answers: Answer) -> Database:
    return Database(
        transport=ScriptedTransport(*answers),
        region="eu-west-1",
        credentials=Credentials(access_key_id="a", secret_access_key="b"),
        retry=RetryPolicy(attempts=1),
        clock=lambda: NOON,
    )


async def streamed(db: Database) -> list[Person]:
    return [each async for each in db.model(Person).where(Person.id == "1")]


FOUND = ok(Items=[OLD], Count=1)
Reading = Callable[[Database], Awaitable[Any]]
READS: list[tuple[Reading, Answer, object]] = [
    (lambda db: db.get(Person, "1"), ok(Item=OLD), ANN),
    (lambda db: db.model(Person).where(Person.id == "1").all(), FOUND, [ANN]),
    (lambda db: db.model(Person).scan(), FOUND, [ANN]),
    (streamed, FOUND, [ANN]),
    (
        lambda db: db.model(Person).batch_get(["1"]),
        ok(Responses={"people": [OLD]}),
        [ANN],
    ),
    (
        lambda db: db.transact_get([(Person, "1")]),
        ok(Responses=[{"Item": OLD}]),
        [ANN],
    ),
    (
        lambda db: (
            db.model(Person)
            .where(Person.id == "1")
            .update_builder()
            .set("cents", 125)
            .return_values("ALL_NEW")
            .execute_with_result()
        ),
        ok(Attributes=OLD),
        ANN,
    ),
    (
        lambda db: db.get(Careful, "1"),
        ok(Item=OLD),
        Careful(id="1", full_name="Ann"),
    ),
]


@pytest.mark.parametrize(("read", "answer", "expected"), READS)
async def test_every_read_of_whole_items_gives_them_to_the_model_first(
    read: Reading, answer: Answer, expected: object
) -> None:
    assert await read(database(answer)) == expected


async def test_it_gets_all_that_is_stored_as_python_values() -> None:
    seen: list[dict[str, Any]] = []

    class Watched(Model):
        id: Attr[str] = partition_key()

        @before_load
        @classmethod
        def watch(cls, item: dict[str, Any]) -> dict[str, Any]:
            seen.append(item)
            return item

    await database(ok(Item=OLD)).get(Watched, "1")
    assert seen == [
        {
            "id": "1",
            "name": "Ann",
            "tags": {"a"},
            "euros": Decimal("1.25"),
            "rev": 3,
            "gone": {"b": b"\x00\x01"},
        }
    ]


def test_changes_of_a_stream_are_given_to_it() -> None:
    told = {"Keys": {"id": {"S": "1"}}, "NewImage": OLD, "SequenceNumber": "1"}
    record = {"eventName": "INSERT", "dynamodb": told}
    (change,) = parse_stream({"Records": [record]}, Person)
    assert change.new == ANN


async def test_the_item_of_an_error_is_given_to_it() -> None:
    met = refusal("ConditionalCheckFailedException", Item=OLD)
    with pytest.raises(ConditionFailedError, match="Condit") as caught:
        await database(met).update(Person(id="1", full_name="Bo", rev=2))
    assert caught.value.item == ANN


async def test_items_read_in_part_are_not_given_to_it() -> None:
    part = {"id": {"S": "1"}, "c": {"N": "5"}}
    db = database(ok(Items=[part], Count=1))
    (found,) = await db.model(Person).where(Person.id == "1").select("cents").all()
    assert vars(found) == {"id": "1", "cents": 5}


async def test_what_it_raises_gets_through() -> None:
    class Strict(Model):
        id: Attr[str] = partition_key()

        @before_load
        @classmethod
        def refuse(cls, _item: dict[str, Any]) -> dict[str, Any]:
            raise PermissionError("too old")

    with pytest.raises(PermissionError, match="too old"):
        await database(ok(Item=OLD)).get(Strict, "1")


RETURNED: list[tuple[object, str]] = [
    (None, r"^Bad\.reshape: before_load returns the values to decode, a dict, not No"),
    (
        {"id": "1", "what": object()},
        "^Bad: before_load returned what cannot be stored: object cannot be stored",
    ),
    ({}, r"^Bad\.id: the stored item has no attribute 'id'"),
]


@pytest.mark.parametrize(("returned", "message"), RETURNED)
async def test_what_is_no_item_is_an_error_that_says_so(
    returned: Any, message: str
) -> None:
    class Bad(Model):
        id: Attr[str] = partition_key()
        what: Attr[str] = field(default="")

        @before_load
        @classmethod
        def reshape(cls, _item: dict[str, Any]) -> dict[str, Any]:
            return returned  # type: ignore[no-any-return]

    with pytest.raises(ItemShapeError, match=message):
        await database(ok(Item=OLD)).get(Bad, "1")


def test_models_without_it_are_read_as_quickly_as_ever() -> None:
    class Quick(Model):
        id: Attr[str] = partition_key()

    readers = [
        ItemCodec(table_of(each), Codecs()).page_reader for each in (Quick, Person)
    ]
    assert [each is None for each in readers] == [False, True]
    assert type(database().model(Person)) is Query


def test_it_cannot_be_async() -> None:
    with pytest.raises(
        InvalidModelError, match=r"^Slow\.reshape: before_load can't be async"
    ):

        class Slow(Model):
            id: Attr[str] = partition_key()

            @before_load  # type: ignore[type-var]
            @classmethod
            async def reshape(cls, item: dict[str, Any]) -> dict[str, Any]:
                return item


def test_it_is_a_class_method() -> None:
    with pytest.raises(InvalidModelError, match="put @classmethod below @before_load"):

        class Wrong(Model):
            id: Attr[str] = partition_key()

            @before_load
            def reshape(self, item: dict[str, Any]) -> dict[str, Any]:
                return item


def test_it_takes_the_values_and_nothing_else() -> None:
    with pytest.raises(
        InvalidModelError, match=r"^Wrong\.reshape: .* takes the stored values"
    ):

        class Wrong(Model):
            id: Attr[str] = partition_key()

            @before_load
            @classmethod
            def reshape(  # type: ignore[misc]
                cls, item: dict[str, Any], _more: int
            ) -> dict[str, Any]:
                return item
