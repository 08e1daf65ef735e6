"""Steps that change how a table is billed and how much it may take."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import requests
from .creation import require_capacity, units_of
from .descriptions import IndexDescription, TableDescription
from .options import CAPACITIES, TableOptions
from .steps import TableStep

_WORDS = {
    "read_capacity": "read capacity {}",
    "write_capacity": "write capacity {}",
    "max_read_request_units": "at most {} reads per second",
    "max_write_request_units": "at most {} writes per second",
}


def throughput_steps(
    found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    """The billing mode first, as the units depend on it."""
    mode = options.get("billing_mode", found.billing_mode)
    switches = mode != found.billing_mode
    if switches:
        yield _switch(found, options, mode)
    if switches and mode == "PROVISIONED":
        return  # which took all capacities with it
    yield from _units(found, options, mode)


def _switch(found: TableDescription, options: TableOptions, mode: str) -> TableStep:
    text = f"change billing from {found.billing_mode} to {mode}"
    change: dict[str, Any] = {"BillingMode": mode}
    if mode == "PROVISIONED":
        own = units_of(options, mode)
        require_capacity(mode, own, found.name)
        change |= requests.throughput(own)
        text += f", {_said(own)}"
        # The service wants the capacity of every index in this one request.
        indexes = [
            {"Update": _index_update(each, {**own, **_named(each, options, mode)})}
            for each in found.indexes
            if each.kind == "GSI"
        ]
        if indexes:
            change["GlobalSecondaryIndexUpdates"] = indexes
    return TableStep(found.name, text, requests.update_table(found.name, change))


def _units(
    found: TableDescription, options: TableOptions, mode: str
) -> Iterator[TableStep]:
    said = units_of(options, mode)
    own = _changed(found, said, {})
    if own:
        request = requests.update_table(found.name, requests.throughput(own))
        yield TableStep(found.name, f"change {_said(own)}", request)
    for index in found.indexes:
        table = {name: said.get(name, getattr(found, name)) for name in CAPACITIES}
        units = _changed(index, _named(index, options, mode), table)
        if units and index.kind == "GSI" and index.status != "DELETING":
            update = _index_update(index, units)
            request = requests.change_index(found.name, "Update", update)
            text = f"change index {index.name}: {_said(units)}"
            yield TableStep(found.name, text, request)


def _named(
    index: IndexDescription, options: TableOptions, mode: str
) -> Mapping[str, Any]:
    return units_of(options.get("indexes", {}).get(index.name, {}), mode)


def _changed(
    known: TableDescription | IndexDescription,
    said: Mapping[str, Any],
    table: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The units to send: none where all are as they should be.

    `table` has the capacity of an index of which the service tells none.
    """
    changed = {
        name: value for name, value in said.items() if getattr(known, name) != value
    }
    if not changed.keys() & set(CAPACITIES):
        return changed
    # Of capacities the service wants both.
    there = {name: getattr(known, name) or table.get(name) for name in CAPACITIES}
    return {**there, **said}


def _index_update(index: IndexDescription, units: Mapping[str, Any]) -> dict[str, Any]:
    return {"IndexName": index.name, **requests.throughput(units)}


def _said(units: Mapping[str, Any]) -> str:
    return ", ".join(
        words.format("any number of" if units[name] is None else units[name])
        for name, words in _WORDS.items()
        if name in units
    ).replace("at most any", "any")
