"""Requests that make, look at and drop tables."""

from collections.abc import Iterable
from typing import Any

from ..errors import InvalidFieldError
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo, IndexInfo
from ..wire import Body, CompiledQuery

_KEY_TYPES = ("S", "N", "B")


def create_table(table_name: str, codec: ItemCodec[Any]) -> CompiledQuery[Body]:
    """An on-demand table with all indexes of the model."""
    table = codec.table
    body: Body = {
        "TableName": table_name,
        "KeySchema": _key_schema(table.partition_key, table.sort_key),
        "AttributeDefinitions": _definitions(codec),
        "BillingMode": "PAY_PER_REQUEST",
    }
    for kind, part in (
        ("GSI", "GlobalSecondaryIndexes"),
        ("LSI", "LocalSecondaryIndexes"),
    ):
        indexes = [_index(each) for each in table.indexes.values() if each.kind == kind]
        if indexes:
            body[part] = indexes
    return _compiled("CreateTable", body)


def describe_table(table_name: str) -> CompiledQuery[Body]:
    """What the service says of a table."""
    return _compiled("DescribeTable", {"TableName": table_name})


def describe_ttl(table_name: str) -> CompiledQuery[Body]:
    """Which attribute holds the time to live."""
    return _compiled("DescribeTimeToLive", {"TableName": table_name})


def enable_ttl(table_name: str, attribute: str) -> CompiledQuery[Body]:
    """Let the service delete items when the time in `attribute` has passed."""
    chosen = {"AttributeName": attribute, "Enabled": True}
    body = {"TableName": table_name, "TimeToLiveSpecification": chosen}
    return _compiled("UpdateTimeToLive", body)


def delete_table(table_name: str) -> CompiledQuery[Body]:
    """Drop a table and everything in it."""
    return _compiled("DeleteTable", {"TableName": table_name})


def _compiled(operation: str, body: Body) -> CompiledQuery[Body]:
    return CompiledQuery.of(operation, body, lambda reply: reply)


def _key_schema(partition: FieldInfo, sort: FieldInfo | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition.attribute, "KeyType": "HASH"}]
    if sort is not None:
        schema.append({"AttributeName": sort.attribute, "KeyType": "RANGE"})
    return schema


def _definitions(codec: ItemCodec[Any]) -> list[dict[str, str]]:
    return [
        {"AttributeName": each.attribute, "AttributeType": _key_type(codec, each)}
        for each in _key_fields(codec)
    ]


def _key_fields(codec: ItemCodec[Any]) -> Iterable[FieldInfo]:
    keys = {each.attribute for each in codec.table.key}
    for each in codec.table.fields:
        if each.attribute in keys or each.key_of:
            yield each


def _key_type(codec: ItemCodec[Any], field: FieldInfo) -> str:
    tag = codec.fields[field.attribute].tag
    if tag not in _KEY_TYPES:
        raise InvalidFieldError(
            f"{field}: a key is stored as S, N or B for all items, and this type as "
            f"{tag or 'one or another, depending on the value'}"
        )
    return tag


def _index(index: IndexInfo) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index.projection}
    if not isinstance(index.projection, str):
        projection = {
            "ProjectionType": "INCLUDE",
            "NonKeyAttributes": list(index.projection),
        }
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.partition_key, index.sort_key),
        "Projection": projection,
    }
