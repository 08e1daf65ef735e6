"""Replies of the service as typed values, all of them at once and the odd ones."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dynamorm_async import (
    AccessDeniedError,
    Database,
    IndexDescription,
    KeyDescription,
    ServiceError,
    TableDescription,
)
from dynamorm_async.compiler.tables.descriptions import (
    describe,
    recovery,
    ttl_attribute,
)
from dynamorm_async.wire import Reply
from tests.scripted import ScriptedTransport, ok, refusal
from tests.tables.models import Airport

TABLE: dict[str, Any] = {
    "TableName": "airports",
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "code", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "code", "AttributeType": "S"},
        {"AttributeName": "height", "AttributeType": "N"},
    ],
}
BUSY: dict[str, Any] = {
    **TABLE,
    "TableStatus": "UPDATING",
    "TableArn": "arn:airports",
    "TableId": "1",
    "CreationDateTime": 0,
    "ItemCount": 7,
    "TableSizeBytes": 70,
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
    "OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": -1},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-height",
            "IndexStatus": "CREATING",
            "KeySchema": [{"AttributeName": "height", "KeyType": "HASH"}],
            "Projection": {
                "ProjectionType": "INCLUDE",
                "NonKeyAttributes": ["name"],
            },
            "OnDemandThroughput": {"MaxWriteRequestUnits": 9},
            "ItemCount": 3,
            "IndexSizeBytes": 30,
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "LatestStreamArn": "arn:stream",
    "SSEDescription": {"Status": "UPDATING", "KMSMasterKeyArn": "arn:key"},
    "DeletionProtectionEnabled": True,
    "TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
}
NO_TTL = ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})
UNKNOWN = refusal("UnknownOperationException")
DENIED = refusal("AccessDeniedException")
BACKUPS = ok(
    ContinuousBackupsDescription={
        "PointInTimeRecoveryDescription": {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": 35,
        }
    }
)


def test_everything_that_a_description_tells() -> None:
    assert describe(BUSY) == TableDescription(
        name="airports",
        status="UPDATING",
        partition_key=KeyDescription("code", "S"),
        sort_key=None,
        indexes=(
            IndexDescription(
                name="by-height",
                kind="GSI",
                partition_key=KeyDescription("height", "N"),
                sort_key=None,
                projection=("name",),
                status="CREATING",
                max_write_request_units=9,
                item_count=3,
                size_bytes=30,
            ),
        ),
        billing_mode="PAY_PER_REQUEST",
        item_count=7,
        size_bytes=70,
        arn="arn:airports",
        created=datetime(1970, 1, 1, tzinfo=UTC),
        max_read_request_units=50,
        stream="NEW_IMAGE",
        stream_arn="arn:stream",
        encryption="KMS",
        kms_key_arn="arn:key",
        deletion_protection=True,
        table_class="STANDARD_INFREQUENT_ACCESS",
        id="1",
    )


def test_a_table_that_was_never_on_demand_tells_no_billing_mode() -> None:
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    told = describe({**TABLE, "ProvisionedThroughput": capacity})
    assert (told.billing_mode, told.read_capacity, told.write_capacity) == (
        "PROVISIONED",
        5,
        6,
    )


@pytest.mark.parametrize(
    ("status", "attribute"),
    [
        ("ENABLED", "ends"),
        ("ENABLING", "ends"),
        ("DISABLING", None),
        ("DISABLED", None),
    ],
)
def test_time_to_live_is_on_as_soon_as_it_is_asked_for(
    status: str, attribute: str | None
) -> None:
    told = {"TimeToLiveStatus": status, "AttributeName": "ends"}
    assert ttl_attribute({"TimeToLiveDescription": told}) == attribute


def test_a_reply_without_backups_leaves_them_unknown() -> None:
    assert recovery({}) == (None, None)
    assert recovery(BACKUPS.body) == (True, 35)


@pytest.mark.parametrize("answer", [UNKNOWN, DENIED])
async def test_what_may_not_be_asked_is_not_known(answer: Reply) -> None:
    transport = ScriptedTransport(ok(Table=BUSY), NO_TTL, answer, answer)
    told = await Database(region="eu-west-1", transport=transport).describe_table("a")
    assert (told.point_in_time_recovery, told.tags) == (None, None)
    assert transport.operations[2:] == [
        "DescribeContinuousBackups",
        "ListTagsOfResource",
    ]


async def test_tags_are_read_to_the_last_page() -> None:
    pages = [
        ok(Tags=[{"Key": "a", "Value": "1"}], NextToken="more"),
        ok(Tags=[{"Key": "b", "Value": "2"}]),
    ]
    transport = ScriptedTransport(ok(Table=BUSY), NO_TTL, BACKUPS, *pages)
    told = await Database(region="eu-west-1", transport=transport).describe_table("a")
    assert told.tags == {"a": "1", "b": "2"}
    assert (told.point_in_time_recovery, told.recovery_period_days) == (True, 35)
    assert transport.bodies[-1] == {"ResourceArn": "arn:airports", "NextToken": "more"}


async def test_another_error_is_not_taken_for_unknown() -> None:
    answer = refusal("InvalidEndpointException")
    transport = ScriptedTransport(ok(Table=BUSY), NO_TTL, answer)
    db = Database(region="eu-west-1", transport=transport)
    with pytest.raises(ServiceError, match="InvalidEndpointException"):
        await db.describe_table("a")


async def test_an_option_that_may_not_be_compared_is_an_error() -> None:
    transport = ScriptedTransport(ok(Table=TABLE), NO_TTL, DENIED)
    db = Database(region="eu-west-1", transport=transport)
    with pytest.raises(AccessDeniedError, match="DescribeContinuousBackups"):
        await db.plan(Airport, point_in_time_recovery=True)
