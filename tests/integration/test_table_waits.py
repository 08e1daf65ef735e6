"""Tables that are not ready yet, or that others change: a transport with a script."""

import pytest

from dynamorm_async import Database, RequestRejectedError
from dynamorm_async.wire import Reply
from tests.models import Note, User
from tests.scripted import ScriptedTransport, ok, refusal

TABLE = {
    "TableName": "users",
    "TableStatus": "ACTIVE",
    "KeySchema": [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "joined", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "joined", "AttributeType": "S"},
    ],
}
READY = ok(Table=TABLE)
CREATING = ok(Table={**TABLE, "TableStatus": "CREATING"})
OFF = ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})
TAKEN = refusal("ValidationException", "TimeToLive is already enabled")


def ttl_on(attribute: str) -> Reply:
    status = {"TimeToLiveStatus": "ENABLING", "AttributeName": attribute}
    return ok(TimeToLiveDescription=status)


def database(*answers: Reply) -> tuple[Database, ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    return Database(region="eu-west-1", transport=transport), transport


async def test_a_ttl_that_somebody_else_switched_on_meanwhile_is_as_good() -> None:
    mine = ttl_on("expires")
    db, transport = database(READY, OFF, TAKEN, READY, mine)
    assert (await db.ensure_table(User)).ttl_attribute == "expires"
    assert transport.operations.count("UpdateTimeToLive") == 1


async def test_a_ttl_that_is_refused_for_another_reason_is_an_error() -> None:
    db, transport = database(*[READY, OFF, TAKEN] * 4)
    with pytest.raises(RequestRejectedError, match="already enabled"):
        await db.ensure_table(User)
    assert transport.operations.count("UpdateTimeToLive") == 4


async def test_the_ttl_is_looked_at_once_the_table_is_ready() -> None:
    db, transport = database(ok(), CREATING, CREATING, CREATING, READY, OFF)
    await db.create_table(Note)
    assert transport.operations == [
        "CreateTable",
        *["DescribeTable"] * 4,
        "DescribeTimeToLive",
    ]
