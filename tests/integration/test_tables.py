"""Tables: made, looked at and dropped, with what the model says of them."""

import anyio
import pytest
from msgspec.structs import replace

from dynamorm_async import (
    Database,
    InvalidModelError,
    TableInUseError,
    TableNotFoundError,
)
from dynamorm_async.compiler.tables.descriptions import IndexDescription, KeyDescription
from tests.conftest import Witness
from tests.models import Account, Listing, Note, User

S, N = "S", "N"


async def test_a_table_has_the_keys_indexes_and_ttl_of_its_model(
    db: Database, boto: Witness, prefix: str
) -> None:
    made = await db.create_table(User)
    table = (await boto.describe_table(TableName=f"{prefix}users"))["Table"]
    assert table["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "joined", "KeyType": "RANGE"},
    ]
    assert sorted(each["AttributeName"] for each in table["AttributeDefinitions"]) == [
        "email",
        "id",
        "joined",
        "rank",
        "status",
    ]
    assert {
        each["IndexName"]: [key["AttributeName"] for key in each["KeySchema"]]
        for each in (
            *table["GlobalSecondaryIndexes"],
            *table["LocalSecondaryIndexes"],
        )
    } == {
        "gsi-email": ["email"],
        "gsi-status": ["status", "rank"],
        "lsi-rank": ["id", "rank"],
    }
    ttl = await boto.describe_time_to_live(TableName=f"{prefix}users")
    assert ttl["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "expires",
    }
    assert (made.name, made.status, made.billing_mode, made.ttl_attribute) == (
        f"{prefix}users",
        "ACTIVE",
        "PAY_PER_REQUEST",
        "expires",
    )
    assert made.partition_key == KeyDescription("id", S)
    assert made.sort_key == KeyDescription("joined", S)
    assert made.item_count == 0
    told = await db.describe_table(User)
    assert told.tags == {}
    # Nobody asked for tags and backups before.
    assert made == replace(told, tags=None, point_in_time_recovery=None)


async def test_projections_are_those_of_the_model(db: Database) -> None:
    made = await db.ensure_table(Listing)
    assert sorted(made.indexes, key=lambda index: index.name) == [
        IndexDescription(
            name="by-kind",
            kind="GSI",
            partition_key=KeyDescription("kind", S),
            sort_key=KeyDescription("shop", S),
            projection="KEYS_ONLY",
            status="ACTIVE",
        ),
        IndexDescription(
            name="by-shop",
            kind="GSI",
            partition_key=KeyDescription("shop", S),
            sort_key=None,
            projection=("price",),
            status="ACTIVE",
        ),
    ]


async def test_creating_a_table_twice_is_an_error_and_ensuring_it_is_not(
    db: Database,
) -> None:
    await db.create_table(Account)
    await db.create(Account(number=1))
    with pytest.raises(TableInUseError, match="CreateTable"):
        await db.create_table(Account)
    again = await db.ensure_table(Account)
    assert again.partition_key == KeyDescription("number", N)
    assert await db.model(Account).count() == 1


async def test_many_can_ensure_one_table_at_once(db: Database) -> None:
    statuses: list[str] = []

    async def ensure() -> None:
        statuses.append((await db.ensure_table(User)).status)

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(ensure)
    assert statuses == ["ACTIVE"] * 8


async def test_a_table_that_is_dropped_is_gone(
    db: Database, boto: Witness, prefix: str
) -> None:
    await db.ensure_table(Note)
    await db.ensure_table(Note, table="others")
    await db.delete_table(Note)
    await db.delete_table("others")
    names = (await boto.list_tables())["TableNames"]
    assert [each for each in names if each.startswith(prefix)] == []
    for call in (db.delete_table, db.describe_table):
        with pytest.raises(TableNotFoundError, match="ResourceNotFoundException"):
            await call(Note)
    await db.ensure_table(Note)
    assert await db.model(Note).scan() == []


async def test_reads_and_writes_without_a_table_say_so(db: Database) -> None:
    with pytest.raises(TableNotFoundError, match="GetItem"):
        await db.get(Note, "a", "1")
    with pytest.raises(TableNotFoundError, match="PutItem"):
        await db.create(Note(owner="a", day="1"))
    with pytest.raises(TableNotFoundError, match="Scan"):
        await db.model(Note).scan()


async def test_a_table_is_named_by_a_model_or_a_text(db: Database) -> None:
    with pytest.raises(InvalidModelError, match="a model class or by its name"):
        await db.describe_table(Note(owner="a", day="1"))  # type: ignore[arg-type]
