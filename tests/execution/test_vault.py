"""The vault: what is asked of the key service, and what gets through."""

import subprocess
import sys
from typing import Any

import anyio
import pytest

from dynamorm_async import Attr, Database, DataKey, Model, field, partition_key, version
from dynamorm_async.errors import (
    ConditionFailedError,
    EncryptionError,
    InvalidOperatorError,
    TransactionCanceledError,
    VersionConflictError,
)
from dynamorm_async.execution.vault import LONGEST, MOST_VALUES, Vault
from dynamorm_async.wire import Item
from dynamorm_async.wire.sealed import SEALED, Plain, Sealed
from tests.execution.keys import LocalKeys
from tests.scripted import ScriptedTransport, ok, refusal


class SlowKeys(LocalKeys):
    """Its first answer comes when it is cancelled, and then it is none."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = anyio.Event()
        self.first = anyio.CancelScope()

    async def generate(self) -> DataKey:
        if not self.is_asked.is_set():
            self.is_asked.set()
            with self.first:
                await anyio.sleep_forever()
            raise EncryptionError("too late")
        return await super().generate()


KEPT = Sealed(("ssn",), ("id",))


class Person(Model, table="people"):
    id: Attr[str] = partition_key()
    ssn: Attr[str | None] = field(default=None, encrypted=True)
    note: Attr[str] = field(default="")
    rev: Attr[int] = version()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def keys() -> LocalKeys:
    return LocalKeys()


def put(name: str = "1") -> dict[str, Any]:
    plain = {SEALED: Plain("ssn", {"S": "123"}, ("id",))}
    return {"Item": {"id": {"S": name}, "ssn": plain}}


def people(keys: LocalKeys, *answers: Any, **settings: Any) -> Database:
    transport = ScriptedTransport(*answers)
    return Database(transport=transport, kms_key=keys, **settings)


def bodies(db: Database) -> list[dict[str, Any]]:
    transport = db.config.transport
    assert isinstance(transport, ScriptedTransport)
    return transport.bodies


async def test_one_data_key_encrypts_many_values(keys: LocalKeys) -> None:
    vault = Vault(keys)
    first, second = await vault.sealed(put()), await vault.sealed(put())
    assert keys.made == 1
    one, other = first["Item"]["ssn"]["M"], second["Item"]["ssn"]["M"]
    assert one["edk"] == other["edk"]
    assert one["nonce"] != other["nonce"]


async def test_a_data_key_encrypts_so_many_and_no_more(keys: LocalKeys) -> None:
    vault = Vault(keys)
    for _ in range(MOST_VALUES + 1):
        await vault.sealed(put())
    assert keys.made == 2


async def test_a_data_key_gets_old(keys: LocalKeys) -> None:
    clock = Clock()
    vault = Vault(keys, clock=clock)
    await vault.sealed(put())
    clock.now = LONGEST
    await vault.sealed(put())
    assert keys.made == 2


async def test_many_callers_fetch_one_data_key(keys: LocalKeys) -> None:
    vault = Vault(keys)
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(vault.sealed, put())
    assert keys.made == 1


async def test_a_request_without_secrets_asks_for_no_key(keys: LocalKeys) -> None:
    body: dict[str, Any] = {"Key": {"id": {"S": "1"}}}
    assert await Vault(keys).sealed(body) == body
    assert keys.made == 0


async def test_each_data_key_is_decrypted_once(keys: LocalKeys) -> None:
    items = [(await Vault(keys).sealed(put(str(n))))["Item"] for n in range(3)]
    reader = Vault(keys)
    for item in [*items, *({**each} for each in items)]:
        await reader.open_item({**item}, KEPT)
    assert sorted(keys.asked) == sorted(set(keys.asked))
    assert len(keys.asked) == 3


async def test_many_callers_decrypt_one_data_key_once(keys: LocalKeys) -> None:
    item: Item = (await Vault(keys).sealed(put()))["Item"]
    reader = Vault(keys)
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(reader.open_item, {**item}, KEPT)
    assert len(keys.asked) == 1


async def test_who_waits_for_a_caller_that_fails_asks_for_itself() -> None:
    keys = SlowKeys()
    vault = Vault(keys)

    async def first() -> None:
        with pytest.raises(EncryptionError, match="too late"):
            await vault.sealed(put())

    async with anyio.create_task_group() as group:
        group.start_soon(first)
        await keys.is_asked.wait()
        group.start_soon(vault.sealed, put())
        await anyio.wait_all_tasks_blocked()
        keys.first.cancel()
    assert keys.made == 1


async def test_who_waits_for_a_caller_that_is_cancelled_asks_for_itself() -> None:
    keys = SlowKeys()
    vault = Vault(keys)
    impatient = anyio.CancelScope()

    async def first() -> None:
        with impatient:
            await vault.sealed(put())

    async with anyio.create_task_group() as group:
        group.start_soon(first)
        await keys.is_asked.wait()
        group.start_soon(vault.sealed, put())
        await anyio.wait_all_tasks_blocked()
        impatient.cancel()
    assert keys.made == 1


async def test_a_failure_to_fetch_a_key_is_not_kept(keys: LocalKeys) -> None:
    vault = Vault(keys)
    keys.error = EncryptionError("no key today")
    with pytest.raises(EncryptionError, match="no key today"):
        await vault.sealed(put())
    keys.error = None
    await vault.sealed(put())
    assert keys.made == 1


async def test_old_keys_do_not_stay_in_memory(keys: LocalKeys) -> None:
    clock = Clock()
    vault = Vault(keys, clock=clock)
    await vault.sealed(put())
    clock.now = LONGEST
    await vault.sealed(put())
    assert repr(vault).endswith(" 1 data keys>")


async def test_what_the_service_refuses_comes_out_as_it_is(keys: LocalKeys) -> None:
    item: Item = (await Vault(keys).sealed(put()))["Item"]
    item["ssn"]["M"]["edk"] = {"B": "AAAA"}
    with pytest.raises(EncryptionError, match=r"^no key of mine$"):
        await Vault(keys).open_item(item, KEPT)


async def test_what_is_stored_unencrypted_is_an_error(keys: LocalKeys) -> None:
    with pytest.raises(EncryptionError, match=r"ssn: it is stored unencrypted; Config"):
        await Vault(keys).open_item({"id": {"S": "1"}, "ssn": {"S": "123"}}, KEPT)


async def test_what_is_stored_unencrypted_may_be_read(keys: LocalKeys) -> None:
    item: Item = {"id": {"S": "1"}, "ssn": {"S": "123"}}
    await Vault(keys, reads_plain=True).open_item(item, KEPT)
    assert item["ssn"] == {"S": "123"}


async def test_closing_forgets_the_keys(keys: LocalKeys) -> None:
    vault = Vault(keys)
    await vault.sealed(put())
    assert repr(vault).endswith("1 data keys>")
    await vault.aclose()
    assert keys.is_closed
    assert repr(vault).endswith("0 data keys>")


async def test_nothing_is_sent_where_no_key_is_to_be_had(keys: LocalKeys) -> None:
    keys.error = EncryptionError("no key today")
    db = people(keys)
    with pytest.raises(EncryptionError, match="no key today"):
        await db.create(Person(id="1", ssn="123"))
    assert bodies(db) == []


async def test_a_request_that_is_sent_again_is_encrypted_once(keys: LocalKeys) -> None:
    db = people(keys, refusal("ThrottlingException"), ok())
    await db.create(Person(id="1", ssn="123"))
    first, second = bodies(db)
    assert first == second
    assert first["Item"]["ssn"].keys() == {"M"}


async def test_none_is_not_encrypted(keys: LocalKeys) -> None:
    db = people(keys, ok())
    await db.create(Person(id="1"))
    assert bodies(db)[0]["Item"] == {
        "id": {"S": "1"},
        "note": {"S": ""},
        "rev": {"N": "0"},
    }
    assert keys.made == 0


async def test_the_item_of_a_failed_condition_is_decrypted(keys: LocalKeys) -> None:
    db = people(keys, ok())
    await db.create(Person(id="1", ssn="123"))
    stored = bodies(db)[0]["Item"]
    failed = refusal("ConditionalCheckFailedException", Item=stored)
    with pytest.raises(ConditionFailedError, match="PutItem on people") as caught:
        await people(keys, failed).create(Person(id="1", ssn="456"))
    assert caught.value.item == Person(id="1", ssn="123")


async def test_an_item_that_cannot_be_decrypted_does_not_hide_the_failed_condition(
    keys: LocalKeys,
) -> None:
    stored = {"id": {"S": "1"}, "ssn": {"S": "in the clear"}, "rev": {"N": "7"}}
    failed = refusal("ConditionalCheckFailedException", Item=stored)
    with pytest.raises(VersionConflictError, match="UpdateItem on people") as caught:
        await people(keys, failed).update(Person(id="1", ssn="2", rev=3), "ssn")
    assert caught.value.item is None


async def test_such_an_item_does_not_hide_why_a_transaction_was_cancelled(
    keys: LocalKeys,
) -> None:
    stored = {"id": {"S": "1"}, "ssn": {"S": "in the clear"}, "rev": {"N": "7"}}
    reasons = [{"Code": "ConditionalCheckFailed", "Item": stored}]
    failed = refusal("TransactionCanceledException", CancellationReasons=reasons)
    with pytest.raises(TransactionCanceledError, match="TransactWriteItems") as caught:
        async with people(keys, failed).transaction() as tx:
            tx.model(Person(id="1", ssn="2")).create()
    (reason,) = caught.value.reasons
    assert (reason.code, reason.item) == ("ConditionalCheckFailed", None)


async def test_a_lost_create_is_recognised_through_its_encryption(
    keys: LocalKeys,
) -> None:
    db = people(keys, refusal("InternalServerError", status=500))
    transport = db.config.transport
    assert isinstance(transport, ScriptedTransport)

    async def as_stored() -> Any:
        stored = transport.bodies[0]["Item"]
        return refusal("ConditionalCheckFailedException", Item=stored)

    transport._answers.append(as_stored)
    assert await db.create(Person(id="1", ssn="123")) == Person(id="1", ssn="123")


async def test_partial_returns_are_decrypted_by_the_key_that_was_asked(
    keys: LocalKeys,
) -> None:
    db = people(keys, ok())
    await db.create(Person(id="1", ssn="123"))
    stored = {"Attributes": {"ssn": bodies(db)[0]["Item"]["ssn"]}}
    db = people(keys, ok(**stored))
    builder = db.model(Person).where(Person.id == "1").update_builder()
    found = await (
        builder.set(Person.ssn, "123")
        .return_values("UPDATED_NEW")
        .execute_with_result()
    )
    assert found is not None
    assert found.ssn == "123"


@pytest.mark.parametrize("verb", ["set", "set_if_not_exists"])
@pytest.mark.parametrize(("to", "value"), [("ssn", Person.note), ("note", Person.ssn)])
def test_nothing_is_copied_past_encryption(
    keys: LocalKeys, verb: str, to: str, value: Any
) -> None:
    builder = people(keys).model(Person).where(Person.id == "1").update_builder()
    change = getattr(builder, verb)
    with pytest.raises(InvalidOperatorError, match="can't be copied from or to"):
        change(to, value).compile()


async def test_attributes_may_be_called_as_parts_of_requests(keys: LocalKeys) -> None:
    class Odd(Model, table="Key"):
        id: Attr[str] = partition_key(attribute="Item")
        more: Attr[str] = field(attribute="Key")
        ssn: Attr[str] = field(encrypted=True)

    odd = Odd(id="1", more="2", ssn="123")
    db = people(keys, ok(), ok())
    await db.create(odd)
    await db.model(Odd).batch_create([odd])
    one, many = bodies(db)
    (put_request,) = many["RequestItems"]["Key"]
    for stored in (one["Item"], put_request["PutRequest"]["Item"]):
        assert await people(keys, ok(Item=stored)).get(Odd, "1") == odd


def test_a_database_with_a_key_of_kms_loads_no_sdk() -> None:
    program = (
        "import sys; from dynamorm_async import Database; "
        "Database(region='eu-west-1', kms_key='alias/x'); "
        "print([each for each in ('botocore', 'aiohttp') if each in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"


def test_what_is_prepared_has_loaded_what_asks_kms() -> None:
    program = (
        "import sys; from dynamorm_async import lambda_init; "
        "lambda_init(region='eu-west-1', kms_key='alias/x'); "
        "print('dynamorm_async.transport.kms' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "True\n"
