"""What is planned, as a table: a model, a table, options, and the steps between."""

from typing import Any

import pytest
from msgspec.structs import replace

from dynamorm_async import ConfigurationError
from dynamorm_async.compiler.tables.descriptions import (
    KeyDescription,
    TableDescription,
)
from dynamorm_async.compiler.tables.difference import difference
from dynamorm_async.compiler.tables.options import checked
from dynamorm_async.compiler.tables.steps import Difference
from dynamorm_async.schema.model import Model
from tests.tables.models import (
    Airport,
    AirportElsewhere,
    AirportLocal,
    AirportNow,
    AirportPlain,
)
from tests.tables.wanting import found, index, provisioned, wanted

ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
LEFT = index("by-left", "left")


def between(
    model: type[Model], there: TableDescription | None, **options: Any
) -> Difference:
    return difference(wanted(model), there, checked(options))


def update(**change: Any) -> tuple[str, dict[str, Any]]:
    return "UpdateTable", {"TableName": "airports", **change}


def ttl(attribute: str, on: bool) -> tuple[str, dict[str, Any]]:
    chosen = {"AttributeName": attribute, "Enabled": on}
    body = {"TableName": "airports", "TimeToLiveSpecification": chosen}
    return "UpdateTimeToLive", body


def recovery(**chosen: Any) -> tuple[str, dict[str, Any]]:
    return "UpdateContinuousBackups", {
        "TableName": "airports",
        "PointInTimeRecoverySpecification": chosen,
    }


def units(read: int, write: int) -> dict[str, Any]:
    return {
        "ProvisionedThroughput": {
            "ReadCapacityUnits": read,
            "WriteCapacityUnits": write,
        }
    }


def of_index(verb: str, name: str, **body: Any) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": [{verb: {"IndexName": name, **body}}]}


STREAMING = found(Airport, stream="NEW_IMAGE")
SEALED = found(Airport, encryption="KMS", kms_key_arn=ARN)
GUARDED = found(Airport, point_in_time_recovery=True, recovery_period_days=35)
TAGGED = found(Airport, tags={"team": "blue", "app": "x"})
LIMITED = found(Airport, max_read_request_units=50)
TTL_ON_OLD = found(AirportNow, ttl_attribute="old")

