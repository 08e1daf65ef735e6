"""Steps that change how a table is billed and how much it may take."""

from collections.abc import Iterator, Mapping
from typing import Any

from ...wire import Body
from . import requests
from .creation import require_capacity, units_of, units_of_index
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
        text += f", {', '.join(in_words(own))}"
        # The service wants the capacity of every index in this one request.
        updates: list[Body] = []
        for index in found.indexes:
            if index.kind == "GSI":
                named = units_of_index(index.name, options, mode)
                updates.append({"Update": _index_update(index, {**own, **named})})
                text += f", index {index.name}{in_brackets(named)}" if named else ""
        if updates:
            change["GlobalSecondaryIndexUpdates"] = updates
    return TableStep(found.name, text, requests.update_table(found.name, change))


def _units(
    found: TableDescription, options: TableOptions, mode: str
) -> Iterator[TableStep]:
    said = units_of(options, mode)
    own = _changed(found, said, {})
    if own:
        request = requests.update_table(found.name, requests.throughput(own))
        text = f"change {', '.join(in_words(own))}"
        yield TableStep(found.name, text, request)
    for index in found.indexes:
        table = {name: said.get(name, getattr(found, name)) for name in CAPACITIES}
        units = _changed(index, units_of_index(index.name, options, mode), table)
        if units and index.kind == "GSI" and index.status != "DELETING":
            update = _index_update(index, units)
            request = requests.change_index(found.name, "Update", update)
            text = f"change index {index.name}: {', '.join(in_words(units))}"
            yield TableStep(found.name, text, request)


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


def in_words(units: Mapping[str, Any]) -> list[str]:
    """Each of these units in words."""
    return [
        words.format("any number of" if units[name] is None else units[name]).replace(
            "at most any", "any"
        )
        for name, words in _WORDS.items()
        if name in units
    ]


def in_brackets(units: Mapping[str, Any]) -> str:
    """The units behind what they are of, if there are any."""
    return f" ({', '.join(in_words(units))})" if units else ""
