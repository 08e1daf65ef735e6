"""Differences between a table and its models that no request can remove."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from ...schema.table import Projection
from .descriptions import (
    IndexDescription,
    KeyDescription,
    TableDescription,
    keys_of,
)
from .steps import TableDrift
from .wanted import WantedIndex, WantedTable, projects


def key_drift(wanted: WantedTable, found: TableDescription) -> list[TableDrift]:
    """Other keys than the models have: then nothing else matters."""
    if wanted.keys == found.keys:
        return []
    return [
        TableDrift(
            wanted.name,
            f"its key is {_listed(found.keys)}, and that of "
            f"{' and '.join(wanted.models)} is {_listed(wanted.keys)}; keys cannot be "
            "changed: give the model another table name, and move the items there",
            is_breaking=True,
        )
    ]


def index_drift(wanted: WantedTable, found: TableDescription) -> Iterator[TableDrift]:
    """Indexes that are other than wanted, or that cannot be made any more."""
    there = {each.name: each for each in found.indexes}
    for index in wanted.indexes:
        known = there.pop(index.name, None)
        if known is not None:
            yield from _other_index(wanted, index, known)
        elif index.kind == "LSI":
            yield _breaking(
                wanted,
                f"the local index {index.name} of {index.model} is missing; local "
                "indexes come with their table: declare it with gsi(), or move the "
                "items to a new table",
            )
        else:
            yield from _other_types(wanted, index, found)
    for left in there.values():
        if left.kind == "LSI":
            yield TableDrift(
                wanted.name,
                f"the local index {left.name} is in no model; it cannot be dropped "
                "without its table",
                is_breaking=False,
            )


def known_types(found: TableDescription) -> Mapping[str, str]:
    """The type of each attribute that is a key of the table or of an index."""
    keyed = (found, *found.indexes)
    return {key.attribute: key.type for each in keyed for key in keys_of(each)}


def type_conflicts(index: WantedIndex, types: Mapping[str, str]) -> list[str]:
    """The keys of a new index that the table has with another type."""
    return [
        f"{key.attribute} is {types[key.attribute]} there and {key.type} in "
        f"{index.model}"
        for key in keys_of(index)
        if types.get(key.attribute, key.type) != key.type
    ]


def _other_types(
    wanted: WantedTable, index: WantedIndex, found: TableDescription
) -> Iterator[TableDrift]:
    conflicts = type_conflicts(index, known_types(found))
    if not conflicts:
        return
    text = (
        f"the index {index.name} cannot be made: {', '.join(conflicts)}; an "
        "attribute has one type in all keys"
    )
    declared = {each.name for each in wanted.indexes}
    kept = [e for e in found.indexes if e.name in declared or e.kind == "LSI"]
    if not type_conflicts(index, known_types(replace(found, indexes=tuple(kept)))):
        text += ", and can be when the indexes that are in no model are deleted"
    yield _breaking(wanted, text)


def _other_index(
    wanted: WantedTable, index: WantedIndex, known: IndexDescription
) -> Iterator[TableDrift]:
    mine = (index.kind, keys_of(index))
    its = (known.kind, keys_of(known))
    if mine != its:
        yield _breaking(
            wanted,
            f"the index {index.name} is a {known.kind} on {_listed(its[1])}, and in "
            f"{index.model} a {index.kind} on {_listed(mine[1])}; "
            f"{_REMADE[known.kind]}",
        )
    elif _as_set(index.projection) != _as_set(known.projection):
        yield TableDrift(
            wanted.name,
            f"the index {index.name} is {projects(known.projection)}, and in "
            f"{index.model} {projects(index.projection)}; {_REMADE[known.kind]}",
            is_breaking=not _covers(known.projection, index.projection),
        )


_REMADE = {
    "GSI": (
        "an index cannot be changed: declare it under a new name, and drop the old "
        "one when nothing reads it"
    ),
    "LSI": "a local index cannot be changed without its table: move to a new one",
}


def _covers(has: Projection, needs: Projection) -> bool:
    if has == "ALL" or needs == "KEYS_ONLY":
        return True
    return needs != "ALL" and set(_as_set(needs)) <= set(_as_set(has))


def _as_set(projection: Projection) -> Projection | frozenset[str]:
    return projection if isinstance(projection, str) else frozenset(projection)


def _breaking(wanted: WantedTable, text: str) -> TableDrift:
    return TableDrift(wanted.name, text, is_breaking=True)


def _listed(keys: Iterable[KeyDescription]) -> str:
    return ", ".join(map(str, keys))
