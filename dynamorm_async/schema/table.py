"""A model as the compiler sees it: its table, fields, keys and indexes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from ..errors import IndexNotFoundError, UnknownFieldError
from ..expressions.paths import Path
from ..expressions.subjects import Subject
from .fields import DeclaredFormat, Role
from .hooks import Event

Projection = Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]
"""What an index holds beside the keys; a tuple lists stored names."""


class FieldInfo(Struct, frozen=True, eq=False):
    """One field: its two names, its type, and how it is stored."""

    name: str
    """The Python name."""

    attribute: str
    """The stored name."""

    hint: Any  # a type, or one of typing's forms that have no common class
    subject: Subject
    role: Role | None = None
    omitempty: bool = False
    null: bool = False
    json: bool = False
    as_set: bool = False
    binary: bool = False
    encrypted: bool = False
    format: DeclaredFormat = "iso"
    required: bool = False
    """Whether it has no default."""

    default: Any = None  # a value of the field's own type, or an attrs.Factory
    key_of: tuple[str, ...] = ()
    """The indexes of which it is a key."""

    def __str__(self) -> str:
        return self.subject.label


class IndexInfo(Struct, frozen=True, eq=False):
    """A secondary index: whose keys it has, and which attributes it holds."""

    name: str
    kind: Literal["GSI", "LSI"]
    partition_key: FieldInfo
    sort_key: FieldInfo | None
    projection: Projection = "ALL"


class TableInfo(Struct, frozen=True, eq=False):
    """Everything a model class says about its table."""

    model: type
    declared_name: str | Callable[[], str]
    fields: tuple[FieldInfo, ...]
    partition_key: FieldInfo
    sort_key: FieldInfo | None
    indexes: Mapping[str, IndexInfo]
    version: FieldInfo | None = None
    created_at: FieldInfo | None = None
    updated_at: FieldInfo | None = None
    ttl: FieldInfo | None = None
    names: Mapping[str, FieldInfo] = field(default_factory=dict)
    """The fields by Python name, and by stored name where no field has it in Python."""

    attributes: Mapping[str, FieldInfo] = field(default_factory=dict)
    """The fields by stored name."""

    paths: Mapping[str, Path[Any]] = field(default_factory=dict)
    """The typed expression of each field, by Python name."""

    hooks: Mapping[Event, tuple[str, ...]] = field(default_factory=dict)
    """The methods that run at each event."""

    before_load: tuple[str, ...] = ()
    """The methods that reshape stored items before they are decoded."""

    awaits_load: bool = False
    """Whether one of these is async."""

    plain_load: bool = True
    """Whether loading may skip the constructor: no validator, converter or attrs hook.
    """

    def __repr__(self) -> str:
        return f"<TableInfo of {self.model_name}>"

    @property
    def model_name(self) -> str:
        """The class's name, for messages."""
        return self.model.__name__

    @property
    def table_name(self) -> str:
        """The table's name now; a callable is asked each time."""
        name = self.declared_name
        return name if isinstance(name, str) else name()

    @property
    def key(self) -> tuple[FieldInfo, ...]:
        """The partition key, and the sort key where there is one."""
        if self.sort_key is None:
            return (self.partition_key,)
        return (self.partition_key, self.sort_key)

    def field(self, name: str) -> FieldInfo:
        """The field of this Python or stored name."""
        found = self.names.get(name)
        if found is None:
            raise UnknownFieldError(self._unknown("field", name, self.names))
        return found

    def index(self, name: str) -> IndexInfo:
        """The index of this name."""
        found = self.indexes.get(name)
        if found is None:
            raise IndexNotFoundError(self._unknown("index", name, self.indexes))
        return found

    def _unknown(self, what: str, name: object, known: Iterable[str]) -> str:
        known = tuple(known)
        # Only a mistake needs it.
        from difflib import get_close_matches

        near = get_close_matches(str(name), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        listed = ", ".join(known) or "none"
        return f"{self.model_name} has no {what} {name!r}{hint} It has: {listed}"
