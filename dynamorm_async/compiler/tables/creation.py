"""The request that makes a table, with everything that can be said of a new one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...errors import ConfigurationError
from ...wire import Body, CompiledQuery
from .options import CAPACITIES, LIMITS, TableOptions, check_billing
from .requests import (
    definitions,
    encryption_body,
    index_body,
    key_schema,
    request,
    stream_body,
    tag_list,
    throughput,
)
from .wanted import WantedIndex, WantedTable


def create_table(wanted: WantedTable, options: TableOptions) -> CompiledQuery[Body]:
    """The CreateTable of a table with all indexes of its models.

    Time to live and point-in-time recovery take requests of their own, afterwards.
    Raises `ConfigurationError` for options that do not fit a new table.
    """
    mode = options.get("billing_mode", "PAY_PER_REQUEST")
    check_billing(mode, options, "a new table is")
    check_indexes(options, (each.name for each in wanted.global_indexes()))
    own = units_of(options, mode)
    require_capacity(mode, own, wanted.name)
    body: Body = {
        "TableName": wanted.name,
        "KeySchema": key_schema(wanted.keys),
        "AttributeDefinitions": definitions(wanted.types),
        "BillingMode": mode,
        **throughput(_without_none(own)),
        **_indexes(wanted, options, mode),
        **_settings(options),
    }
    return request("CreateTable", body)


def _indexes(wanted: WantedTable, options: TableOptions, mode: str) -> Body:
    local = [each for each in wanted.indexes if each.kind == "LSI"]
    listed = {
        "GlobalSecondaryIndexes": [
            index_body(each, new_index_units(each, options, options, mode))
            for each in wanted.global_indexes()
        ],
        "LocalSecondaryIndexes": [index_body(each, {}) for each in local],
    }
    return {part: bodies for part, bodies in listed.items() if bodies}


def new_index_units(
    index: WantedIndex, options: TableOptions, table: Any, mode: str
) -> Mapping[str, Any]:
    """The throughput of an index that is made: its own, or the capacity of its table.

    `table` has the capacity of the table, as options or description.
    """
    said = units_of_index(index.name, options, mode)
    if mode != "PROVISIONED":
        return _without_none(said)
    return {**{name: table[name] for name in CAPACITIES}, **said}


def units_of(said: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """The units that are named and go with this billing mode."""
    names = CAPACITIES if mode == "PROVISIONED" else LIMITS
    return {name: said[name] for name in names if name in said}


def units_of_index(index: str, options: TableOptions, mode: str) -> dict[str, Any]:
    """The units that are named for one index, and go with this billing mode."""
    return units_of(options.get("indexes", {}).get(index, {}), mode)


def require_capacity(mode: str, units: Mapping[str, Any], table: str) -> None:
    """Refuse PROVISIONED without both capacities; raises `ConfigurationError`."""
    missing = [name for name in CAPACITIES if name not in units]
    if mode == "PROVISIONED" and missing:
        raise ConfigurationError(
            f"table {table}: billing_mode='PROVISIONED' needs read_capacity and "
            f"write_capacity (units); {' and '.join(missing)} is missing"
        )


def check_indexes(options: TableOptions, known: Iterable[str]) -> None:
    """Refuse throughput of an index that is not there; raises `ConfigurationError`."""
    listed = list(dict.fromkeys(known))
    for name in options.get("indexes", {}):
        if name not in listed:
            raise ConfigurationError(
                f"indexes names {name!r}, which is no global index; there are: "
                f"{', '.join(listed) or 'none'}"
            )


def shared_out(
    options: TableOptions, tables: Sequence[Sequence[str]]
) -> list[TableOptions]:
    """The options for each of these tables, of which the global indexes are given.

    Each gets what is said of its own indexes.  Raises `ConfigurationError` where an
    index is in none of them.
    """
    if "indexes" not in options:
        return [options] * len(tables)
    check_indexes(options, (name for names in tables for name in names))
    said = options["indexes"]
    return [
        {**options, "indexes": {each: said[each] for each in said if each in names}}
        for names in tables
    ]


def _settings(options: TableOptions) -> Body:
    body: Body = {}
    view = options.get("stream")
    if view is not None:
        body |= stream_body(view)
    if options.get("encryption") == "KMS":
        body |= encryption_body("KMS", options.get("kms_key_id"))
    table_class = options.get("table_class", "STANDARD")
    if table_class != "STANDARD":
        body["TableClass"] = table_class
    if options.get("deletion_protection"):
        body["DeletionProtectionEnabled"] = True
    tags = _without_none(options.get("tags", {}))
    if tags:
        body["Tags"] = tag_list(tags)
    return body


def _without_none(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said; for a new table, `None` says nothing."""
    return {name: value for name, value in said.items() if value is not None}