STEPS: list[
    tuple[
        type[Model],
        TableDescription,
        dict[str, Any],
        list[tuple[str, tuple[str, dict[str, Any]]]],
    ]
] = [
    (Airport, found(Airport), {}, []),
    # what is not named is left as it is, whatever that is
    (
        Airport,
        replace(STREAMING, encryption="KMS", deletion_protection=True, tags={"a": "b"}),
        {},
        [],
    ),
    # billing
    (
        Airport,
        found(Airport),
        {"billing_mode": "PROVISIONED", "read_capacity": 1, "write_capacity": 2},
        [
            (
                "change billing from PAY_PER_REQUEST to PROVISIONED, read capacity 1, "
                "write capacity 2",
                update(
                    BillingMode="PROVISIONED",
                    **units(1, 2),
                    **of_index("Update", "by-country", **units(1, 2)),
                ),
            )
        ],
    ),
    (
        Airport,
        found(Airport),
        {
            "billing_mode": "PROVISIONED",
            "read_capacity": 1,
            "write_capacity": 2,
            "indexes": {"by-country": {"read_capacity": 9}},
        },
        [
            (
                "change billing from PAY_PER_REQUEST to PROVISIONED, read capacity 1, "
                "write capacity 2, index by-country (read capacity 9)",
                update(
                    BillingMode="PROVISIONED",
                    **units(1, 2),
                    **of_index("Update", "by-country", **units(9, 2)),
                ),
            )
        ],
    ),
    (
        Airport,
        provisioned(Airport),
        {"billing_mode": "PAY_PER_REQUEST", "max_write_request_units": 9},
        [
            (
                "change billing from PROVISIONED to PAY_PER_REQUEST",
                update(BillingMode="PAY_PER_REQUEST"),
            ),
            (
                "change at most 9 writes per second",
                update(OnDemandThroughput={"MaxWriteRequestUnits": 9}),
            ),
        ],
    ),
    # throughput
    (Airport, provisioned(Airport), {"read_capacity": 5}, []),
    (
        Airport,
        provisioned(Airport),
        {"read_capacity": 7, "indexes": {"by-country": {"write_capacity": 8}}},
        [
            ("change read capacity 7, write capacity 6", update(**units(7, 6))),
            (
                "change index by-country: read capacity 5, write capacity 8",
                update(**of_index("Update", "by-country", **units(5, 8))),
            ),
        ],
    ),
    (Airport, LIMITED, {"max_read_request_units": 50}, []),
    (
        Airport,
        LIMITED,
        {
            "max_read_request_units": None,
            "indexes": {"by-country": {"max_read_request_units": 3}},
        },
        [
            (
                "change any number of reads per second",
                update(OnDemandThroughput={"MaxReadRequestUnits": -1}),
            ),
            (
                "change index by-country: at most 3 reads per second",
                update(
                    **of_index(
                        "Update",
                        "by-country",
                        OnDemandThroughput={"MaxReadRequestUnits": 3},
                    )
                ),
            ),
        ],
    ),
    # stream: another view takes another stream
    (
        Airport,
        found(Airport),
        {"stream": "NEW_IMAGE"},
        [
            (
                "start a stream of NEW_IMAGE",
                update(
                    StreamSpecification={
                        "StreamEnabled": True,
                        "StreamViewType": "NEW_IMAGE",
                    }
                ),
            )
        ],
    ),
    (Airport, STREAMING, {"stream": "NEW_IMAGE"}, []),
    (
        Airport,
        STREAMING,
        {"stream": "KEYS_ONLY"},
        [
            (
                "stop the stream of NEW_IMAGE",
                update(StreamSpecification={"StreamEnabled": False}),
            ),
            (
                "start a stream of KEYS_ONLY",
                update(
                    StreamSpecification={
                        "StreamEnabled": True,
                        "StreamViewType": "KEYS_ONLY",
                    }
                ),
            ),
        ],
    ),
    # encryption
    (
        Airport,
        found(Airport),
        {"encryption": "KMS"},
        [
            (
                "encrypt with AWS's key for DynamoDB in KMS",
                update(SSESpecification={"Enabled": True, "SSEType": "KMS"}),
            )
        ],
    ),
    (Airport, SEALED, {"encryption": "KMS"}, []),
    (Airport, SEALED, {"encryption": "KMS", "kms_key_id": ARN}, []),
    (Airport, SEALED, {"encryption": "KMS", "kms_key_id": "1234abcd"}, []),
    (
        Airport,
        SEALED,
        {"encryption": "KMS", "kms_key_id": "9999"},
        [
            (
                "encrypt with the key 9999",
                update(
                    SSESpecification={
                        "Enabled": True,
                        "SSEType": "KMS",
                        "KMSMasterKeyId": "9999",
                    }
                ),
            )
        ],
    ),
    (
        Airport,
        SEALED,
        {"encryption": "AWS_OWNED"},
        [
            (
                "encrypt with a key that AWS owns",
                update(SSESpecification={"Enabled": False}),
            )
        ],
    ),
    # protection, class, tags
    (
        Airport,
        found(Airport),
        {"deletion_protection": True, "table_class": "STANDARD_INFREQUENT_ACCESS"},
        [
            (
                "change table class from STANDARD to STANDARD_INFREQUENT_ACCESS",
                update(TableClass="STANDARD_INFREQUENT_ACCESS"),
            ),
            (
                "switch on deletion protection",
                update(DeletionProtectionEnabled=True),
            ),
        ],
    ),
    (
        Airport,
        TAGGED,
        {"tags": {"team": "red", "app": "x", "cost": "1", "none": None}},
        [
            (
                "set tags team, cost",
                (
                    "TagResource",
                    {
                        "ResourceArn": "arn:airports",
                        "Tags": [
                            {"Key": "team", "Value": "red"},
                            {"Key": "cost", "Value": "1"},
                        ],
                    },
                ),
            )
        ],
    ),
    (
        Airport,
        TAGGED,
        {"tags": {"team": None}},
        [
            (
                "remove tags team",
                (
                    "UntagResource",
                    {"ResourceArn": "arn:airports", "TagKeys": ["team"]},
                ),
            )
        ],
    ),
    # point-in-time recovery
    (
        Airport,
        found(Airport, point_in_time_recovery=False),
        {"point_in_time_recovery": True},
        [
            (
                "switch on point-in-time recovery",
                recovery(PointInTimeRecoveryEnabled=True),
            )
        ],
    ),
    (Airport, GUARDED, {"point_in_time_recovery": True}, []),
    (
        Airport,
        GUARDED,
        {"point_in_time_recovery": True, "recovery_period_days": 7},
        [
            (
                "change point-in-time recovery to 7 days",
                recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=7),
            )
        ],
    ),
    # time to live
    (
        AirportNow,
        found(AirportNow, ttl_attribute=None),
        {},
        [("switch on time to live by closes", ttl("closes", True))],
    ),
    (AirportNow, found(AirportNow, ttl_attribute=None), {"ttl": False}, []),
    (
        AirportNow,
        found(AirportNow),
        {"ttl": False},
        [("switch off time to live by closes", ttl("closes", False))],
    ),
    (AirportNow, TTL_ON_OLD, {}, []),
    (
        AirportNow,
        TTL_ON_OLD,
        {"ttl": True},
        [
            ("switch off time to live by old", ttl("old", False)),
            ("switch on time to live by closes", ttl("closes", True)),
        ],
    ),
    (Airport, found(Airport, ttl_attribute="old"), {}, []),
    # indexes
    (
        AirportNow,
        provisioned(Airport, ttl_attribute="closes"),
        {"indexes": {"by-height": {"write_capacity": 1}}},
        [
            (
                "create index by-zone on zone (S), height (N), with all attributes",
                update(
                    AttributeDefinitions=[
                        {"AttributeName": "code", "AttributeType": "S"},
                        {"AttributeName": "country", "AttributeType": "S"},
                        {"AttributeName": "zone", "AttributeType": "S"},
                        {"AttributeName": "height", "AttributeType": "N"},
                    ],
                    **of_index(
                        "Create",
                        "by-zone",
                        KeySchema=[
                            {"AttributeName": "zone", "KeyType": "HASH"},
                            {"AttributeName": "height", "KeyType": "RANGE"},
                        ],
                        Projection={"ProjectionType": "ALL"},
                        **units(5, 6),
                    ),
                ),
            ),
            (
                "create index by-height on height (N), with keys only (write capacity "
                "1)",
                update(
                    AttributeDefinitions=[
                        {"AttributeName": "code", "AttributeType": "S"},
                        {"AttributeName": "country", "AttributeType": "S"},
                        {"AttributeName": "height", "AttributeType": "N"},
                    ],
                    **of_index(
                        "Create",
                        "by-height",
                        KeySchema=[{"AttributeName": "height", "KeyType": "HASH"}],
                        Projection={"ProjectionType": "KEYS_ONLY"},
                        **units(5, 1),
                    ),
                ),
            ),
        ],
    ),
    (
        Airport,
        found(Airport, indexes=(index("by-country", "country", status="DELETING"),)),
        {},
        [
            (
                "create index by-country on country (S), with all attributes",
                update(
                    AttributeDefinitions=[
                        {"AttributeName": "code", "AttributeType": "S"},
                        {"AttributeName": "country", "AttributeType": "S"},
                    ],
                    **of_index(
                        "Create",
                        "by-country",
                        KeySchema=[{"AttributeName": "country", "KeyType": "HASH"}],
                        Projection={"ProjectionType": "ALL"},
                    ),
                ),
            )
        ],
    ),
]


