"""Models in the bodies of requests and responses: Pydantic reads and writes them.

Importing this module is what teaches Pydantic; nothing is added to a model but the two
methods that Pydantic asks for.
"""

from typing import Any

import attrs
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from ..schema.fields import Role
from ..schema.model import Model, table_of
from ..schema.table import FieldInfo
from .pydantic_forms import (
    Form,
    Property,
    Values,
    argument,
    as_shown,
    constructed,
    json_schema,
    schema_once,
)
from .pydantic_hints import constrained, limits_of_key, limits_of_validators

SET_BY_SERVER = (Role.VERSION, Role.CREATED_AT, Role.UPDATED_AT)
"""The roles of fields that a response shows and no request sets."""


def properties_of(model: type[Model]) -> tuple[list[Property], list[Property]]:
    """What a request may say of a model, and what a response shows of it."""
    attributes = attrs.fields_dict(model)
    fields = table_of(model).fields
    asked = [
        _asked(each, attributes[each.name])
        for each in fields
        if each.role not in SET_BY_SERVER and attributes[each.name].init
    ]
    return asked, [_answered(each) for each in fields]


def _asked(field: FieldInfo, attribute: "attrs.Attribute[Any]") -> Property:
    limits = [*limits_of_key(field), *limits_of_validators(attribute)]
    hint = constrained(as_shown(field.hint), limits)
    return Property(field.name, hint, field.required, field.default)


def _answered(field: FieldInfo) -> Property:
    hint = as_shown(field.hint)
    is_set_by_server = field.role in SET_BY_SERVER
    if is_set_by_server and field.default is None:
        hint = hint | None  # an item that others wrote may have no such attribute
    return Property(field.name, hint, read_only=is_set_by_server)


def form_of_model(model: Any) -> Form:
    """A whole model: a request says all that the server does not set itself."""
    asked, answered = properties_of(model)
    aliases = {each.name: argument(each) for each in attrs.fields(model)}

    def make(values: Values) -> Any:
        return constructed(model, {aliases[name]: values[name] for name in values})

    return Form(model.__name__, model, asked, answered, make, vars)


def _core_schema_of_model(
    model: type[Model], _source: Any, handler: GetCoreSchemaHandler
) -> core_schema.CoreSchema:
    if not attrs.has(model):
        # The bound of a type variable, in a generic class of Pydantic.
        return core_schema.is_instance_schema(model)
    return schema_once(model, handler, form_of_model)


def _json_schema_of_model(
    _model: type[Model], schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
) -> dict[str, Any]:
    return json_schema(schema, handler)


def teach_pydantic() -> None:
    """Make Pydantic know every model; done once, when this module is imported."""
    methods: dict[str, Any] = {
        "__get_pydantic_core_schema__": _core_schema_of_model,
        "__get_pydantic_json_schema__": _json_schema_of_model,
    }
    for name, method in methods.items():
        setattr(Model, name, classmethod(method))


teach_pydantic()
