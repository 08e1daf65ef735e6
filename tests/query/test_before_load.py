"""`before_load`, plain and async: items reshaped by their model, then decoded."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import anyio
import pytest
from attrs import validators

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Credentials,
    Database,
    DeadlineExceededError,
    Hooks,
    InvalidModelError,
    InvalidOperatorError,
    ItemShapeError,
    Model,
    RetryPolicy,
    TransactionCanceledError,
    before_load,
    field,
    parse_stream,
    partition_key,
    process_stream,
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


class Customer(Upgraded, abstract=True):
    """A model of which the table holds older items."""

    id: Attr[str] = partition_key()
    full_name: Attr[str]
    tags: Attr[set[str]] = field(factory=set)
    cents: Attr[int] = field(attribute="c", default=0)
    rev: Attr[int] = version()


def in_cents(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "c": int(item["euros"] * 100)} if "euros" in item else item


class Person(Customer, table="people"):
    """One whose hooks are plain."""

    @before_load
    @classmethod
    def priced(cls, item: dict[str, Any]) -> Mapping[str, Any]:
        return in_cents(item)


class Patient(Customer, table="people"):
    """One that has a hook to be awaited."""

    @before_load
    @classmethod
    async def priced(cls, item: dict[str, Any]) -> Mapping[str, Any]:
        await anyio.lowlevel.checkpoint()
        seen.append(item["id"])
        return in_cents(item)


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


def ann(model: type[Customer]) -> Customer:
    return model(id="1", full_name="Ann", tags={"a"}, cents=125, rev=3)


seen: list[object] = []


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    seen.clear()


def database(*answers: Answer) -> Database:
    return Database(
        transport=ScriptedTransport(*answers),
        region="eu-west-1",
        credentials=Credentials(access_key_id="a", secret_access_key="b"),
        retry=RetryPolicy(attempts=1),
        clock=lambda: NOON,
    )


Kind = type[Customer]
both = pytest.mark.parametrize("model", [Person, Patient])


def of_ann(db: Database, model: Kind) -> Query[Any]:
    return db.model(model).where(model.id == "1")


async def streamed(db: Database, model: Kind) -> list[Customer]:
    return [each async for each in of_ann(db, model)]


async def paged(db: Database, model: Kind) -> list[Customer]:
    return [each async for page in of_ann(db, model).pages() for each in page.items]


async def a_page(db: Database, model: Kind) -> list[Customer]:
    return list((await of_ann(db, model).all_paginated()).items)


def updated(db: Database, model: Kind, returned: Any) -> Awaitable[Any]:
    change = of_ann(db, model).update_builder().set("cents", 125)
    return change.return_values(returned).execute_with_result()


FOUND = ok(Items=[OLD], Count=1)
Reading = Callable[[Database, Kind], Awaitable[Any]]
READS: list[tuple[Reading, Answer, bool]] = [
    (lambda db, model: db.get(model, "1"), ok(Item=OLD), False),
    (lambda db, model: of_ann(db, model).first(), ok(Item=OLD), False),
    (lambda db, model: db.model(model).filter("c", "=", 5).scan(), FOUND, True),
    (lambda db, model: of_ann(db, model).filter("c", "=", 5).first(), FOUND, False),
    (lambda db, model: of_ann(db, model).one(), ok(Item=OLD), False),
    (lambda db, model: of_ann(db, model).all(), FOUND, True),
    (lambda db, model: db.execute(of_ann(db, model).compile("all")), FOUND, True),
    (streamed, FOUND, True),
    (paged, FOUND, True),
    (a_page, FOUND, True),
    (
        lambda db, model: (
            of_ann(db, model)
            .with_retry(1, until=lambda rows: rows[0].cents == 125)
            .all()
        ),
        FOUND,
        True,
    ),
    (lambda db, model: db.model(model).scan_all_segments(1), FOUND, True),
    (
        lambda db, model: db.model(model).batch_get(["1"]),
        ok(Responses={"people": [OLD]}),
        True,
    ),
    (
        lambda db, model: db.transact_get([(model, "1")]),
        ok(Responses=[{"Item": OLD}]),
        True,
    ),
    (
        lambda db, model: updated(db, model, "ALL_NEW"),
        ok(Attributes=OLD),
        False,
    ),
    (
        lambda db, model: updated(db, model, "ALL_OLD"),
        ok(Attributes=OLD),
        False,
    ),
]


@both
@pytest.mark.parametrize(("read", "answer", "in_list"), READS)
async def test_every_read_of_whole_items_gives_them_to_the_model_first(
    read: Reading, answer: Answer, in_list: bool, model: Kind
) -> None:
    expected = [ann(model)] if in_list else ann(model)
    assert await read(database(copy.deepcopy(answer)), model) == expected


async def test_a_model_that_is_made_by_its_constructor_gets_them_too() -> None:
    found = await database(ok(Item=OLD)).get(Careful, "1")
    assert found == Careful(id="1", full_name="Ann")


async def test_it_gets_all_that_is_stored_as_python_values() -> None:
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


def stream() -> Body:
    told = {"Keys": {"id": {"S": "1"}}, "NewImage": OLD, "SequenceNumber": "1"}
    return {"Records": [{"eventName": "INSERT", "dynamodb": told}]}


def test_changes_of_a_stream_are_given_to_it() -> None:
    (change,) = parse_stream(stream(), Person)
    assert change.new == ann(Person)


async def test_a_stream_is_processed_with_one_that_is_awaited() -> None:
    images: list[Customer | None] = []
    done = await process_stream(
        stream(), lambda change: images.append(change.new), Patient
    )
    assert (images, done) == ([ann(Patient)], {"batchItemFailures": []})


def test_a_stream_that_nothing_waits_for_refuses_one_that_is_async() -> None:
    with pytest.raises(InvalidOperatorError, match=r"^Patient: .* use process_stream"):
        parse_stream(stream(), Patient)


def test_a_reply_that_is_decoded_by_hand_is_refused_where_it_is_async() -> None:
    compiled = of_ann(database(), Patient).compile("all")
    with pytest.raises(
        InvalidOperatorError, match=r"^Patient: before_load is async, .* db\.execute"
    ):
        compiled.decode({"Items": [OLD]})


async def test_it_is_awaited_for_one_item_after_the_other() -> None:
    items = [{**OLD, "id": {"S": each}} for each in ("b", "a", "c")]
    found = await database(ok(Items=items, Count=3)).model(Patient).scan()
    assert seen == ["b", "a", "c"] == [each.id for each in found]


async def test_it_may_read_another_item_and_each_call_is_told_by_itself() -> None:
    class Member(Model, table="members"):
        id: Attr[str] = partition_key()
        city: Attr[str]

        @before_load
        @classmethod
        async def found(cls, item: dict[str, Any]) -> dict[str, Any]:
            person = await db.get(Person, item["id"])
            return {**item, "city": f"city of {person.full_name if person else ''}"}

    told: list[tuple[str, object]] = []
    db = Database(
        transport=ScriptedTransport(ok(Item={"id": {"S": "1"}}), ok(Item=OLD)),
        region="eu-west-1",
        hooks=[
            Hooks(after_response=lambda call: told.append((call.model, call.error)))
        ],
    )
    assert await db.get(Member, "1") == Member(id="1", city="city of Ann")
    assert told == [("Person", None), ("Member", None)]


async def test_the_timeout_of_a_call_covers_it() -> None:
    class Stuck(Model, table="stuck"):
        id: Attr[str] = partition_key()

        @before_load
        @classmethod
        async def wait(cls, _item: dict[str, Any]) -> dict[str, Any]:
            await anyio.sleep_forever()
            return {}

    with pytest.raises(DeadlineExceededError, match="GetItem on stuck"):
        await database(ok(Item=OLD)).with_timeout(0.01).get(Stuck, "1")


async def test_a_cursor_is_made_of_what_is_stored() -> None:
    class Renamed(Model):
        id: Attr[str] = partition_key()

        @before_load
        @classmethod
        async def rename(cls, item: dict[str, Any]) -> dict[str, Any]:
            return {"id": f"new {item['id']}"}

    stored = [{"id": {"S": "1"}}, {"id": {"S": "2"}}]
    db = database(ok(Items=stored, Count=2))
    page = await db.model(Renamed).limit(1).all_paginated()
    assert [each.id for each in page.items] == ["new 1"]
    assert page.last_evaluated_key == {"id": {"S": "1"}}


@both
async def test_the_item_of_an_error_is_given_to_it(model: Kind) -> None:
    met = refusal("ConditionalCheckFailedException", Item={**OLD})
    with pytest.raises(ConditionFailedError, match="Condit") as caught:
        await database(met).update(model(id="1", full_name="Bo", rev=2))
    assert caught.value.item == ann(model)


@both
async def test_the_items_of_a_cancelled_transaction_are_given_to_it(
    model: Kind,
) -> None:
    reason = {"Code": "ConditionalCheckFailed", "Item": {**OLD}}
    db = database(refusal("TransactionCanceledException", CancellationReasons=[reason]))
    with pytest.raises(TransactionCanceledError, match="Transact") as caught:
        async with db.transaction() as tx:
            tx.model(model(id="1", full_name="Bo", rev=2)).create()
    assert [each.item for each in caught.value.reasons] == [ann(model)]


class Broken(Model, table="people"):
    """A model whose hook finds fault with every item."""

    id: Attr[str] = partition_key()

    @before_load
    @classmethod
    async def refuse(cls, _item: dict[str, Any]) -> dict[str, Any]:
        raise ItemShapeError("too old")


async def test_an_item_that_it_refuses_does_not_hide_an_error() -> None:
    db = database(refusal("ConditionalCheckFailedException", Item={**OLD}))
    with pytest.raises(ConditionFailedError, match="Condit") as caught:
        await db.create(Broken(id="1"))
    assert caught.value.item is None
    with pytest.raises(ItemShapeError, match="too old"):
        await database(ok(Item={**OLD})).get(Broken, "1")


WITHOUT: list[tuple[Reading, Answer]] = [
    (lambda db, model: updated(db, model, "UPDATED_NEW"), ok(Attributes=OLD)),
    (lambda db, model: of_ann(db, model).count(), FOUND),
    (lambda db, model: of_ann(db, model).max("cents"), FOUND),
    (lambda db, model: of_ann(db, model).select("cents").all(), FOUND),
    (
        lambda db, model: db.model(model(id="1", full_name="A")).create_or_update(),
        ok(Attributes=OLD),
    ),
]


@pytest.mark.parametrize(("call", "answer"), WITHOUT)
async def test_what_decodes_no_whole_item_awaits_nothing(
    call: Reading, answer: Answer
) -> None:
    await call(database(answer), Patient)
    assert seen == []


@both
async def test_items_read_in_part_are_not_given_to_it(model: Kind) -> None:
    part = {"id": {"S": "1"}, "c": {"N": "5"}}
    db = database(ok(Items=[part], Count=1))
    (found,) = await of_ann(db, model).select("cents").all()
    assert vars(found) == {"id": "1", "cents": 5}


class Strict(Model, table="people"):
    """A model whose hook raises."""

    id: Attr[str] = partition_key()

    @before_load
    @classmethod
    def refuse(cls, _item: dict[str, Any]) -> dict[str, Any]:
        raise PermissionError("too old")


class StrictLater(Model, table="people"):
    """The same, once it was awaited."""

    id: Attr[str] = partition_key()

    @before_load
    @classmethod
    async def refuse(cls, _item: dict[str, Any]) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        raise PermissionError("too old")


async def test_what_it_raises_gets_through() -> None:
    with pytest.raises(PermissionError, match="too old"):
        await database(ok(Item=OLD)).get(Strict, "1")


@pytest.mark.parametrize("model", [Strict, StrictLater])
async def test_what_it_raises_does_not_hide_why_a_write_failed(
    model: type[Strict] | type[StrictLater],
) -> None:
    db = database(refusal("ConditionalCheckFailedException", Item=OLD))
    with pytest.raises(ConditionFailedError, match="ConditionalCheckFailed") as caught:
        await db.model(model(id="1")).create()
    assert caught.value.item is None


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


async def test_one_that_only_turns_out_to_be_async_is_an_error() -> None:
    class Sly(Model):
        id: Attr[str] = partition_key()

        @before_load
        @classmethod
        def later(cls, _item: dict[str, Any]) -> Awaitable[dict[str, Any]]:
            return asyncio.get_running_loop().create_future()

    with pytest.raises(
        InvalidOperatorError, match=r"Sly: .* declared with `async def`"
    ):
        await database(ok(Item=OLD)).get(Sly, "1")


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

            @before_load  # type: ignore[type-var]
            @classmethod
            def reshape(cls, item: dict[str, Any], _more: int) -> dict[str, Any]:
                return item
