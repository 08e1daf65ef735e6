"""From a table and what its models and options say to the steps between.  Pure.

A step is there as long as it is needed: what is done, by whomever, is planned no more.
"""

from collections.abc import Iterator
from typing import Any

from . import requests
from .creation import (
    check_indexes,
    create_table,
    new_index_units,
    units_of,
    units_of_index,
)
from .descriptions import (
    IndexDescription,
    KeyDescription,
    TableDescription,
    keys_of,
)
from .drift import index_drift, key_drift, known_types, type_conflicts
from .options import BillingMode, TableOptions, check_billing
from .settings import (
    SETTINGS,
    SETTINGS_OF_NEW,
    recovery_steps,
    ttl_drift,
    ttl_steps,
)
from .steps import Difference, TableStep
from .throughput import in_brackets, in_words, throughput_steps
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
    check_indexes(options, global_names(wanted, found))
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
    text = _all_in_words(wanted, options, made.body["BillingMode"])
    return (
        TableStep(wanted.name, text, made, creates=True),
        *recovery_steps(wanted.name, None, options),
        *ttl_steps(wanted, None, options),
    )


def _all_in_words(wanted: WantedTable, options: TableOptions, mode: BillingMode) -> str:
    """All that is said of a new table."""
    own = (*map(str, wanted.keys), mode, *in_words(units_of(options, mode)))
    text = f"create table on {', '.join(own)}"
    indexes = [
        each.name + in_brackets(units_of_index(each.name, options, mode))
        for each in wanted.indexes
    ]
    if indexes:
        text += f", with the indexes {', '.join(indexes)}"
    bare = TableDescription(
        name=wanted.name,
        status="ACTIVE",
        partition_key=wanted.partition_key,
        sort_key=wanted.sort_key,
        indexes=(),
        billing_mode=mode,
        item_count=0,
        size_bytes=0,
        arn=None,
        created=None,
    )
    told = (step.text for each in SETTINGS_OF_NEW for step in each(bare, options))
    return "; ".join((text, *told))


def global_names(wanted: WantedTable, found: TableDescription | None) -> list[str]:
    """The global indexes that models declare, and those that are there."""
    here = [each.name for each in wanted.global_indexes()]
    indexes = found.indexes if found else ()
    there = [each.name for each in indexes if each.kind == "GSI"]
    return list(dict.fromkeys((*here, *there)))


def _new_indexes(
    wanted: WantedTable, found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    there = {each.name for each in found.indexes if not _is_going(each)}
    types = known_types(found)
    for index in wanted.global_indexes():
        if index.name not in there and not type_conflicts(index, types):
            yield _create_index(index, found, options)


def _create_index(
    index: WantedIndex, found: TableDescription, options: TableOptions
) -> TableStep:
    types = dict(known_types(found))
    types.update((key.attribute, key.type) for key in keys_of(index))
    mode = options.get("billing_mode", found.billing_mode)
    text = f"create index {index}"
    text += in_brackets(units_of_index(index.name, options, mode))
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
    return TableStep(found.name, text, requests.update_table(found.name, change))


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
