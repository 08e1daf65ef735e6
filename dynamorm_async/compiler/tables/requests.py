"""Requests that look at tables and drop them, and the parts that others are made of."""

from collections.abc import Iterable, Mapping
from typing import Any

from ...schema.table import Projection
from ...wire import Body, CompiledQuery
from .descriptions import KeyDescription, keys_of
from .options import CAPACITIES, LIMITS
from .wanted import WantedIndex

_WIRE_NAMES = {
    "read_capacity": "ReadCapacityUnits",
    "write_capacity": "WriteCapacityUnits",
    "max_read_request_units": "MaxReadRequestUnits",
    "max_write_request_units": "MaxWriteRequestUnits",
}
NO_LIMIT = -1
"""How the service is told to lift a limit."""


def describe_table(table_name: str) -> CompiledQuery[Body]:
    """What the service says of a table."""
    return request("DescribeTable", {"TableName": table_name})


def describe_ttl(table_name: str) -> CompiledQuery[Body]:
    """Which attribute holds the time to live."""
    return request("DescribeTimeToLive", {"TableName": table_name})


def describe_backups(table_name: str) -> CompiledQuery[Body]:
    """Whether the table can be restored to a point in time."""
    return request("DescribeContinuousBackups", {"TableName": table_name})


def list_tags(arn: str, after: str | None = None) -> CompiledQuery[Body]:
    """A page of the table's tags."""
    more = {} if after is None else {"NextToken": after}
    return request("ListTagsOfResource", {"ResourceArn": arn, **more})


def set_ttl(table_name: str, attribute: str, *, on: bool) -> CompiledQuery[Body]:
    """Let the service delete items when the time in `attribute` has passed, or not."""
    chosen = {"AttributeName": attribute, "Enabled": on}
    body = {"TableName": table_name, "TimeToLiveSpecification": chosen}
    return request("UpdateTimeToLive", body)


def set_recovery(
    table_name: str, *, on: bool, days: int | None = None
) -> CompiledQuery[Body]:
    """Switch point-in-time recovery, with the days it reaches back."""
    chosen: Body = {"PointInTimeRecoveryEnabled": on}
    if days is not None:
        chosen["RecoveryPeriodInDays"] = days
    body = {"TableName": table_name, "PointInTimeRecoverySpecification": chosen}
    return request("UpdateContinuousBackups", body)


def set_tags(arn: str, tags: Mapping[str, str]) -> CompiledQuery[Body]:
    """Add tags, or give them other values."""
    return request("TagResource", {"ResourceArn": arn, "Tags": tag_list(tags)})


def remove_tags(arn: str, names: Iterable[str]) -> CompiledQuery[Body]:
    """Remove tags."""
    return request("UntagResource", {"ResourceArn": arn, "TagKeys": list(names)})


def update_table(table_name: str, change: Body) -> CompiledQuery[Body]:
    """One change of a table; the service takes no more in one request."""
    return request("UpdateTable", {"TableName": table_name, **change})


def change_index(table_name: str, verb: str, index: Body) -> CompiledQuery[Body]:
    """Update or Delete a global index."""
    return update_table(table_name, {"GlobalSecondaryIndexUpdates": [{verb: index}]})


def delete_table(table_name: str) -> CompiledQuery[Body]:
    """Drop a table and everything in it."""
    return request("DeleteTable", {"TableName": table_name})


def request(operation: str, body: Body) -> CompiledQuery[Body]:
    """A request whose reply is taken as it is."""
    return CompiledQuery.of(operation, body, _as_it_is)


def _as_it_is(reply: Body) -> Body:
    return reply


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as the service has them."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def definitions(types: Iterable[KeyDescription]) -> list[dict[str, str]]:
    """The types of key attributes."""
    return [
        {"AttributeName": each.attribute, "AttributeType": each.type} for each in types
    ]


def key_schema(keys: Iterable[KeyDescription]) -> list[dict[str, str]]:
    """A partition key, and a sort key where there is one."""
    return [
        {"AttributeName": each.attribute, "KeyType": role}
        for each, role in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


def index_body(index: WantedIndex, units: Mapping[str, Any]) -> Body:
    """An index as CreateTable and UpdateTable take it."""
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(keys_of(index)),
        "Projection": _projection(index.projection),
        **throughput(units),
    }


def _projection(projection: Projection) -> Body:
    if isinstance(projection, str):
        return {"ProjectionType": projection}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projection)}


def throughput(units: Mapping[str, Any]) -> Body:
    """Capacity and limits, of what is named of them."""
    parts = {"ProvisionedThroughput": CAPACITIES, "OnDemandThroughput": LIMITS}
    body: Body = {}
    for part, names in parts.items():
        said = {_WIRE_NAMES[name]: units[name] for name in names if name in units}
        if said:
            body[part] = {
                name: NO_LIMIT if value is None else value
                for name, value in said.items()
            }
    return body


def stream_body(view: str | None) -> Body:
    """A stream that tells this of each change, or none."""
    if view is None:
        return {"StreamSpecification": {"StreamEnabled": False}}
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}


def encryption_body(encryption: str, key: str | None) -> Body:
    """Encryption with AWS's own key, or one of KMS."""
    if encryption == "AWS_OWNED":
        return {"SSESpecification": {"Enabled": False}}
    chosen: Body = {"Enabled": True, "SSEType": "KMS"}
    if key is not None:
        chosen["KMSMasterKeyId"] = key
    return {"SSESpecification": chosen}
