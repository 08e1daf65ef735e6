"""The table that models want: the union of what those that share it say of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NoReturn

from msgspec import Struct

from ...errors import InvalidFieldError, InvalidModelError
from ...marshalling.items import ItemCodec
from ...schema.table import FieldInfo, IndexInfo, Projection
from .descriptions import KeyDescription, keys_of

_KEY_TYPES = ("S", "N", "B")


class WantedIndex(Struct, frozen=True):
    """A secondary index as models declare it."""

    name: str
    kind: Literal["GSI", "LSI"]
    partition_key: KeyDescription
    sort_key: KeyDescription | None
    projection: Projection
    model: str
    """The model that declared it first."""

    def __str__(self) -> str:
        keys = ", ".join(map(str, keys_of(self)))
        return f"{self.name} on {keys}, {projects(self.projection)}"


class WantedTable(Struct, frozen=True):
    """A table as its models want it."""

    name: str
    models: tuple[str, ...]
    partition_key: KeyDescription
    sort_key: KeyDescription | None
    indexes: tuple[WantedIndex, ...]
    types: tuple[KeyDescription, ...]
    """Every attribute that is a key of the table or of an index."""

    ttl_attribute: str | None

    @property
    def keys(self) -> tuple[KeyDescription, ...]:
        """The partition key, and the sort key where there is one."""
        return keys_of(self)

    def global_indexes(self) -> list[WantedIndex]:
        """Those that can be made and dropped while the table lives."""
        return [each for each in self.indexes if each.kind == "GSI"]


def projects(projection: Projection) -> str:
    """What an index holds, in words."""
    if isinstance(projection, str):
        return {"ALL": "with all attributes", "KEYS_ONLY": "with keys only"}[projection]
    return f"with {', '.join(projection)}"


def wanted_table(name: str, codecs: Sequence[ItemCodec[Any]]) -> WantedTable:
    """The table of this name that these models share.

    Raises `InvalidModelError` where two of them contradict each other, and
    `InvalidFieldError` for a key of a type that is none.
    """
    first = codecs[0].table
    types: dict[str, tuple[str, str]] = {}
    indexes: dict[str, WantedIndex] = {}
    for codec in codecs:
        _check_keys(name, codecs[0], codec)
        _add_types(name, types, codec)
        for each in codec.table.indexes.values():
            index = _wanted_index(codec, each)
            known = indexes.setdefault(index.name, index)
            indexes[index.name] = _united(name, known, index)
    partition, *sort = _keys(codecs[0], first.key)
    return WantedTable(
        name=name,
        models=tuple(codec.table.model_name for codec in codecs),
        partition_key=partition,
        sort_key=sort[0] if sort else None,
        indexes=tuple(indexes.values()),
        types=tuple(KeyDescription(key, kind) for key, (kind, _) in types.items()),
        ttl_attribute=_ttl_attribute(name, codecs),
    )


def _check_keys(name: str, first: ItemCodec[Any], other: ItemCodec[Any]) -> None:
    mine, its = (_keys(each, each.table.key) for each in (first, other))
    if mine != its:
        _contradiction(
            name,
            f"{first.table.model_name} has the key {_listed(mine)}",
            f"{other.table.model_name} has {_listed(its)}",
        )


def _add_types(
    name: str, types: dict[str, tuple[str, str]], codec: ItemCodec[Any]
) -> None:
    """Note the type of every key attribute, and which model says so."""
    model = codec.table.model_name
    for field in _key_fields(codec):
        kind = _key_type(codec, field)
        known, by = types.setdefault(field.attribute, (kind, model))
        if known != kind:
            _contradiction(
                name,
                f"{by} stores the key attribute {field.attribute} as {known}",
                f"{model} as {kind}",
            )


def _key_fields(codec: ItemCodec[Any]) -> Iterable[FieldInfo]:
    keys = {each.attribute for each in codec.table.key}
    for each in codec.table.fields:
        if each.attribute in keys or each.key_of:
            yield each


def _keys(
    codec: ItemCodec[Any], fields: Iterable[FieldInfo]
) -> tuple[KeyDescription, ...]:
    return tuple(
        KeyDescription(each.attribute, _key_type(codec, each)) for each in fields
    )


def _key_type(codec: ItemCodec[Any], field: FieldInfo) -> str:
    tag = codec.fields[field.attribute].tag
    if tag not in _KEY_TYPES:
        raise InvalidFieldError(
            f"{field}: a key is stored as S, N or B for all items, and this type as "
            f"{tag or 'one or another, depending on the value'}"
        )
    return tag


def _wanted_index(codec: ItemCodec[Any], index: IndexInfo) -> WantedIndex:
    fields = [index.partition_key, *([index.sort_key] if index.sort_key else [])]
    partition, *sort = _keys(codec, fields)
    return WantedIndex(
        name=index.name,
        kind=index.kind,
        partition_key=partition,
        sort_key=sort[0] if sort else None,
        projection=index.projection,
        model=codec.table.model_name,
    )


def _united(name: str, one: WantedIndex, other: WantedIndex) -> WantedIndex:
    """One index for both: it holds what either wants to read from it."""
    if (one.kind, keys_of(one)) != (other.kind, keys_of(other)):
        _contradiction(
            name,
            f"{one.model} has the {one.kind} {one.name} on {_listed(keys_of(one))}",
            f"{other.model} a {other.kind} of this name on {_listed(keys_of(other))}",
        )
    return WantedIndex(
        name=one.name,
        kind=one.kind,
        partition_key=one.partition_key,
        sort_key=one.sort_key,
        projection=_wider(one.projection, other.projection),
        model=one.model,
    )


def _wider(one: Projection, other: Projection) -> Projection:
    if "ALL" in (one, other):
        return "ALL"
    if one == "KEYS_ONLY":
        return other
    if other == "KEYS_ONLY":
        return one
    return tuple(dict.fromkeys((*one, *other)))


def _ttl_attribute(name: str, codecs: Sequence[ItemCodec[Any]]) -> str | None:
    said: Mapping[str, str] = {
        codec.table.model_name: codec.table.ttl.attribute
        for codec in codecs
        if codec.table.ttl is not None
    }
    for model, attribute in said.items():
        first, known = next(iter(said.items()))
        if attribute != known:
            _contradiction(
                name, f"{first} has its ttl in {known}", f"{model} in {attribute}"
            )
    return next(iter(said.values()), None)


def _contradiction(name: str, one: str, other: str) -> NoReturn:
    raise InvalidModelError(f"table {name}: {one}, and {other}; one table has but one")


def _listed(keys: Iterable[KeyDescription]) -> str:
    return ", ".join(map(str, keys))
