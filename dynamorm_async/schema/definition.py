"""From a class body to a `TableInfo`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
from attrs import NOTHING
from msgspec import Struct, field

from ..errors import InvalidModelError, MissingPrimaryKeyError
from ..expressions.paths import Path
from ..expressions.subjects import Subject
from ..lazily import lazy
from .fields import SPEC, FieldSpec, Role
from .hooks import awaits_any, before_load_of, hooks_of
from .naming import Naming, convention, plural
from .rules import Declared, check_field, check_stored_names, fields_by_role
from .table import FieldInfo, IndexInfo, TableInfo

if TYPE_CHECKING:
    from . import indexes
    from .indexes import DeclaredProjection
else:
    indexes = lazy(".indexes", __package__)


class ClassOptions(Struct, frozen=True):
    """The keywords of a class statement, inherited where not said."""

    table: str | Callable[[], str] | None = None
    naming: Naming = None
    abstract: bool = False
    omitempty: bool = False
    null: bool = False
    projections: "Mapping[str, DeclaredProjection]" = field(default_factory=dict)


def define(model: type, options: ClassOptions, hints: Mapping[str, Any]) -> TableInfo:
    """What the class says about its table; raises on the first rule it breaks."""
    rename = _checked_options(model, options)
    declared = [
        _declared(model, attribute, options, hints.get(attribute.name, Any), rename)
        for attribute in attrs.fields(model)
    ]
    for each in declared:
        check_field(each)
    check_stored_names(declared)
    by_role = fields_by_role(model, declared)
    partition = by_role.get(Role.PARTITION_KEY)
    sort = by_role.get(Role.SORT_KEY)
    if partition is None:
        raise MissingPrimaryKeyError(
            f"{model.__name__} has no partition key; declare one field with "
            "partition_key(), or say abstract=True if it is a mixin"
        )
    fields = tuple(each.info for each in declared)
    before_load = before_load_of(model)
    attributes = {each.attribute: each for each in fields}
    return TableInfo(
        model=model,
        declared_name=options.table or plural(model.__name__),
        fields=fields,
        partition_key=partition,
        sort_key=sort,
        indexes=_indexes(model, declared, (partition, sort), options),
        version=by_role.get(Role.VERSION),
        created_at=by_role.get(Role.CREATED_AT),
        updated_at=by_role.get(Role.UPDATED_AT),
        ttl=by_role.get(Role.TTL),
        names={**attributes, **{each.name: each for each in fields}},
        attributes=attributes,
        paths={each.name: Path(each.subject) for each in fields},
        hooks=hooks_of(model),
        before_load=before_load,
        awaits_load=awaits_any(model, before_load),
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
) -> Declared:
    spec: FieldSpec = attribute.metadata.get(SPEC, FieldSpec())
    stored = spec.attribute or rename(attribute.name)
    label = f"{model.__name__}.{attribute.name}"
    keys = () if spec.index is None else indexes.index_keys(label, spec.index)
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
    return Declared(info, spec, keys)


def _indexes(
    model: type,
    declared: list[Declared],
    table_key: tuple[FieldInfo, FieldInfo | None],
    options: ClassOptions,
) -> dict[str, IndexInfo]:
    if not options.projections and not any(each.keys for each in declared):
        return {}
    return indexes.define_indexes(model, declared, table_key, options.projections)


def _either(own: bool | None, of_class: bool) -> bool:
    return of_class if own is None else own


def _loads_plainly(model: type) -> bool:
    hooks = {"__attrs_pre_init__", "__attrs_post_init__", "__setattr__"}
    own = {name for base in model.__mro__[:-1] for name in vars(base)}
    return hooks.isdisjoint(own) and not any(
        each.validator
        or each.converter
        or not each.init
        or getattr(each.default, "takes_self", False)
        for each in attrs.fields(model)
    )
