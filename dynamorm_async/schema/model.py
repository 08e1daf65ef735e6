"""`Model` and `Attr`: a class statement becomes an attrs class that knows its table."""

import sys
from collections.abc import Callable, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    TypeVar,
    dataclass_transform,
    overload,
)

import attrs

from ..errors import FieldNotLoadedError, InvalidFieldError, InvalidModelError
from ..expressions.paths import Path
from .definition import ClassOptions, define
from .fields import (
    created_at,
    field,
    partition_key,
    sort_key,
    ttl,
    updated_at,
    version,
)
from .hints import own_hints
from .naming import Naming
from .table import TableInfo

if TYPE_CHECKING:
    from .indexes import DeclaredProjection

T = TypeVar("T")

_INFO = "__dynamorm__"
"""The one name a model class carries for this library."""


class Attr(Generic[T]):
    """The annotation of a field: `rank: Attr[int]`.

    On the class, `User.rank` is a typed expression; on an instance, `user.rank` is an
    int. At run time a plain annotation `rank: int` does the same; this one tells type
    checkers.
    """

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: object) -> Path[T]: ...
        @overload
        def __get__(self, instance: object, owner: object) -> T: ...
        def __get__(self, instance: object, owner: object) -> Path[T] | T: ...
        def __set__(self, instance: object, value: T) -> None: ...


class _Definition:
    """A class's options and types, and its `TableInfo` as soon as it can be made."""

    def __init__(
        self,
        options: ClassOptions,
        said: Mapping[str, Any],
        local_names: Mapping[str, Any] | None,
    ) -> None:
        self.options = options
        self.said = said
        self.local_names = local_names
        self.hints: dict[str, Any] | None = None
        self.table: TableInfo | None = None

    def complete(self, model: type) -> bool:
        """Resolve the annotations, define the table; False if a name is missing yet."""
        if self.hints is not None:
            return True
        try:
            hints = self._resolved(model)
        except NameError:
            return False
        if not self.options.abstract:
            self.table = define(model, self.options, hints)
            _expose(model, self.table)
        self.hints = hints
        self.local_names = None
        return True

    def _resolved(self, model: type) -> dict[str, Any]:
        """The types of all fields; raises `NameError` where one is missing yet."""
        hints: dict[str, Any] = {}
        for base in reversed(model.__mro__[1:]):
            above = _definition_of(base)
            if above is not None:
                above.complete(base)
                if above.hints is None:
                    raise NameError(f"{base.__name__} waits for a name")
                hints.update(above.hints)
            elif attrs.has(base):
                hints.update(own_hints(base, {}, Attr))
        return hints | own_hints(model, self.local_names or {}, Attr)


def _definition_of(model: object) -> _Definition | None:
    found = vars(model).get(_INFO) if isinstance(model, type) else None
    return found if isinstance(found, _Definition) else None


@dataclass_transform(
    kw_only_default=True,
    eq_default=True,
    field_specifiers=(
        field,
        partition_key,
        sort_key,
        version,
        created_at,
        updated_at,
        ttl,
        attrs.field,
    ),
)
class ModelMeta(type):
    """Makes an attrs class of every subclass of `Model`."""

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        **keywords: Any,
    ) -> "ModelMeta":
        """Create the class; raises `InvalidModelError` and its kin."""
        cls = super().__new__(mcs, name, bases, namespace)
        if not any(isinstance(base, ModelMeta) for base in bases):
            return cls
        options = _inherited_options(cls, keywords)
        try:
            attrs.define(
                slots=False, kw_only=True, eq=False, repr=False, auto_attribs=True
            )(cls)
        except attrs.exceptions.UnannotatedAttributeError as error:
            raise InvalidFieldError(
                f"{name}: every field needs a type: {error}"
            ) from error
        definition = _Definition(options, keywords, dict(sys._getframe(1).f_locals))
        setattr(cls, _INFO, definition)
        definition.complete(cls)
        return cls

    def __init__(cls, *_: Any, **__: Any) -> None:
        """Take the keywords that `__new__` has used."""
        super().__init__(cls)

    if not TYPE_CHECKING:
        # Reached while an annotation can't be resolved yet; hidden so that type
        # checkers take User.rank from Attr and go on to reject User.rnak.
        def __getattr__(cls, name: str) -> Path[Any]:
            definition = _definition_of(cls)
            if definition is None or name not in attrs.fields_dict(cls):
                raise AttributeError(f"{cls.__name__} has no attribute {name!r}")
            if definition.options.abstract:
                raise AttributeError(
                    f"{cls.__name__}.{name}: {cls.__name__} is abstract, so there is "
                    "nothing to compare; use a subclass"
                )
            return table_of(cls).paths[name]


