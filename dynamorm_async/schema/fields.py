"""How a field is declared: `field(...)`, the role functions, the keys of indexes."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Literal, TypedDict, Unpack, overload

import attrs
from attrs import NOTHING
from msgspec import Struct

DeclaredFormat = Literal["iso", "unix"]

SPEC = "dynamorm"
"""Where a field's `FieldSpec` lives in its attrs metadata."""


class Role(StrEnum):
    """What a field is for, beside holding a value."""

    PARTITION_KEY = "partition_key"
    SORT_KEY = "sort_key"
    VERSION = "version"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    TTL = "ttl"


class IndexKey(Struct, frozen=True):
    """A field's part in an index; made by `gsi` and `lsi`."""

    index: str
    kind: Literal["GSI", "LSI"]
    sort: bool


def gsi(name: str, *, sort: bool = False) -> IndexKey:
    """Make a field the partition key of a global secondary index, or its sort key.

    >>> status: Attr[str] = field(index=gsi("by-status"))
    >>> rank: Attr[int] = field(index=gsi("by-status", sort=True))
    """
    return IndexKey(name, "GSI", sort)


def lsi(name: str) -> IndexKey:
    """Make a field the sort key of a local secondary index.

    >>> total: Attr[int] = field(index=lsi("by-total"))

    Its partition key is the table's.  DynamoDB creates such an index only with the
    table.
    """
    return IndexKey(name, "LSI", sort=True)


IndexDeclaration = str | IndexKey | Sequence[str | IndexKey] | None


class FieldSpec(Struct, frozen=True):
    """Everything a declaration says that attrs doesn't know; `None` means not said."""

    role: Role | None = None
    attribute: str | None = None
    index: IndexDeclaration = None
    omitempty: bool | None = None
    null: bool | None = None
    json: bool = False
    as_set: bool = False
    binary: bool = False
    encrypted: bool = False
    format: DeclaredFormat | None = None
    mistake: str | None = None
    """What is wrong with the call; reported once class and field are known."""


class AttrsKeywords(TypedDict, total=False):
    """The keywords of a declaration that attrs understands."""

    default: object
    factory: Callable[[], object]
    validator: Any  # attrs takes callables of many shapes, and lists of them
    converter: Any  # the same


class KeyKeywords(AttrsKeywords, total=False):
    """The keywords of a key."""

    attribute: str
    index: IndexDeclaration
    format: DeclaredFormat
    binary: bool


class TtlKeywords(AttrsKeywords, total=False):
    """The keywords of `ttl`."""

    attribute: str
    index: IndexDeclaration
    omitempty: bool
    null: bool


class FieldKeywords(KeyKeywords, total=False):
    """The keywords of `field`."""

    omitempty: bool
    null: bool
    json: bool
    as_set: bool
    encrypted: bool


class TimestampKeywords(TypedDict, total=False):
    """The keywords of `created_at` and `updated_at`, beside `default`."""

    attribute: str
    index: IndexDeclaration
    format: DeclaredFormat


_TIMESTAMP = frozenset(TimestampKeywords.__annotations__) | {"default"}
_KEYWORDS: dict[Role | None, frozenset[str]] = {
    None: FieldKeywords.__optional_keys__,
    Role.PARTITION_KEY: KeyKeywords.__optional_keys__,
    Role.SORT_KEY: KeyKeywords.__optional_keys__,
    Role.VERSION: frozenset({"attribute", "default"}),
    Role.CREATED_AT: _TIMESTAMP,
    Role.UPDATED_AT: _TIMESTAMP,
    Role.TTL: TtlKeywords.__optional_keys__,
}


def declare(role: Role | None, said: dict[str, Any]) -> Any:
    """The attrs attribute of a declaration.

    `Any`, as in attrs itself: a class body assigns it to a name that is annotated with
    the field's own type.
    """
    mistake = _mistake(role, said)
    default = said.pop("default", NOTHING)
    if "factory" in said:
        default = attrs.Factory(said.pop("factory"))
    known = {name: said[name] for name in _KEYWORDS[role] & said.keys()}
    return attrs.field(
        default=default,
        validator=known.pop("validator", None),
        converter=known.pop("converter", None),
        # What is encrypted in the table does not show up in a log.
        repr=not said.get("encrypted", False),
        metadata={SPEC: FieldSpec(role=role, mistake=mistake, **known)},
    )


