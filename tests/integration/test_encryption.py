"""Encrypted fields through the engine, with data keys of a KMS."""

import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import anyio
import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from dynamorm_async import (
    Attr,
    Database,
    Model,
    StreamChange,
    before_load,
    field,
    partition_key,
    process_stream,
    version,
)
from dynamorm_async.errors import EncryptionError
from dynamorm_async.wire import Item
from tests.conftest import ACCESS_KEY, REGION
from tests.integration.conftest import Stored


class Patient(Model, table="patients"):
    id: Attr[int] = partition_key()
    ssn: Attr[str] = field(encrypted=True)
    visits: Attr[list[str]] = field(factory=list, encrypted=True)
    city: Attr[str] = field(default="")
    rev: Attr[int] = version()


class Renamed(Model, table="patients"):
    """The patients under another name, which a hook looks for once it is decrypted."""

    id: Attr[int] = partition_key()
    ssn: Attr[str] = field(encrypted=True)
    town: Attr[str]

    @before_load
    @classmethod
    async def moved(cls, item: dict[str, Any]) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        return {**item, "town": f"{item['city']} {item['ssn']}"}


@pytest.fixture(scope="module")
def kms() -> Iterator[Any]:
    """A client of a KMS of moto's; its endpoint is in `meta.endpoint_url`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "kms",
        endpoint_url=f"http://{host}:{port}",
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=ACCESS_KEY,
    )
    yield client
    client.close()
    server.stop()


@pytest.fixture
def key_id(kms: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key of that KMS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms.meta.endpoint_url)
    found: str = kms.create_key()["KeyMetadata"]["KeyId"]
    return found


@pytest.fixture
async def db(settings_of_db: dict[str, Any], key_id: str) -> AsyncIterator[Database]:
    settings = {**settings_of_db, "kms_key": key_id, "encryption_context": {"app": "a"}}
    async with Database(**settings) as database:
        await database.ensure_table(Patient)
        yield database


async def test_what_is_stored_shows_nothing(db: Database, stored: Stored) -> None:
    await db.create(Patient(id=1, ssn="123-45", visits=["knee"], city="Ulm"))
    (item,) = await stored("patients")
    assert item["city"] == {"S": "Ulm"}
    assert {name: item[name]["M"].keys() for name in ("ssn", "visits")} == {
        name: {"v", "edk", "nonce", "ct"} for name in ("ssn", "visits")
    }
    assert "123-45" not in repr(item)


async def test_no_data_key_gets_into_a_log(
    db: Database,
    stored: Stored,
    settings_of_db: dict[str, Any],
    kms: Any,
    key_id: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await db.create(Patient(id=1, ssn="123"))
    settings = {**settings_of_db, "kms_key": key_id, "encryption_context": {"app": "a"}}
    async with Database(**settings) as other:  # which has to ask for the key
        assert await other.get(Patient, 1) is not None
    logged = caplog.text
    (item,) = await stored("patients")
    decrypt = partial(
        kms.decrypt,
        CiphertextBlob=item["ssn"]["M"]["edk"]["B"],
        EncryptionContext={"app": "a"},
    )
    answer = await anyio.to_thread.run_sync(decrypt)
    assert b64encode(answer["Plaintext"]).decode() not in logged
    # The log is on, and shows what is asked.
    assert logged.count("OperationModel(name=GenerateDataKey)") == 1
    assert logged.count("OperationModel(name=Decrypt)") == 1


async def test_hooks_get_what_is_decrypted(db: Database) -> None:
    await db.create(Patient(id=1, ssn="123", city="Ulm"))
    expected = Renamed(id=1, ssn="123", town="Ulm 123")
    assert await db.get(Renamed, 1) == expected
    assert await db.model(Renamed).scan() == [expected]


async def test_every_way_of_writing_and_reading(db: Database) -> None:
    ann = await db.create(Patient(id=1, ssn="1", visits=["a"]))
    ann.ssn = "2"
    await db.update(ann, "ssn")
    await db.save(ann)
    builder = db.model(Patient).where(Patient.id == 1).update_builder()
    await builder.set(Patient.visits, ["b"]).execute()
    await db.model(Patient).batch_create([Patient(id=n, ssn=f"s{n}") for n in (2, 3)])
    async with db.transaction() as tx:
        tx.model(Patient(id=4, ssn="s4")).create()
        tx.model(Patient).where(Patient.id == 2).update_builder().set(
            Patient.ssn, "t2"
        ).execute()
    wanted = [(1, "2", ["b"]), (2, "t2", []), (3, "s3", []), (4, "s4", [])]
    query = db.model(Patient)
    batch = await query.batch_get([1, 2, 3, 4])
    together = await db.transact_get([(Patient, n) for n in (1, 2, 3, 4)])
    scanned = [row async for row in query.scan()]
    for found in (batch, together, sorted(scanned, key=lambda row: row.id)):
        assert [(row.id, row.ssn, row.visits) for row in found if row] == wanted


async def test_an_envelope_moved_to_another_item_is_refused(
    db: Database, stored: Stored
) -> None:
    await db.create(Patient(id=1, ssn="1"))
    (item,) = await stored("patients")
    await stored.put("patients", {**item, "id": {"N": "2"}})
    with pytest.raises(EncryptionError, match="encrypted for another item"):
        await db.get(Patient, 2)


async def test_another_context_opens_nothing(
    db: Database, settings_of_db: dict[str, Any], key_id: str
) -> None:
    await db.create(Patient(id=1, ssn="1"))
    async with Database(**settings_of_db, kms_key=key_id) as other:
        with pytest.raises(EncryptionError, match=r"^KMS refused Decrypt"):
            await other.get(Patient, 1)


async def test_an_unknown_key_is_one_clear_error(
    settings_of_db: dict[str, Any], key_id: str
) -> None:
    del key_id
    async with Database(**settings_of_db, kms_key="alias/nobody") as db:
        message = r"KMS refused GenerateDataKey \(NotFoundException\); check kms_key"
        with pytest.raises(EncryptionError, match=message):
            await db.model(Patient(id=1, ssn="1")).create()


def as_json(item: Item) -> Item:
    """The item with its bytes as text, as records have them."""
    encoded: Item = msgspec.json.decode(msgspec.json.encode(item))
    return encoded


async def test_a_stream_is_decrypted(db: Database, stored: Stored) -> None:
    await db.create(Patient(id=1, ssn="1"))
    (item,) = await stored("patients")
    record = {
        "eventName": "INSERT",
        "dynamodb": {"Keys": {"id": item["id"]}, "NewImage": as_json(item)},
    }
    seen: list[StreamChange[Patient]] = []
    event = {"Records": [record]}
    for _ in range(2):  # the event is left as it was
        await process_stream(event, seen.append, Patient, db=db)
    assert [change.new and change.new.ssn for change in seen] == ["1", "1"]