@pytest.mark.parametrize(("model", "there", "options", "expected"), STEPS)
def test_the_steps_are_what_is_missing(
    model: type[Model],
    there: TableDescription,
    options: dict[str, Any],
    expected: list[tuple[str, tuple[str, dict[str, Any]]]],
) -> None:
    planned = between(model, there, **options)
    assert [
        (each.text, (each.request.operation, each.request.body))
        for each in planned.steps
    ] == expected
    assert planned.held_back == ()


def test_a_new_table_is_planned_with_all_that_is_said_of_it() -> None:
    planned = between(
        AirportNow,
        None,
        billing_mode="PROVISIONED",
        read_capacity=3,
        write_capacity=4,
        indexes={"by-zone": {"read_capacity": 9}},
        stream="NEW_IMAGE",
        encryption="KMS",
        deletion_protection=True,
        point_in_time_recovery=True,
        tags={"team": "blue", "old": None},
    )
    assert [each.text for each in planned.steps] == [
        "create table on code (S), PROVISIONED, read capacity 3, write capacity 4, "
        "with the indexes by-country, by-zone (read capacity 9), by-height; start a "
        "stream of NEW_IMAGE; encrypt with AWS's key for DynamoDB in KMS; switch on "
        "deletion protection; set tags team",
        "switch on point-in-time recovery",
        "switch on time to live by closes",
    ]