def _mistake(role: Role | None, said: dict[str, Any]) -> str | None:
    unknown = sorted(said.keys() - _KEYWORDS[role])
    if unknown:
        verb = role or "field"
        takes = ", ".join(sorted(_KEYWORDS[role]))
        return f"{verb}() has no keyword {unknown[0]!r}; it takes {takes}"
    if {"default", "factory"} <= said.keys():
        return "default and factory exclude each other"
    return None


def field(**said: Unpack[FieldKeywords]) -> Any:
    """Declare a field.

    >>> tags: Attr[set[str]] = field(factory=set)

    `default`, `factory`, `validator` and `converter` are those of attrs.

    - `attribute`: the stored name, where it is not the Python name.
    - `index`: an index name (the field is the partition key of that GSI), `gsi(...)`,
      `lsi(...)`, or a list of these.
    - `omitempty`: leave `""`, `0`, `False`, `[]`, `{}` and `b""` out of the item too.
    - `null`: store None and empty sets as NULL instead of leaving them out.
    - `json`: store the value as JSON text.
    - `as_set`: store a list as a set (SS, NS or BS); duplicates are dropped.
    - `binary`: store text, UUID or JSON as bytes (B).
    - `encrypted`: store the value encrypted; it cannot be searched for.
    - `format`: "iso" (text, the default) or "unix" (epoch seconds) for a datetime.

    A mistake is reported when the class is created, naming class and field.
    """
    return declare(None, {**said})


def partition_key(**said: Unpack[KeyKeywords]) -> Any:
    """Declare the table's partition key; every model has exactly one.

    >>> id: Attr[str] = partition_key()
    """
    return declare(Role.PARTITION_KEY, {**said})


def sort_key(**said: Unpack[KeyKeywords]) -> Any:
    """Declare the table's sort key.

    >>> joined: Attr[datetime] = sort_key()
    """
    return declare(Role.SORT_KEY, {**said})


def ttl(**said: Unpack[TtlKeywords]) -> Any:
    """Declare when an item expires: a datetime or an int, stored as whole epoch
    seconds.

    DynamoDB deletes expired items within a few days, not at once; until then they are
    read like any other.

    >>> expires: Attr[datetime | None] = ttl(default=None)
    """
    return declare(Role.TTL, {**said})


# A type checker takes a field for required unless the call itself says `default`.  With
# `init=False` in their first form, the next three are left out of the constructor that
# it expects; at run time they are keywords like any other, with a default.
@overload
def version(*, attribute: str = ..., init: Literal[False] = False) -> Any: ...
@overload
def version(*, default: int, attribute: str = ...) -> Any: ...
def version(**said: Any) -> Any:
    """Declare the version: an int that guards updates and deletes against lost races.

    `create` stores 0; an update requires the version in memory and adds 1.

    >>> rev: Attr[int] = version()
    """
    return declare(Role.VERSION, {"default": 0, **said})


@overload
def created_at(
    *, init: Literal[False] = False, **said: Unpack[TimestampKeywords]
) -> Any: ...
@overload
def created_at(*, default: object, **said: Unpack[TimestampKeywords]) -> Any: ...
def created_at(**said: Any) -> Any:
    """Declare the time of creation (UTC), set by `create`; None until then.

    >>> made: Attr[datetime] = created_at()
    """
    return declare(Role.CREATED_AT, {"default": None, **said})


@overload
def updated_at(
    *, init: Literal[False] = False, **said: Unpack[TimestampKeywords]
) -> Any: ...
@overload
def updated_at(*, default: object, **said: Unpack[TimestampKeywords]) -> Any: ...
def updated_at(**said: Any) -> Any:
    """Declare the time of the last write (UTC), set by every write; None until then.

    >>> changed: Attr[datetime] = updated_at()
    """
    return declare(Role.UPDATED_AT, {"default": None, **said})
