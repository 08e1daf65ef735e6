"""From a class body to a `TableInfo`: every rule a definition has to obey."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

import attrs
from attrs import NOTHING, frozen

from ..errors import (
    DuplicatePrimaryKeyError,
    InvalidFieldError,
    InvalidModelError,
    MissingPrimaryKeyError,
)
from ..expressions.paths import Path
from ..expressions.subjects import Subject
from .fields import SPEC, FieldSpec, IndexKey, Role
from .hints import class_of, may_be_none, members
from .naming import Naming, convention, plural
from .table import FieldInfo, IndexInfo, Projection, TableInfo

DeclaredProjection: TypeAlias = Literal["ALL", "KEYS_ONLY"] | Sequence[str]

_NO_KEY = (bool, type(None), Any, object)
_TEXT = (str, bytes, bytearray, memoryview)
_MUTABLE = (list, dict, set, bytearray)
_LIFECYCLE = (Role.CREATED_AT, Role.UPDATED_AT)


@frozen
class ClassOptions:
    """The keywords of a class statement, inherited where not said."""

    table: str | Callable[[], str] | None = None
    naming: Naming = None
    abstract: bool = False
    omitempty: bool = False
    null: bool = False
    projections: Mapping[str, DeclaredProjection] = attrs.field(factory=dict)


@frozen
class _Declared:
    """A field with what its declaration said."""

    info: FieldInfo
    spec: FieldSpec
    keys: tuple[IndexKey, ...]


def define(model: type, options: ClassOptions, hints: Mapping[str, Any]) -> TableInfo:
    """What the class says about its table; raises on the first rule it breaks."""
    rename = _checked_options(model, options)
    declared = [
        _declared(model, attribute, options, hints.get(attribute.name, Any), rename)
        for attribute in attrs.fields(model)
    ]
    for each in declared:
        _check_field(each)
    _check_stored_names(declared)
    by_role = _by_role(model, declared)
    partition = by_role.get(Role.PARTITION_KEY)
    if partition is None:
        raise MissingPrimaryKeyError(
            f"{model.__name__} has no partition key; declare one field with "
            "partition_key(), or say abstract=True if it is a mixin"
        )
    fields = tuple(each.info for each in declared)
    attributes = {each.attribute: each for each in fields}
    return TableInfo(
        model=model,
        declared_name=options.table or plural(model.__name__),
        fields=fields,
        partition_key=partition,
        sort_key=by_role.get(Role.SORT_KEY),
        indexes=_checked_indexes(
            by_role.get(Role.SORT_KEY),
            _indexes(model, declared, partition, options.projections),
        ),
        version=by_role.get(Role.VERSION),
        created_at=by_role.get(Role.CREATED_AT),
        updated_at=by_role.get(Role.UPDATED_AT),
        ttl=by_role.get(Role.TTL),
        names={**attributes, **{each.name: each for each in fields}},
        attributes=attributes,
        paths={each.name: Path(each.subject) for each in fields},
        plain_load=_loads_plainly(model),
    )


def _checked_options(model: type, options: ClassOptions) -> Callable[[str], str]:
    """What renames the fields; raises for class keywords that say nothing useful."""
    table = options.table
    if not (table is None or callable(table) or (isinstance(table, str) and table)):
        raise InvalidModelError(
            f"{model.__name__}: table is a name or a function that returns one, "
            f"not {table!r}"
        )
    try:
        return convention(options.naming)
    except InvalidModelError as error:
        raise InvalidModelError(f"{model.__name__}: {error}") from error


def _declared(
    model: type,
    attribute: "attrs.Attribute[Any]",
    options: ClassOptions,
    hint: Any,
    rename: Callable[[str], str],
) -> _Declared:
    spec: FieldSpec = attribute.metadata.get(SPEC, FieldSpec())
    stored = spec.attribute or rename(attribute.name)
    label = f"{model.__name__}.{attribute.name}"
    keys = _index_keys(label, spec.index)
    # Keys, versions and timestamps are always stored, whatever the class says.
    always = spec.role not in (None, Role.TTL)
    info = FieldInfo(
        name=attribute.name,
        attribute=stored,
        hint=hint,
        subject=Subject(attribute=stored, hint=hint, label=label, model=model),
        role=spec.role,
        omitempty=not always and _either(spec.omitempty, options.omitempty),
        null=not always and _either(spec.null, options.null),
        json=spec.json,
        as_set=spec.as_set,
        binary=spec.binary,
        encrypted=spec.encrypted,
        format=spec.format or "iso",
        required=attribute.default is NOTHING,
        default=attribute.default,
        key_of=tuple(each.index for each in keys),
    )
    return _Declared(info, spec, keys)


def _either(own: bool | None, of_class: bool) -> bool:
    return of_class if own is None else own


def _index_keys(label: str, declared: object) -> tuple[IndexKey, ...]:
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


def _check_field(declared: _Declared) -> None:
    for holds, problem in _rules(declared):
        if not holds:
            raise InvalidFieldError(f"{declared.info}: {problem}")


def _rules(declared: _Declared) -> Iterable[tuple[bool, str]]:
    info, spec = declared.info, declared.spec
    classes = [class_of(each) for each in members(info.hint) if each is not type(None)]
    is_key = info.role in (Role.PARTITION_KEY, Role.SORT_KEY)
    yield spec.mistake is None, spec.mistake or ""
    yield (
        not isinstance(info.default, _MUTABLE),
        "all instances would share this mutable default; use factory="
        f"{type(info.default).__name__}, or a function that returns it",
    )
    yield spec.attribute != "", "attribute needs a name of at least one character"
    yield (
        not is_key or not may_be_none(info.hint),
        "a key of the table can't be None, so its type can't allow it",
    )
    yield (
        not (is_key or declared.keys) or info.json or not any(map(_is_no_key, classes)),
        "a key is stored as text, number or bytes (S, N, B), which "
        f"{_shown(info.hint)} is not",
    )
    yield (
        info.role is not Role.VERSION or members(info.hint) == (int,),
        f"a version is an int, not {_shown(info.hint)}",
    )
    yield (
        info.role not in _LIFECYCLE or classes == [datetime],
        f"{info.role} is a datetime, not {_shown(info.hint)}",
    )
    yield (
        info.role is not Role.TTL or set(classes) <= {datetime, int},
        f"a ttl is a datetime or an int of epoch seconds, not {_shown(info.hint)}",
    )
    yield (
        spec.format is None or classes == [datetime],
        f"format is for datetimes, not {_shown(info.hint)}",
    )
    yield (
        spec.format in (None, "iso", "unix"),
        f"format is 'iso' or 'unix', not {spec.format!r}",
    )
    yield (
        not info.as_set or all(each in (list, tuple) for each in classes),
        f"as_set is for lists and tuples, not {_shown(info.hint)}; a set needs none",
    )
    yield (
        not info.binary or info.json or set(classes) <= {str, UUID, bytes},
        f"binary is for str, UUID, bytes and json fields, not {_shown(info.hint)}",
    )
    yield not (info.json and info.as_set), "json and as_set exclude each other"
    yield (
        not info.encrypted or not (is_key or declared.keys or info.role),
        "a key, or a field with another role, can't be encrypted: DynamoDB has to read "
        "it",
    )


def _is_no_key(cls: Any) -> bool:
    if cls in _NO_KEY or not isinstance(cls, type):
        return cls in _NO_KEY
    structured = attrs.has(cls) or hasattr(cls, "__dataclass_fields__")
    many = issubclass(cls, (Sequence, Mapping, Set)) and not issubclass(cls, _TEXT)
    return structured or many or hasattr(cls, "__required_keys__")


def _shown(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)


def _check_stored_names(declared: Iterable[_Declared]) -> None:
    seen: dict[str, FieldInfo] = {}
    for each in declared:
        info = each.info
        twin = seen.setdefault(info.attribute, info)
        if twin is not info:
            raise InvalidFieldError(
                f"{info} and {twin} are both stored as {info.attribute!r}; "
                "give one of them another attribute="
            )


def _by_role(model: type, declared: Iterable[_Declared]) -> dict[Role, FieldInfo]:
    found: dict[Role, FieldInfo] = {}
    for each in declared:
        role = each.info.role
        if role is None:
            continue
        twin = found.setdefault(role, each.info)
        if twin is each.info:
            continue
        error = (
            DuplicatePrimaryKeyError
            if role in (Role.PARTITION_KEY, Role.SORT_KEY)
            else InvalidFieldError
        )
        raise error(
            f"{model.__name__} has two {role} fields: {twin.name} and {each.info.name}"
        )
    return found


def _indexes(
    model: type,
    declared: Sequence[_Declared],
    partition: FieldInfo,
    projections: Mapping[str, DeclaredProjection],
) -> dict[str, IndexInfo]:
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
    for name in sorted(projections.keys() - kinds.keys()):
        raise InvalidModelError(
            f"{model.__name__}: projections names no index {name!r}"
        )
    names = {info.name: info for info in (each.info for each in declared)}
    by_any = {**{each.attribute: each for each in names.values()}, **names}
    return {
        name: IndexInfo(
            name=name,
            kind=kind,
            partition_key=_partition_of(model, name, kind, parts[name], partition),
            sort_key=parts[name].get(True),
            projection=_projection(model, name, projections.get(name, "ALL"), by_any),
        )
        for name, kind in kinds.items()
    }


def _checked_indexes(
    sort: FieldInfo | None, indexes: dict[str, IndexInfo]
) -> dict[str, IndexInfo]:
    for each in indexes.values():
        if each.sort_key is each.partition_key:
            raise InvalidFieldError(
                f"{each.sort_key}: index {each.name!r} has this one field as both its "
                "partition key and its sort key"
            )
        if each.kind == "LSI" and sort is None:
            raise InvalidFieldError(
                f"{each.sort_key}: index {each.name!r} is local, which DynamoDB offers "
                "only for a table with a sort key; use gsi(), or declare a sort_key()"
            )
    return indexes


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
            f"{model.__name__}.{parts[True].name}: index {index!r} has this sort key "
            "but "
            f"no partition key; declare one field with index=gsi({index!r})"
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


def _loads_plainly(model: type) -> bool:
    hooks = ("__attrs_init__", "__attrs_pre_init__", "__attrs_post_init__")
    return not any(hasattr(model, name) for name in hooks) and not any(
        each.validator or each.converter or not each.init
        for each in attrs.fields(model)
    )
