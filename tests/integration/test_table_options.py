"""Every option on an engine: set on a new table and on an old one, seen by boto3."""

from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    Database,
    Model,
    RequestRejectedError,
    field,
    partition_key,
    ttl,
)
from tests.conftest import Witness


class Session(Model, table="sessions"):
    user: Attr[str] = partition_key()
    device: Attr[str] = field(index="by-device")
    ends: Attr[int | None] = ttl(default=None)


class Visit(Model, table="sessions"):
    """Shares the table."""

    user: Attr[str] = partition_key()
    page: Attr[str] = field(index="by-page")


Facts = dict[str, Any]

OPTIONS: list[tuple[str, dict[str, Any], Facts]] = [
    (
        "provisioned",
        {"billing_mode": "PROVISIONED", "read_capacity": 3, "write_capacity": 4},
        {"ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}},
    ),
    (
        "stream",
        {"stream": "KEYS_ONLY"},
        {
            "StreamSpecification": {
                "StreamEnabled": True,
                "StreamViewType": "KEYS_ONLY",
            }
        },
    ),
    ("protected", {"deletion_protection": True}, {"DeletionProtectionEnabled": True}),
]


def part(whole: Any, wanted: Facts) -> Facts:
    """Of a description, what is wanted of it."""
    return {
        name: part(whole[name], value) if isinstance(value, dict) else whole[name]
        for name, value in wanted.items()
    }


@pytest.mark.parametrize(("name", "options", "facts"), OPTIONS)
async def test_an_option_reaches_new_tables_and_old_ones(
    db: Database,
    boto: Witness,
    prefix: str,
    name: str,
    options: dict[str, Any],
    facts: Facts,
) -> None:
    await db.create_table(Session, table=f"new-{name}", **options)
    await db.create_table(Session, table=f"old-{name}")
    plan = await db.plan(Session, table=f"old-{name}", **options)
    assert len((await plan.apply()).steps) == 1
    for age in ("new", "old"):
        table = f"{age}-{name}"
        described = await boto.describe_table(TableName=prefix + table)
        assert part(described["Table"], facts) == facts
        told = await db.describe_table(table)
        assert {each: getattr(told, each) for each in options} == options
        assert (await db.plan(Session, table=table, **options)).is_empty
        assert (await db.plan(Session, table=table)).is_empty


@pytest.mark.engine_lacks(moto="a second stream of a table")
async def test_a_stream_gives_way_to_another(
    db: Database, boto: Witness, prefix: str
) -> None:
    await db.create_table(Session, stream="KEYS_ONLY")
    applied = await db.auto_migrate(Session, stream="NEW_IMAGE")
    assert [each.text for each in applied.steps] == [
        "stop the stream of KEYS_ONLY",
        "start a stream of NEW_IMAGE",
    ]
    described = await boto.describe_table(TableName=f"{prefix}sessions")
    assert described["Table"]["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_IMAGE",
    }


async def test_tags_are_set_changed_and_removed_and_others_stay(
    db: Database, boto: Witness
) -> None:
    made = await db.create_table(Session, tags={"team": "blue", "app": "x"})
    assert made.tags == {"team": "blue", "app": "x"}
    await db.auto_migrate(Session, tags={"team": "red", "app": None, "cost": "1"})
    assert made.arn is not None
    listed = await boto.list_tags_of_resource(ResourceArn=made.arn)
    tags = {each["Key"]: each["Value"] for each in listed["Tags"]}
    assert tags == {"team": "red", "cost": "1"}
    assert (await db.describe_table(Session)).tags == tags


@pytest.mark.engine_lacks(dynoxide="backups")
async def test_a_table_can_be_restored_to_a_point_in_time(
    db: Database, boto: Witness, prefix: str
) -> None:
    made = await db.create_table(Session, point_in_time_recovery=True)
    assert made.point_in_time_recovery is True
    await db.auto_migrate(Session, point_in_time_recovery=True, recovery_period_days=7)
    told = await boto.describe_continuous_backups(TableName=f"{prefix}sessions")
    found = told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert found["PointInTimeRecoveryStatus"] == "ENABLED"
    assert found["RecoveryPeriodInDays"] == 7
    assert (await db.describe_table(Session)).recovery_period_days == 7
    await db.auto_migrate(Session, point_in_time_recovery=False)
    assert (await db.describe_table(Session)).point_in_time_recovery is False


@pytest.mark.engine_lacks(moto="limits on demand, and changes of the table's class")
async def test_limits_and_class_can_be_changed(
    db: Database, boto: Witness, prefix: str
) -> None:
    await db.create_table(Session, max_read_request_units=50)
    await db.auto_migrate(
        Session,
        max_read_request_units=None,
        max_write_request_units=9,
        table_class="STANDARD_INFREQUENT_ACCESS",
    )
    told = await db.describe_table(Session)
    assert (told.max_read_request_units, told.max_write_request_units) == (None, 9)
    found = (await boto.describe_table(TableName=f"{prefix}sessions"))["Table"]
    assert found["OnDemandThroughput"]["MaxWriteRequestUnits"] == 9
    assert found["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"


async def test_time_to_live_can_be_left_off_and_switched(
    db: Database, boto: Witness, prefix: str
) -> None:
    made = await db.ensure_table(Session, ttl=False)
    assert made.ttl_attribute is None
    await db.auto_migrate(Session)
    told = await boto.describe_time_to_live(TableName=f"{prefix}sessions")
    assert told["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    await db.auto_migrate(Session, ttl=False)
    assert (await db.describe_table(Session)).ttl_attribute is None


async def test_a_protected_table_is_not_deleted(db: Database) -> None:
    await db.create_table(Session, deletion_protection=True)
    with pytest.raises(RequestRejectedError, match="DeleteTable"):
        await db.delete_table(Session)
    await db.auto_migrate(Session, deletion_protection=False)
    await db.delete_table(Session)


@pytest.mark.engine_lacks(dynoxide="the capacity of indexes after a change")
async def test_billing_goes_back_and_forth_with_all_indexes(
    db: Database, boto: Witness, prefix: str
) -> None:
    await db.create_table(Session)
    await db.auto_migrate(
        Session, billing_mode="PROVISIONED", read_capacity=3, write_capacity=4
    )
    await db.auto_migrate(
        Session,
        read_capacity=5,
        indexes={"by-device": {"read_capacity": 7, "write_capacity": 8}},
    )
    found = (await boto.describe_table(TableName=f"{prefix}sessions"))["Table"]
    wanted = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
    assert part(found["ProvisionedThroughput"], wanted) == wanted
    (index,) = found["GlobalSecondaryIndexes"]
    wanted = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}
    assert part(index["ProvisionedThroughput"], wanted) == wanted
    await db.auto_migrate(Session, billing_mode="PAY_PER_REQUEST")
    assert (await db.describe_table(Session)).billing_mode == "PAY_PER_REQUEST"


async def test_one_table_serves_all_models_that_share_it(
    db: Database, boto: Witness, prefix: str
) -> None:
    await db.create_table(Session, Visit)
    await db.create(Session(user="a", device="phone"))
    await db.create(Visit(user="b", page="/"))
    assert await db.model(Visit).where(Visit.page == "/").count() == 1
    found = (await boto.describe_table(TableName=f"{prefix}sessions"))["Table"]
    names = [each["IndexName"] for each in found["GlobalSecondaryIndexes"]]
    assert sorted(names) == ["by-device", "by-page"]
    assert (await db.plan(Session, Visit)).is_empty
    alone = await db.plan(Session)
    assert [each.text for each in alone.held_back] == [
        "delete index by-page, which is in no model"
    ]
