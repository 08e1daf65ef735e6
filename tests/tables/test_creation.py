"""The request that makes a table: exact bodies, sharing, and bad input."""

from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    ConfigurationError,
    InvalidModelError,
    Model,
    field,
    gsi,
    partition_key,
    ttl,
)
from dynamorm_async.compiler.tables.difference import difference
from dynamorm_async.compiler.tables.options import checked
from tests.models import Note
from tests.tables.models import AirportLocal, AirportNow
from tests.tables.wanting import wanted


class Customer(Model, table="app", projections={"by-kind": ["name"]}):
    pk: Attr[str] = partition_key()
    kind: Attr[str] = field(index="by-kind")
    name: Attr[str] = field(default="")
    ends: Attr[int | None] = ttl(default=None)


class Order(Model, table="app", projections={"by-kind": ["total"]}):
    pk: Attr[str] = partition_key()
    kind: Attr[str] = field(index="by-kind")
    total: Attr[int] = field(default=0, index="by-total")


class OtherKey(Model, table="app"):
    id: Attr[str] = partition_key()


class NumberKey(Model, table="app"):
    pk: Attr[int] = partition_key()


class OtherIndex(Model, table="app"):
    pk: Attr[str] = partition_key()
    kind: Attr[str] = field(index=gsi("by-kind"))
    rank: Attr[int] = field(index=gsi("by-kind", sort=True))


class OtherType(Model, table="app"):
    pk: Attr[str] = partition_key()
    total: Attr[str] = field(index="by-total-text")


class OtherTtl(Model, table="app"):
    pk: Attr[str] = partition_key()
    gone: Attr[int | None] = ttl(default=None)


def made(*models: type[Model], **options: Any) -> list[tuple[str, dict[str, Any]]]:
    """The requests that make the table of these models."""
    steps = difference(wanted(*models), None, checked(options)).steps
    return [(each.request.operation, each.request.body) for each in steps]


def test_a_plain_table_is_on_demand() -> None:
    assert made(Note) == [
        (
            "CreateTable",
            {
                "TableName": "notes",
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "day", "KeyType": "RANGE"},
                ],
                "AttributeDefinitions": [
                    {"AttributeName": "owner", "AttributeType": "S"},
                    {"AttributeName": "day", "AttributeType": "S"},
                ],
                "BillingMode": "PAY_PER_REQUEST",
            },
        )
    ]


