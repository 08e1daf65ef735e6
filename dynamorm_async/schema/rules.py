"""The rules that each field of a model has to obey, and the fields together."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
from msgspec import Struct

from ..errors import DuplicatePrimaryKeyError, InvalidFieldError
from .fields import FieldSpec, IndexKey, Role
from .hints import class_of, may_be_none, members
from .table import FieldInfo

_NO_KEY = (bool, type(None), Any, object)
_TEXT = (str, bytes, bytearray, memoryview)
_MUTABLE = (list, dict, set, bytearray)
_LIFECYCLE = (Role.CREATED_AT, Role.UPDATED_AT)


class Declared(Struct, frozen=True):
    """A field with what its declaration said."""

    info: FieldInfo
    spec: FieldSpec
    keys: tuple[IndexKey, ...]


def check_field(declared: Declared) -> None:
    """Raise `InvalidFieldError` for the first rule that the field breaks."""
    for holds, problem in (*_role_rules(declared), *_option_rules(declared)):
        if not holds:
            raise InvalidFieldError(f"{declared.info}: {problem}")


def _classes(info: FieldInfo) -> list[Any]:
    return [class_of(each) for each in members(info.hint) if each is not type(None)]


def _is_key(info: FieldInfo) -> bool:
    return info.role in (Role.PARTITION_KEY, Role.SORT_KEY)


def _role_rules(declared: Declared) -> Iterable[tuple[bool, str]]:
    info, spec = declared.info, declared.spec
    classes, is_key = _classes(info), _is_key(info)
    yield spec.mistake is None, spec.mistake or ""
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
        info.role is not Role.TTL or classes in ([datetime], [int]),
        f"a ttl is a datetime or an int of epoch seconds, not {_shown(info.hint)}",
    )


def _option_rules(declared: Declared) -> Iterable[tuple[bool, str]]:
    info, spec = declared.info, declared.spec
    classes = _classes(info)
    yield (
        not isinstance(info.default, _MUTABLE),
        "all instances would share this mutable default; use factory="
        f"{type(info.default).__name__}, or a function that returns it",
    )
    yield spec.attribute != "", "attribute needs a name of at least one character"
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
        not (info.encrypted and (info.role or declared.keys)),
        "a key or a field with another role can't be encrypted: DynamoDB reads it",
    )


def _is_no_key(cls: Any) -> bool:
    if cls in _NO_KEY or not isinstance(cls, type):
        return cls in _NO_KEY
    structured = attrs.has(cls) or hasattr(cls, "__dataclass_fields__")
    many = issubclass(cls, (Sequence, Mapping, Set)) and not issubclass(cls, _TEXT)
    return structured or many or hasattr(cls, "__required_keys__")


def _shown(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else str(hint)


def check_stored_names(declared: Iterable[Declared]) -> None:
    """Raise `InvalidFieldError` for two fields of one stored name."""
    seen: dict[str, FieldInfo] = {}
    for each in declared:
        info = each.info
        twin = seen.setdefault(info.attribute, info)
        if twin is not info:
            raise InvalidFieldError(
                f"{info} and {twin} are both stored as {info.attribute!r}; "
                "give one of them another attribute="
            )


def fields_by_role(model: type, declared: Iterable[Declared]) -> dict[Role, FieldInfo]:
    """The one field of each role.  Raises for two of one role."""
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
