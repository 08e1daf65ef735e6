"""Hooks of models: on which paths they run, in which order, and what they may do."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from dynamorm_async import (
    Attr,
    BatchError,
    ConditionFailedError,
    Credentials,
    Database,
    InvalidModelError,
    InvalidOperatorError,
    Model,
    RetryPolicy,
    after_create,
    after_delete,
    after_load,
    after_save,
    after_update,
    before_create,
    before_delete,
    before_save,
    before_update,
    field,
    partition_key,
    version,
)
from dynamorm_async.query.hooked import HookedQuery
from dynamorm_async.query.query import Query
from dynamorm_async.wire import Body
from tests.models import NOON, Note
from tests.scripted import Answer, ScriptedTransport, ok, refusal

told: list[str] = []


@pytest.fixture(autouse=True)
def empty_log() -> None:
    told.clear()


class Base(Model, abstract=True):
    """What its subclasses do too."""

    @before_create
    @before_save
    @before_update
    def tidy(self) -> None:
        told.append(f"tidy {self.name}")  # type: ignore[attr-defined]
        self.name = self.name.lower()  # type: ignore[attr-defined, has-type]


class Pet(Base, table="pets"):
    """A model with a hook of each kind, half of them async."""

    id: Attr[str] = partition_key()
    name: Attr[str] = field(default="")
    rev: Attr[int] = version()

    @before_create
    async def check(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(f"before create {self.name}")

    @after_create
    async def created(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(f"after create {self.rev}")

    @after_save
    def saved(self) -> None:
        told.append("after save")

    @after_update
    async def updated(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(f"after update {self.rev}")

    @before_delete
    async def leaving(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append("before delete")

    @after_delete
    def left(self) -> None:
        told.append("after delete")

    @after_load
    async def loaded(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(f"load {self.id}")


class Plain(Model, table="plain"):
    """A model whose hooks are all plain."""

    id: Attr[str] = partition_key()
    name: Attr[str] = field(default="")

    @before_create
    @before_save
    @before_update
    @before_delete
    def before(self) -> None:
        told.append(f"before {self.id}")
        self.name = "set"

    @after_create
    @after_save
    @after_update
    @after_delete
    async def after(self) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(f"after {self.id}")


def database(*answers: Answer) -> tuple[Database, ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    made = Database(
        transport=transport,
        region="eu-west-1",
        credentials=Credentials(access_key_id="a", secret_access_key="b"),
        retry=RetryPolicy(attempts=1),
        clock=lambda: NOON,
    )
    return made, transport


def pet(number: int) -> Body:
    return {"id": {"S": str(number)}, "rev": {"N": "0"}}


def test_a_model_without_hooks_has_a_plain_query() -> None:
    db, _ = database()
    assert (type(db.model(Note)), type(db.model(Pet))) == (Query, HookedQuery)


async def test_create_runs_its_hooks_and_writes_what_they_changed() -> None:
    db, transport = database(ok())
    created = await db.create(Pet(id="1", name="REX"))
    assert told == ["tidy REX", "before create rex", "after create 0"]
    assert transport.bodies[0]["Item"]["name"] == {"S": "rex"}
    assert created.name == "rex"


Write = Callable[[Database, Pet], Awaitable[Any]]

WRITES: list[tuple[str, Write, list[str]]] = [
    ("put", lambda db, pet: db.model(pet).put(), ["tidy REX", "after save"]),
    ("save", lambda db, pet: db.save(pet), ["tidy REX", "after save"]),
    ("update", lambda db, pet: db.update(pet, "name"), ["tidy REX", "after update 1"]),
    ("delete", lambda db, pet: db.delete(pet), ["before delete", "after delete"]),
    (
        "builder",
        lambda db, pet: db.model(pet).update_builder().set("name", "X").execute(),
        ["tidy REX", "after update 0"],
    ),
    (
        "batch_create",
        lambda db, pet: db.model(Pet).batch_create(iter([pet])),
        ["tidy REX", "before create rex", "after create 0"],
    ),
    (
        "batch_delete",
        lambda db, pet: db.model(Pet).batch_delete([pet, "7"]),
        ["before delete", "after delete"],
    ),
    (
        "batch_write",
        lambda db, pet: db.model(Pet).batch_write([pet], [Pet(id="9")]),
        ["before delete", "tidy REX", "after save", "after delete"],
    ),
    (
        "batch_update",
        lambda db, pet: db.model(Pet).batch_update_with_options([pet], ["name"]),
        ["tidy REX", "after update 1"],
    ),
]


@pytest.mark.parametrize(("write", "expected"), [row[1:] for row in WRITES])
async def test_every_write_of_an_instance_runs_its_hooks(
    write: Write, expected: list[str]
) -> None:
    db, transport = database(ok())
    await write(db, Pet(id="1", name="REX"))
    assert told == expected
    assert len(transport.requests) == 1


ALL_NEW = ok(Attributes=pet(1))
WITHOUT: list[tuple[Callable[[Database], Awaitable[Any]], Answer]] = [
    (lambda db: db.model(Pet).where(Pet.id == "1").delete(), ok()),
    (
        lambda db: (
            db.model(Pet)
            .where(Pet.id == "1")
            .update_builder()
            .set("name", "X")
            .return_values("ALL_NEW")
            .execute_with_result()
        ),
        ALL_NEW,
    ),
    (lambda db: db.execute(db.model(Pet(id="1")).compile("put")), ok()),
    (lambda db: db.execute(db.model(Pet).compile("scan")), ok(Items=[pet(1)], Count=1)),
]


@pytest.mark.parametrize(("call", "answer"), WITHOUT)
async def test_what_has_no_instance_or_is_compiled_runs_none(
    call: Callable[[Database], Awaitable[Any]], answer: Answer
) -> None:
    db, transport = database(answer)
    await call(db)
    assert (told, len(transport.requests)) == ([], 1)


async def test_update_builders_and_checks_of_a_transaction_run_none() -> None:
    db, transport = database(ok())
    async with db.transaction() as tx:
        tx.model(Pet(id="1")).update_builder().set("name", "X").execute()
        tx.model(Pet(id="2")).condition_check("name", "=", "Y")
        tx.model(Pet).where(Pet.id == "3").delete()
    assert (told, len(transport.bodies[0]["TransactItems"])) == ([], 3)


async def test_what_fails_is_not_told_as_done() -> None:
    db, _ = database(refusal("ConditionalCheckFailedException"))
    with pytest.raises(ConditionFailedError, match="Condit"):
        await db.create(Pet(id="1"))
    assert told == ["tidy ", "before create "]


async def test_a_hook_may_refuse_a_write() -> None:
    class Guarded(Model):
        id: Attr[str] = partition_key()

        @before_delete
        async def refuse(self) -> None:
            raise PermissionError("keep it")

    db, transport = database()
    with pytest.raises(PermissionError, match="keep it"):
        await db.delete(Guarded(id="1"))
    assert transport.requests == []


async def test_of_a_batch_only_what_was_written_is_told_as_done() -> None:
    left = {"PutRequest": {"Item": {"id": {"S": "2"}, "name": {"S": "set"}}}}
    again = ok(UnprocessedItems={"plain": [left]})
    db, _ = database(again, again)
    with pytest.raises(BatchError, match="1 left over, 1 done"):
        await db.model(Plain).batch_create([Plain(id="1"), Plain(id="2")])
    assert told == ["before 1", "before 2", "after 1"]


Reading = Callable[[Database], Awaitable[Any]]


async def streamed(db: Database) -> list[Pet]:
    return [each async for each in db.model(Pet).where(Pet.id == "1")]


async def paged(db: Database) -> list[Any]:
    return [page.items async for page in db.model(Pet).where(Pet.id == "1").pages()]


FOUND = ok(Items=[pet(1), pet(2)], Count=2)
READS: list[tuple[Reading, Answer, list[str]]] = [
    (lambda db: db.get(Pet, "1"), ok(Item=pet(1)), ["load 1"]),
    (lambda db: db.get(Pet, "1"), ok(), []),
    (
        lambda db: db.model(Pet).where(Pet.id == "1").first(),
        ok(Item=pet(1)),
        ["load 1"],
    ),
    (lambda db: db.model(Pet).where(Pet.id == "1").first_or_none(), ok(), []),
    (lambda db: db.model(Pet).where(Pet.id == "1").all(), FOUND, ["load 1", "load 2"]),
    (lambda db: db.model(Pet).scan(), FOUND, ["load 1", "load 2"]),
    (
        lambda db: db.model(Pet).with_timeout(5).all_paginated(),
        FOUND,
        ["load 1", "load 2"],
    ),
    (
        lambda db: db.model(Pet).where(Pet.id == "1").select("name").all(),
        FOUND,
        ["load 1", "load 2"],
    ),
    (streamed, FOUND, ["load 1", "load 2"]),
    (paged, FOUND, ["load 1", "load 2"]),
    (lambda db: db.model(Pet).scan_all_segments(1), FOUND, ["load 1", "load 2"]),
    (
        lambda db: db.model(Pet).batch_get(["1"]),
        ok(Responses={"pets": [pet(1)]}),
        ["load 1"],
    ),
    (
        lambda db: db.transact_get([(Pet, "1"), (Note, ("a", "b"))]),
        ok(Responses=[{"Item": pet(1)}, {}]),
        ["load 1"],
    ),
    (lambda db: db.model(Pet).count(), FOUND, []),
]


@pytest.mark.parametrize(("read", "answer", "expected"), READS)
async def test_every_read_of_instances_runs_their_hooks(
    read: Reading, answer: Answer, expected: list[str]
) -> None:
    db, _ = database(answer)
    await read(db)
    assert told == expected


async def test_a_transaction_runs_them_when_recorded_and_when_written() -> None:
    db, transport = database(ok())
    async with db.transaction() as tx:
        tx.model(Plain(id="1")).create()
        tx.model(Plain(id="2")).put()
        tx.model(Plain(id="3")).update("name")
        tx.model(Plain(id="4")).delete()
        tx.model(Plain(id="5")).create_or_update()
        assert told == ["before 1", "before 2", "before 3", "before 4", "before 5"]
    assert told[5:] == ["after 1", "after 2", "after 3", "after 4", "after 5"]
    put = transport.bodies[0]["TransactItems"][0]["Put"]
    assert put["Item"]["name"] == {"S": "set"}


async def test_a_cancelled_transaction_tells_nothing_as_done() -> None:
    db, _ = database(refusal("TransactionCanceledException", "none [None]"))
    with pytest.raises(Exception, match="TransactionCanceled"):
        async with db.transaction() as tx:
            tx.model(Plain(id="1")).create()
    assert told == ["before 1"]


async def test_a_transaction_refuses_hooks_that_it_cannot_wait_for() -> None:
    db, transport = database()
    with pytest.raises(InvalidOperatorError, match=r"^Pet\.check is async"):
        async with db.transaction() as tx:
            tx.model(Pet(id="1")).create()
    assert transport.requests == []


async def test_a_batch_writer_runs_those_before() -> None:
    db, _ = database(ok())
    async with db.batch_writer() as writer:
        await writer.put(Pet(id="1", name="REX"))
        await writer.delete(Pet(id="2"))
        await writer.delete(Pet, "3")
    assert told == ["tidy REX", "before delete"]


def test_a_hook_takes_the_instance_and_nothing_else() -> None:
    with pytest.raises(InvalidModelError, match=r"^Wrong\.check: a hook is a method"):

        class Wrong(Model):
            id: Attr[str] = partition_key()

            @before_create  # type: ignore[type-var]
            def check(self, _more: int) -> None: ...
