"""The indexes of a model, from what its fields and class keywords say of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from ..errors import InvalidFieldError, InvalidModelError
from .fields import IndexKey
from .rules import Declared
from .table import FieldInfo, IndexInfo, Projection

DeclaredProjection: TypeAlias = Literal["ALL", "KEYS_ONLY"] | Sequence[str]


def index_keys(label: str, declared: object) -> tuple[IndexKey, ...]:
    """The parts that a field has in indexes."""
    listed = declared if isinstance(declared, (list, tuple)) else [declared]
    return tuple(_index_key(label, each) for each in listed if each is not None)


def _index_key(label: str, declared: object) -> IndexKey:
    key = (
        IndexKey(declared, "GSI", sort=False) if isinstance(declared, str) else declared
    )
    if not isinstance(key, IndexKey):
        raise InvalidFieldError(
            f"{label}: index takes a name, gsi(...), lsi(...) or a list of these, "
            f"not a {type(declared).__name__}"
        )
    if not key.index:
        raise InvalidFieldError(f"{label}: an index needs a name")
    return key


def define_indexes(
    model: type,
    declared: Sequence[Declared],
    table_key: tuple[FieldInfo, FieldInfo | None],
    projections: Mapping[str, DeclaredProjection],
) -> dict[str, IndexInfo]:
    """The indexes by name, in the order in which the fields name them first."""
    parts, kinds = _parts(model, declared)
    for name in sorted(projections.keys() - kinds.keys()):
        raise InvalidModelError(
            f"{model.__name__}: projections names no index {name!r}"
        )
    names = {each.info.name: each.info for each in declared}
    by_any = {**{each.attribute: each for each in names.values()}, **names}
    indexes = {
        name: IndexInfo(
            name=name,
            kind=kind,
            partition_key=_partition_of(model, name, kind, parts[name], table_key[0]),
            sort_key=parts[name].get(True),
            projection=_projection(model, name, projections.get(name, "ALL"), by_any),
        )
        for name, kind in kinds.items()
    }
    for each in indexes.values():
        _check_index(each, table_key[1])
    return indexes


def _parts(
    model: type, declared: Iterable[Declared]
) -> tuple[dict[str, dict[bool, FieldInfo]], dict[str, Literal["GSI", "LSI"]]]:
    """The keys of each index, by whether they sort, and its kind."""
    parts: dict[str, dict[bool, FieldInfo]] = {}
    kinds: dict[str, Literal["GSI", "LSI"]] = {}
    for each in declared:
        for key in each.keys:
            owner = f"{model.__name__}: index {key.index!r}"
            if kinds.setdefault(key.index, key.kind) != key.kind:
                raise InvalidFieldError(
                    f"{owner} is global in one field and local in {each.info.name}"
                )
            twin = parts.setdefault(key.index, {}).setdefault(key.sort, each.info)
            if twin is not each.info:
                part = "sort" if key.sort else "partition"
                raise InvalidFieldError(
                    f"{owner} has two {part} keys: {twin.name} and {each.info.name}"
                )
    return parts, kinds


def _check_index(index: IndexInfo, sort: FieldInfo | None) -> None:
    if index.sort_key is index.partition_key:
        raise InvalidFieldError(
            f"{index.sort_key}: index {index.name!r} has this one field as both its "
            "partition key and its sort key"
        )
    if index.kind == "LSI" and sort is None:
        raise InvalidFieldError(
            f"{index.sort_key}: index {index.name!r} is local, which DynamoDB offers "
            "only for a table with a sort key; use gsi(), or declare a sort_key()"
        )


def _partition_of(
    model: type,
    index: str,
    kind: str,
    parts: Mapping[bool, FieldInfo],
    partition: FieldInfo,
) -> FieldInfo:
    if kind == "LSI":
        return partition
    if False not in parts:
        raise InvalidFieldError(
            f"{parts[True]}: index {index!r} has this sort key but no partition key; "
            f"declare one field with index=gsi({index!r})"
        )
    return parts[False]


def _projection(
    model: type,
    index: str,
    declared: DeclaredProjection,
    fields: Mapping[str, FieldInfo],
) -> Projection:
    if declared == "ALL":
        return "ALL"
    if declared == "KEYS_ONLY":
        return "KEYS_ONLY"
    if isinstance(declared, str):
        raise InvalidModelError(
            f"{model.__name__}: the projection of {index!r} is 'ALL', 'KEYS_ONLY' or a "
            f"list of fields, not {declared!r}"
        )
    for name in declared:
        if name not in fields:
            raise InvalidModelError(
                f"{model.__name__}: the projection of {index!r} names no field {name!r}"
            )
    return tuple(fields[name].attribute for name in declared)
