"""From a table and what its models and options say to the steps between.  Pure.

A step is there as long as it is needed: what is done, by whomever, is planned no more.
"""

from collections.abc import Iterator
from typing import Any

from ...wire import Body, CompiledQuery
from . import requests
from .creation import check_indexes, create_table, new_index_units
from .descriptions import (
    IndexDescription,
    KeyDescription,
    TableDescription,
    keys_of,
)
from .drift import index_drift, key_drift, known_types, type_conflicts
from .options import TableOptions, check_billing
from .settings import SETTINGS, recovery_steps, ttl_drift, ttl_steps
from .steps import Difference, TableStep
from .throughput import throughput_steps
from .wanted import WantedIndex, WantedTable


def difference(
    wanted: WantedTable, found: TableDescription | None, options: TableOptions
) -> Difference:
    """What it takes to make the table what its models and options say.

    `found` is None where there is no table.  Raises `ConfigurationError` for options
    that do not fit it.
    """
    if found is None:
        return Difference(steps=_whole(wanted, options))
    drift = key_drift(wanted, found)
    if drift:
        return Difference(drift=tuple(drift))
    mode = options.get("billing_mode", found.billing_mode)
    check_billing(mode, options, f"table {wanted.name} is")
    check_indexes(options, _global_names(wanted, found))
    return Difference(
        steps=(
            *throughput_steps(found, options),
            *(step for each in SETTINGS for step in each(found, options)),
            *ttl_steps(wanted, found, options),
            *_new_indexes(wanted, found, options),
        ),
        held_back=tuple(_left_over(wanted, found)),
        drift=(*index_drift(wanted, found), *ttl_drift(wanted, found, options)),
    )


def _whole(wanted: WantedTable, options: TableOptions) -> tuple[TableStep, ...]:
    """A new table, and what has to be said of it once it is there."""
    made = create_table(wanted, options)
    text = f"create table on {', '.join(map(str, wanted.keys))}"
    named = ", ".join(each.name for each in wanted.indexes)
    billing = made.body["BillingMode"]
    text += f", {billing}" + (f", with the indexes {named}" if named else "")
    return (
        TableStep(wanted.name, text, made, creates=True),
        *recovery_steps(wanted.name, None, options),
        *ttl_steps(wanted, None, options),
    )


def _global_names(wanted: WantedTable, found: TableDescription) -> list[str]:
    here = [each.name for each in wanted.global_indexes()]
    there = [each.name for each in found.indexes if each.kind == "GSI"]
    return list(dict.fromkeys((*here, *there)))


def _new_indexes(
    wanted: WantedTable, found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    there = {each.name for each in found.indexes if not _is_going(each)}
    types = known_types(found)
    for index in wanted.global_indexes():
        if index.name not in there and not type_conflicts(index, types):
            request = _create_index(index, found, options)
            yield TableStep(wanted.name, f"create index {index}", request)


def _create_index(
    index: WantedIndex, found: TableDescription, options: TableOptions
) -> CompiledQuery[Body]:
    types = dict(known_types(found))
    types.update((key.attribute, key.type) for key in keys_of(index))
    mode = options.get("billing_mode", found.billing_mode)
    table: Any = {
        "read_capacity": options.get("read_capacity", found.read_capacity),
        "write_capacity": options.get("write_capacity", found.write_capacity),
    }
    body = requests.index_body(index, new_index_units(index, options, table, mode))
    change = {
        "AttributeDefinitions": requests.definitions(
            KeyDescription(*each) for each in types.items()
        ),
        "GlobalSecondaryIndexUpdates": [{"Create": body}],
    }
    return requests.update_table(found.name, change)


def _left_over(wanted: WantedTable, found: TableDescription) -> Iterator[TableStep]:
    """Global indexes that no model declares."""
    declared = {each.name for each in wanted.indexes}
    for each in found.indexes:
        if each.kind == "GSI" and each.name not in declared and not _is_going(each):
            yield TableStep(
                wanted.name,
                f"delete index {each.name}, which is in no model",
                requests.change_index(found.name, "Delete", {"IndexName": each.name}),
                deletes=True,
            )


def _is_going(index: IndexDescription) -> bool:
    return index.status == "DELETING"
