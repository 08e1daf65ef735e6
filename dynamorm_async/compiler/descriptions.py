"""What DynamoDB says of a table, as typed values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from ..schema.table import Projection


class KeyDescription(Struct, frozen=True):
    """A key attribute: its stored name and its type, S, N or B."""

    attribute: str
    type: str


class IndexDescription(Struct, frozen=True):
    """A secondary index as it is."""

    name: str
    kind: str
    """GSI or LSI."""

    partition_key: KeyDescription
    sort_key: KeyDescription | None
    projection: Projection
    status: str
    """ACTIVE, CREATING, UPDATING or DELETING."""


class TableDescription(Struct, frozen=True):
    """A table as it is."""

    name: str
    status: str
    """ACTIVE, CREATING, UPDATING, DELETING or ARCHIVED..."""

    partition_key: KeyDescription
    sort_key: KeyDescription | None
    indexes: tuple[IndexDescription, ...]
    billing_mode: str
    """PAY_PER_REQUEST or PROVISIONED."""

    item_count: int
    """Refreshed by the service about every six hours."""

    size_bytes: int
    arn: str | None
    created: datetime | None
    ttl_attribute: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether the table and all its indexes are ready."""
        ready = all(each.status == "ACTIVE" for each in self.indexes)
        return self.status == "ACTIVE" and ready


def describe(table: Mapping[str, Any], ttl: Mapping[str, Any]) -> TableDescription:
    """The table that a DescribeTable and a DescribeTimeToLive reply tell of."""
    types = {
        each["AttributeName"]: each["AttributeType"]
        for each in table.get("AttributeDefinitions", ())
    }
    partition, sort = _keys(table.get("KeySchema", ()), types)
    listed = [
        *(("GSI", each) for each in table.get("GlobalSecondaryIndexes") or ()),
        *(("LSI", each) for each in table.get("LocalSecondaryIndexes") or ()),
    ]
    billing = table.get("BillingModeSummary") or {}
    on = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return TableDescription(
        name=table["TableName"],
        status=table.get("TableStatus", "ACTIVE"),
        partition_key=partition,
        sort_key=sort,
        indexes=tuple(_index(kind, each, types) for kind, each in listed),
        billing_mode=billing.get("BillingMode", "PROVISIONED"),
        item_count=int(table.get("ItemCount", 0)),
        size_bytes=int(table.get("TableSizeBytes", 0)),
        arn=table.get("TableArn"),
        created=_moment(table.get("CreationDateTime")),
        ttl_attribute=ttl.get("AttributeName") if on else None,
    )


def _index(
    kind: str, index: Mapping[str, Any], types: Mapping[str, str]
) -> IndexDescription:
    partition, sort = _keys(index["KeySchema"], types)
    projection = index.get("Projection", {})
    kept = projection.get("ProjectionType", "ALL")
    return IndexDescription(
        name=index["IndexName"],
        kind=kind,
        partition_key=partition,
        sort_key=sort,
        projection=tuple(projection.get("NonKeyAttributes", ()))
        if kept == "INCLUDE"
        else kept,
        # A local index lives and dies with its table and has no status of its own.
        status=index.get("IndexStatus", "ACTIVE"),
    )


def _keys(
    schema: Sequence[Mapping[str, str]], types: Mapping[str, str]
) -> tuple[KeyDescription, KeyDescription | None]:
    by_role = {
        each["KeyType"]: KeyDescription(
            each["AttributeName"], types.get(each["AttributeName"], "S")
        )
        for each in schema
    }
    return by_role["HASH"], by_role.get("RANGE")


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, datetime):
        return seconds
    if isinstance(seconds, (int, float)):
        return datetime.fromtimestamp(seconds, UTC)
    return None