def test_all_options_of_a_new_table() -> None:
    create, recovery, time_to_live = made(
        AirportNow,
        billing_mode="PROVISIONED",
        read_capacity=3,
        write_capacity=4,
        indexes={"by-zone": {"write_capacity": 9}},
        stream="NEW_AND_OLD_IMAGES",
        encryption="KMS",
        kms_key_id="1234",
        point_in_time_recovery=True,
        recovery_period_days=7,
        deletion_protection=True,
        table_class="STANDARD_INFREQUENT_ACCESS",
        tags={"team": "blue", "none": None},
    )

    def units(read: int, write: int) -> dict[str, int]:
        return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}

    assert create == (
        "CreateTable",
        {
            "TableName": "airports",
            "KeySchema": [{"AttributeName": "code", "KeyType": "HASH"}],
            "AttributeDefinitions": [
                {"AttributeName": "code", "AttributeType": "S"},
                {"AttributeName": "country", "AttributeType": "S"},
                {"AttributeName": "zone", "AttributeType": "S"},
                {"AttributeName": "height", "AttributeType": "N"},
            ],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units(3, 4),
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-country",
                    "KeySchema": [{"AttributeName": "country", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": units(3, 4),
                },
                {
                    "IndexName": "by-zone",
                    "KeySchema": [
                        {"AttributeName": "zone", "KeyType": "HASH"},
                        {"AttributeName": "height", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": units(3, 9),
                },
                {
                    "IndexName": "by-height",
                    "KeySchema": [{"AttributeName": "height", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "ProvisionedThroughput": units(3, 4),
                },
            ],
            "StreamSpecification": {
                "StreamEnabled": True,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "SSESpecification": {
                "Enabled": True,
                "SSEType": "KMS",
                "KMSMasterKeyId": "1234",
            },
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "DeletionProtectionEnabled": True,
            "Tags": [{"Key": "team", "Value": "blue"}],
        },
    )
    assert recovery == (
        "UpdateContinuousBackups",
        {
            "TableName": "airports",
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": 7,
            },
        },
    )
    assert time_to_live == (
        "UpdateTimeToLive",
        {
            "TableName": "airports",
            "TimeToLiveSpecification": {"AttributeName": "closes", "Enabled": True},
        },
    )


def test_limits_on_demand_are_those_of_the_table_and_of_each_index() -> None:
    ((_, body),) = made(
        AirportNow,
        ttl=False,
        max_read_request_units=50,
        max_write_request_units=None,
        indexes={"by-zone": {"max_write_request_units": 9}},
    )
    assert body["OnDemandThroughput"] == {"MaxReadRequestUnits": 50}
    assert [
        each.get("OnDemandThroughput") for each in body["GlobalSecondaryIndexes"]
    ] == [None, {"MaxWriteRequestUnits": 9}, None]


def test_a_local_index_has_no_throughput_of_its_own() -> None:
    ((_, body),) = made(
        AirportLocal, billing_mode="PROVISIONED", read_capacity=1, write_capacity=1
    )
    assert body["LocalSecondaryIndexes"] == [
        {
            "IndexName": "by-gate",
            "KeySchema": [
                {"AttributeName": "code", "KeyType": "HASH"},
                {"AttributeName": "gate", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ]


def test_models_that_share_a_table_get_the_union_of_what_they_say() -> None:
    (_, body), (_, time_to_live) = made(Customer, Order)
    assert body["AttributeDefinitions"] == [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "kind", "AttributeType": "S"},
        {"AttributeName": "total", "AttributeType": "N"},
    ]
    assert [
        (each["IndexName"], each["Projection"])
        for each in body["GlobalSecondaryIndexes"]
    ] == [
        (
            "by-kind",
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name", "total"]},
        ),
        ("by-total", {"ProjectionType": "ALL"}),
    ]
    assert time_to_live["TimeToLiveSpecification"]["AttributeName"] == "ends"


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (OtherKey, r"Customer has the key pk \(S\), and OtherKey has id \(S\)"),
        (NumberKey, r"Customer has the key pk \(S\), and NumberKey has pk \(N\)"),
        (
            OtherIndex,
            r"Customer has the GSI by-kind on kind \(S\), and OtherIndex a GSI of this "
            r"name on kind \(S\), rank \(N\)",
        ),
        (OtherTtl, "Customer has its ttl in ends, and OtherTtl in gone"),
    ],
)
def test_models_that_contradict_each_other_are_one_error_that_names_both(
    other: type[Model], text: str
) -> None:
    with pytest.raises(InvalidModelError, match=f"table app: {text}; one table"):
        wanted(Customer, other)


def test_a_key_attribute_has_one_type_in_all_models() -> None:
    text = "Order stores the key attribute total as N, and OtherType as S"
    with pytest.raises(InvalidModelError, match=text):
        wanted(Order, OtherType)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"billing": "PROVISIONED"}, "no table option 'billing'; the options are bill"),
        ({"billing_mode": "FREE"}, "one of 'PAY_PER_REQUEST', 'PROVISIONED', not"),
        ({"read_capacity": 0}, "read_capacity must be a whole number from 1, not 0"),
        ({"read_capacity": True}, "read_capacity must be a whole number"),
        ({"max_read_request_units": 1.5}, "must be a whole number, or None"),
        ({"indexes": ["a"]}, "a dict from an index's name to its throughput"),
        ({"indexes": {"a": {"reads": 1}}}, r"indexes\['a'\]: there is no table option"),
        ({"stream": "ALL"}, "'NEW_AND_OLD_IMAGES', None, not 'ALL'"),
        ({"encryption": "AES"}, "one of 'AWS_OWNED', 'KMS'"),
        ({"encryption": "KMS", "kms_key_id": "alias/a"}, "and not an alias"),
        ({"kms_key_id": "1"}, "kms_key_id goes with encryption='KMS'"),
        ({"ttl": "expires"}, "ttl must be True or False"),
        ({"recovery_period_days": 7}, "goes with point_in_time_recovery=True"),
        (
            {"point_in_time_recovery": True, "recovery_period_days": 36},
            "a whole number from 1 to 35, not 36",
        ),
        ({"tags": {"aws:x": "1"}}, "not aws:..."),
        ({"tags": {"x": 1}}, "tags must be a dict"),
        (
            {"billing_mode": "PAY_PER_REQUEST", "read_capacity": 1},
            "goes with billing_mode='PROVISIONED', and billing_mode is PAY_PER_REQUEST",
        ),
        (
            {"billing_mode": "PROVISIONED", "max_read_request_units": 1},
            "goes with billing_mode='PAY_PER_REQUEST', and billing_mode is PROVISIONED",
        ),
    ],
)
def test_an_option_that_cannot_be_is_one_error(
    options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError, match=text):
        checked(options)