def test_what_no_model_declares_is_deleted_only_on_demand() -> None:
    there = found(Airport)
    planned = between(Airport, replace(there, indexes=(*there.indexes, LEFT)))
    assert (planned.steps, planned.drift) == ((), ())
    assert [(each.text, each.request.body) for each in planned.held_back] == [
        (
            "delete index by-left, which is in no model",
            update(**of_index("Delete", "by-left"))[1],
        )
    ]
    assert planned.held_back[0].deletes


DRIFT: list[tuple[type[Model], TableDescription, str, bool]] = [
    (
        AirportElsewhere,
        found(Airport),
        "airports: its key is code (S), and that of AirportElsewhere is code (S), day "
        "(S); keys cannot be changed: give the model another table name, and move the "
        "items there",
        True,
    ),
    (
        Airport,
        found(Airport, partition_key=KeyDescription("code", "N")),
        "airports: its key is code (N), and that of Airport is code (S); keys cannot "
        "be changed: give the model another table name, and move the items there",
        True,
    ),
    (
        AirportLocal,
        found(AirportPlain),
        "flights: the local index by-gate of AirportLocal is missing; local indexes "
        "come with their table: declare it with gsi(), or move the items to a new "
        "table",
        True,
    ),
    (
        AirportPlain,
        found(AirportLocal),
        "flights: the local index by-gate is in no model; it cannot be dropped without "
        "its table",
        False,
    ),
    (
        Airport,
        found(Airport, indexes=(index("by-country", "land"),)),
        "airports: the index by-country is a GSI on land (S), and in Airport a GSI on "
        "country (S); an index cannot be changed: declare it under a new name, and "
        "drop the old one when nothing reads it",
        True,
    ),
    (
        Airport,
        found(Airport, indexes=(index("by-country", "country", projection=("name",)),)),
        "airports: the index by-country is with name, and in Airport with all "
        "attributes; an index cannot be changed: declare it under a new name, and drop "
        "the old one when nothing reads it",
        True,
    ),
    (
        AirportNow,
        found(
            AirportNow,
            indexes=(
                *found(AirportNow).indexes[:2],
                replace(found(AirportNow).indexes[2], projection="ALL"),
            ),
        ),
        "airports: the index by-height is with all attributes, and in AirportNow with "
        "keys only; an index cannot be changed: declare it under a new name, and drop "
        "the old one when nothing reads it",
        False,
    ),
    (
        Airport,
        found(
            Airport,
            indexes=(index("other", "x", sort_key=KeyDescription("country", "N")),),
        ),
        "airports: the index by-country cannot be made: country is N there and S in "
        "Airport; an attribute has one type in all keys, and can be when the indexes "
        "that are in no model are deleted",
        True,
    ),
]


@pytest.mark.parametrize(("model", "there", "text", "is_breaking"), DRIFT)
def test_what_cannot_be_changed_is_said_with_its_reason(
    model: type[Model], there: TableDescription, text: str, is_breaking: bool
) -> None:
    planned = between(model, there)
    assert [(str(each), each.is_breaking) for each in planned.drift] == [
        (text, is_breaking)
    ]
    assert planned.steps == ()


MISFITS: list[tuple[TableDescription | None, dict[str, Any], str]] = [
    (
        provisioned(Airport),
        {"max_read_request_units": 1},
        "max_read_request_units goes with billing_mode='PAY_PER_REQUEST', and table "
        "airports is PROVISIONED",
    ),
    (
        found(Airport),
        {"indexes": {"by-country": {"read_capacity": 1}}},
        r"indexes\['by-country'\]: read_capacity goes with "
        "billing_mode='PROVISIONED', and table airports is PAY_PER_REQUEST",
    ),
    (
        found(Airport),
        {"billing_mode": "PROVISIONED", "read_capacity": 1},
        r"needs read_capacity and write_capacity \(units\); write_capacity is missing",
    ),
    (
        None,
        {"read_capacity": 1, "write_capacity": 1},
        "read_capacity goes with billing_mode='PROVISIONED', and a new table is",
    ),
    (
        None,
        {"billing_mode": "PROVISIONED"},
        "read_capacity and write_capacity is missing",
    ),
    (
        found(Airport),
        {"indexes": {"by-nothing": {"max_read_request_units": 1}}},
        "'by-nothing', which is no global index; there are: by-country",
    ),
]


@pytest.mark.parametrize(("there", "options", "text"), MISFITS)
def test_options_that_do_not_fit_the_table_are_one_error(
    there: TableDescription | None, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError, match=text):
        between(Airport, there, **options)
