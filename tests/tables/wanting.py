"""Models to wanted tables, and tables as they would be found."""

from typing import Any

from msgspec.structs import replace

from dynamorm_async.compiler.tables.descriptions import (
    IndexDescription,
    KeyDescription,
    TableDescription,
)
from dynamorm_async.compiler.tables.wanted import WantedTable, wanted_table
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.items import ItemCodec
from dynamorm_async.schema.model import Model, table_of


def wanted(*models: type[Model]) -> WantedTable:
    """The table that these models share, by the name of the first."""
    codecs = Codecs()
    tables = [table_of(each) for each in models]
    return wanted_table(
        tables[0].table_name, [ItemCodec(each, codecs) for each in tables]
    )


def found(*models: type[Model], **facts: Any) -> TableDescription:
    """The table of these models as it would be found, but for these facts."""
    table = wanted(*models)
    made = TableDescription(
        name=table.name,
        status="ACTIVE",
        partition_key=table.partition_key,
        sort_key=table.sort_key,
        indexes=tuple(
            IndexDescription(
                name=each.name,
                kind=each.kind,
                partition_key=each.partition_key,
                sort_key=each.sort_key,
                projection=each.projection,
                status="ACTIVE",
            )
            for each in table.indexes
        ),
        billing_mode="PAY_PER_REQUEST",
        item_count=0,
        size_bytes=0,
        arn=f"arn:{table.name}",
        created=None,
        ttl_attribute=table.ttl_attribute,
    )
    return replace(made, **facts)


def provisioned(*models: type[Model], **facts: Any) -> TableDescription:
    """The same, with 5 and 6 units of capacity everywhere."""
    units = {"read_capacity": 5, "write_capacity": 6}
    on_demand = found(*models, billing_mode="PROVISIONED", **units)
    indexes = tuple(replace(each, **units) for each in on_demand.indexes)
    return replace(on_demand, indexes=indexes, **facts)


def index(name: str, key: str, **facts: Any) -> IndexDescription:
    """A global index on a text."""
    made = IndexDescription(
        name=name,
        kind="GSI",
        partition_key=KeyDescription(key, "S"),
        sort_key=None,
        projection="ALL",
        status="ACTIVE",
    )
    return replace(made, **facts)