def _expose(model: type, table: TableInfo) -> None:
    """Make `User.rank` the typed expression, and leave `user.rank` alone.

    A class attribute would have to be a descriptor, which makes reading it from an
    instance three times as slow.  An attribute of the class's class is seen from the
    class only.
    """
    taken = {
        name: path for name, path in table.paths.items() if not hasattr(type, name)
    }
    model.__class__ = type(f"{model.__name__}Type", (ModelMeta,), taken)


def _inherited_options(cls: type, said: Mapping[str, Any]) -> ClassOptions:
    known = ClassOptions.__struct_fields__
    for keyword in said:
        if keyword not in known:
            raise InvalidModelError(
                f"{cls.__name__}: unknown class keyword {keyword!r}; known are "
                f"{', '.join(known)}"
            )
    heard: dict[str, Any] = {}
    projections: dict[str, DeclaredProjection] = {}
    for base in reversed(cls.__mro__[1:]):
        above = _definition_of(base)
        if above is not None:
            heard.update(above.said)
            projections.update(above.said.get("projections") or {})
    # A table, and being abstract, are a class's own.
    inherited = {name: heard[name] for name in heard.keys() - {"table", "abstract"}}
    projections.update(said.get("projections") or {})
    whole: dict[str, Any] = {**inherited, **said, "projections": projections}
    return ClassOptions(**whole)


class Model(metaclass=ModelMeta):
    """The base of all models.

    >>> class User(Model, table="users"):
    ...     id: Attr[str] = partition_key()
    ...     name: Attr[str] = field(attribute="display_name")

    A subclass is an attrs class: keyword-only constructor, equality by value, hash of
    the primary key; `attrs.evolve`, `attrs.asdict`, validators and converters work.  No
    public name is added to it.  Class keywords: `table` (a name or a function that
    returns one; default: the class name in the plural), `naming`, `abstract`,
    `omitempty`, `null`, `projections`.
    """

    if TYPE_CHECKING:
        # What attrs' own functions, such as asdict and fields, ask of an attrs class.
        __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]]

        def __init_subclass__(
            cls,
            *,
            table: str | Callable[[], str] | None = None,
            naming: Naming = None,
            abstract: bool = False,
            omitempty: bool = False,
            null: bool = False,
            projections: "Mapping[str, DeclaredProjection] | None" = None,
        ) -> None: ...

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, its = vars(self), vars(other)
        return all(
            mine.get(each.name, _UNREAD) == its.get(each.name, _UNREAD)
            for each in _fields_of(self)
            if each.eq
        )

    def __hash__(self) -> int:
        table = table_of(type(self))
        return hash((type(self), *(getattr(self, each.name) for each in table.key)))

    def __repr__(self) -> str:
        mine = vars(self)
        shown = ", ".join(
            f"{each.name}={mine[each.name]!r}"
            for each in _fields_of(self)
            if each.repr and each.name in mine
        )
        return f"{type(self).__qualname__}({shown})"

    if not TYPE_CHECKING:
        # Reached only when an attribute is missing; hidden so that typos stay errors.
        def __getattr__(self, name: str) -> Any:
            cls = type(self)
            if not name.startswith("__") and name in attrs.fields_dict(cls):
                raise FieldNotLoadedError(
                    f"{cls.__name__}.{name} was not read: the query's select() left it "
                    "out.  Add it there, or read the whole item"
                )
            raise AttributeError(f"{cls.__name__!r} object has no attribute {name!r}")


_UNREAD = object()


def _fields_of(instance: object) -> "tuple[attrs.Attribute[Any], ...]":
    model: type = type(instance)
    declared: tuple[attrs.Attribute[Any], ...] = attrs.fields(model)
    return declared


def table_of(model: type) -> TableInfo:
    """What a model class says about its table.

    Raises `InvalidModelError` for a class that is no model, or an abstract one.
    """
    definition = _definition_of(model)
    if definition is None:
        raise InvalidModelError(
            f"{getattr(model, '__name__', type(model).__name__)} is no model; "
            "derive it from dynamorm_async.Model"
        )
    if definition.table is None:
        if definition.options.abstract:
            raise InvalidModelError(
                f"{model.__name__} is abstract: it has no table; use a subclass"
            )
        definition.complete(model)
    if definition.table is None:
        raise InvalidModelError(
            f"{model.__name__}: an annotation names something that is defined nowhere; "
            "import it, or define it before the first use of the model"
        )
    return definition.table
