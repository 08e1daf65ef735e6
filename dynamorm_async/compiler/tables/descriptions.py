"""What DynamoDB says of a table, as typed values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from ...schema.table import Projection
from .options import BillingMode, Encryption, StreamView, TableClass


class KeyDescription(Struct, frozen=True):
    """A key attribute: its stored name and its type, S, N or B."""

    attribute: str
    type: str

    def __str__(self) -> str:
        return f"{self.attribute} ({self.type})"


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

    read_capacity: int | None = None
    """Capacity units of a GSI of a PROVISIONED table; None on demand."""

    write_capacity: int | None = None
    max_read_request_units: int | None = None
    """The limit on demand, in request units per second; None: no limit."""

    max_write_request_units: int | None = None
    item_count: int = 0
    """Refreshed by the service about every six hours, as is `size_bytes`."""

    size_bytes: int = 0


class TableDescription(Struct, frozen=True):
    """A table as it is.

    >>> (await db.describe_table(User)).billing_mode
    'PAY_PER_REQUEST'
    """

    name: str
    status: str
    """ACTIVE, CREATING, UPDATING, DELETING or ARCHIVED..."""

    partition_key: KeyDescription
    sort_key: KeyDescription | None
    indexes: tuple[IndexDescription, ...]
    billing_mode: BillingMode
    item_count: int
    """Refreshed by the service about every six hours, as is `size_bytes`."""

    size_bytes: int
    arn: str | None
    created: datetime | None
    ttl_attribute: str | None = None
    """The attribute whose time ends an item; None: time to live is off."""

    read_capacity: int | None = None
    """Capacity units; None on demand."""

    write_capacity: int | None = None
    max_read_request_units: int | None = None
    """The limit on demand, in request units per second; None: no limit."""

    max_write_request_units: int | None = None
    stream: StreamView | None = None
    """What the stream tells of each change; None: there is no stream."""

    stream_arn: str | None = None
    encryption: Encryption = "AWS_OWNED"
    kms_key_arn: str | None = None
    point_in_time_recovery: bool | None = None
    """None: not known, as where it was not asked for, or may not be."""

    recovery_period_days: int | None = None
    deletion_protection: bool = False
    table_class: TableClass = "STANDARD"
    tags: Mapping[str, str] | None = None
    """None: not known, as where they were not asked for, or may not be."""

    id: str | None = None
    """What tells this table from a later one of the same name."""

    @property
    def is_active(self) -> bool:
        """Whether the table and all its indexes are ready."""
        ready = all(each.status == "ACTIVE" for each in self.indexes)
        return self.status == "ACTIVE" and ready

    @property
    def keys(self) -> tuple[KeyDescription, ...]:
        """The partition key, and the sort key where there is one."""
        return keys_of(self)


def keys_of(described: Any) -> tuple[KeyDescription, ...]:
    """The keys of a table or index: one or two."""
    if described.sort_key is None:
        return (described.partition_key,)
    return (described.partition_key, described.sort_key)


def describe(table: Mapping[str, Any]) -> TableDescription:
    """The table that a DescribeTable tells of; the rest takes requests of its own."""
    types = {
        each["AttributeName"]: each["AttributeType"]
        for each in table.get("AttributeDefinitions", ())
    }
    partition, sort = _keys(table.get("KeySchema", ()), types)
    summary = table.get("BillingModeSummary") or {}
    billing: BillingMode = summary.get("BillingMode", "PROVISIONED")
    return TableDescription(
        name=table["TableName"],
        status=table.get("TableStatus", "ACTIVE"),
        partition_key=partition,
        sort_key=sort,
        indexes=_indexes(table, types, billing),
        billing_mode=billing,
        item_count=int(table.get("ItemCount", 0)),
        size_bytes=int(table.get("TableSizeBytes", 0)),
        arn=table.get("TableArn"),
        created=_moment(table.get("CreationDateTime")),
        **_units(table, billing),
        **_stream(table),
        **_encryption(table),
        deletion_protection=bool(table.get("DeletionProtectionEnabled")),
        table_class=(table.get("TableClassSummary") or {}).get(
            "TableClass", "STANDARD"
        ),
        id=table.get("TableId"),
    )


def ttl_attribute(reply: Mapping[str, Any]) -> str | None:
    """What a DescribeTimeToLive tells; None: it is off, or about to be."""
    ttl = reply.get("TimeToLiveDescription") or {}
    on = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return ttl.get("AttributeName") if on else None


def recovery(reply: Mapping[str, Any]) -> tuple[bool | None, int | None]:
    """What a DescribeContinuousBackups tells: whether it is on, and its days."""
    told = reply.get("ContinuousBackupsDescription") or {}
    found = told.get("PointInTimeRecoveryDescription")
    if found is None:
        return None, None
    on = found.get("PointInTimeRecoveryStatus") == "ENABLED"
    return on, found.get("RecoveryPeriodInDays") if on else None


def tags_of(reply: Mapping[str, Any]) -> dict[str, str]:
    """What a page of a ListTagsOfResource tells."""
    return {each["Key"]: each["Value"] for each in reply.get("Tags", ())}


def _indexes(
    table: Mapping[str, Any], types: Mapping[str, str], billing: BillingMode
) -> tuple[IndexDescription, ...]:
    listed = [
        *(("GSI", each) for each in table.get("GlobalSecondaryIndexes") or ()),
        *(("LSI", each) for each in table.get("LocalSecondaryIndexes") or ()),
    ]
    return tuple(_index(kind, each, types, billing) for kind, each in listed)


def _index(
    kind: str, index: Mapping[str, Any], types: Mapping[str, str], billing: BillingMode
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
        item_count=int(index.get("ItemCount", 0)),
        size_bytes=int(index.get("IndexSizeBytes", 0)),
        **_units(index, billing),
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


def _units(described: Mapping[str, Any], billing: BillingMode) -> dict[str, Any]:
    """The throughput of a table or an index, of what goes with its billing mode.

    On demand the capacity is told as 0, and a limit that was lifted as -1.
    """
    if billing == "PROVISIONED":
        capacity = described.get("ProvisionedThroughput") or {}
        units = {
            "read_capacity": capacity.get("ReadCapacityUnits"),
            "write_capacity": capacity.get("WriteCapacityUnits"),
        }
    else:
        limits = described.get("OnDemandThroughput") or {}
        units = {
            "max_read_request_units": limits.get("MaxReadRequestUnits"),
            "max_write_request_units": limits.get("MaxWriteRequestUnits"),
        }
    return {
        name: int(value) if value and value > 0 else None
        for name, value in units.items()
    }


def _stream(table: Mapping[str, Any]) -> dict[str, Any]:
    stream = table.get("StreamSpecification") or {}
    if not stream.get("StreamEnabled"):
        return {}
    view = stream.get("StreamViewType")
    return {"stream": view, "stream_arn": table.get("LatestStreamArn")}


def _encryption(table: Mapping[str, Any]) -> dict[str, Any]:
    sealed = table.get("SSEDescription") or {}
    if sealed.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return {}
    return {"encryption": "KMS", "kms_key_arn": sealed.get("KMSMasterKeyArn")}


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, datetime):
        return seconds
    if isinstance(seconds, (int, float)):
        return datetime.fromtimestamp(seconds, UTC)
    return None
