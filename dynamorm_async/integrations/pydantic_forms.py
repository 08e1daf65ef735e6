"""JSON objects and classes: how Pydantic makes the one of the other.

A schema is made once, when a route or a `TypeAdapter` is.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Annotated, Any, NamedTuple

import attrs
from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import (
    InitErrorDetails,
    PydanticCustomError,
    PydanticSerializationError,
    core_schema,
)

from ..errors import UnsupportedTypeError
from ..marshalling.hints import is_typeddict, origin_of, plain
from ..marshalling.shapes import Part, parts_of
from .pydantic_hints import as_json, constrained, limits_of_validators, shown

Values = dict[str, Any]

_UPDATES = "pydantic_js_updates"
"""What Pydantic adds to the JSON schema of a schema with this in its metadata."""

_FACTORY: type = type(attrs.Factory(list))  # attrs declares it as a function
_OF_THE_CLASS: object = attrs.Factory(dict)
"""The default of a structure's attribute: its constructor knows it."""


class Property(Struct, frozen=True):
    """One property of a JSON object, and the attribute that it is about."""

    name: str
    hint: Any
    required: bool = True
    default: Any = None
    read_only: bool = False


def as_shown(hint: Any) -> Any:
    """The hint as Pydantic has to see it; see `shown`."""
    return shown(hint, lambda each: Annotated[each, Structure()])


def object_schema(
    owner: type,
    title: str,
    properties: Iterable[Property],
    handler: GetCoreSchemaHandler,
    extra: core_schema.ExtraBehavior = "ignore",
) -> core_schema.CoreSchema:
    """The schema of a JSON object with these properties.

    Raises `UnsupportedTypeError` for a type that Pydantic does not know.
    """
    fields = {
        each.name: core_schema.typed_dict_field(
            _schema_of(owner, each, handler),
            required=each.required,
            metadata=_said_of(each),
        )
        for each in properties
    }
    return core_schema.typed_dict_schema(
        fields,
        extra_behavior=extra,
        metadata={_UPDATES: {"title": title}},
    )


def _said_of(property: Property) -> dict[str, Any]:
    """What the JSON schema of a property says beside its type."""
    said: dict[str, Any] = {"readOnly": True} if property.read_only else {}
    default = property.default
    # A factory is called by the constructor, anew for each instance.
    if not property.required and type(default) is not _FACTORY:
        with suppress(PydanticSerializationError):
            said["default"] = as_json(default)
    return {_UPDATES: said} if said else {}


def _schema_of(
    owner: type, property: Property, handler: GetCoreSchemaHandler
) -> core_schema.CoreSchema:
    try:
        return handler.generate_schema(property.hint)
    except PydanticSchemaGenerationError as error:
        raise UnsupportedTypeError(
            f"{owner.__name__}.{property.name}: Pydantic does not know the type; give "
            "the class __get_pydantic_core_schema__, or annotate the field with "
            "Annotated[...] and a validator and a serializer of Pydantic"
        ) from error


class Form(NamedTuple):
    """A class that is read from a JSON object, and written as one."""

    title: str
    owner: type
    """Its instances need no reading; a dict always does."""

    asked: list[Property]
    answered: list[Property]
    make: Callable[[Values], Any]
    """Makes an instance of what was read."""

    values: Callable[[Any], Mapping[str, Any]]
    """The attributes of an instance, by the names of the properties."""

    extra: core_schema.ExtraBehavior = "ignore"
    """What becomes of properties that are not among `asked`."""


def form_schema(form: Form, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    """The schema by which Pydantic reads and writes the class of a form."""
    asked = object_schema(form.owner, form.title, form.asked, handler, form.extra)
    answered = object_schema(form.owner, form.title, form.answered, handler)
    names = [each.name for each in form.answered]

    def is_made(value: object) -> bool:
        return form.owner is not dict and isinstance(value, form.owner)

    def read(value: Any, check: core_schema.ValidatorFunctionWrapHandler) -> Any:
        # The other way round, on the way out, it is an instance already.
        return value if is_made(value) else form.make(check(value))

    def write(
        instance: Any, serialize: core_schema.SerializerFunctionWrapHandler
    ) -> Any:
        values = form.values(instance)
        return serialize({name: values[name] for name in names if name in values})

    return core_schema.no_info_wrap_validator_function(
        read,
        asked,
        serialization=core_schema.wrap_serializer_function_ser_schema(
            write, schema=answered
        ),
    )


def json_schema(
    schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
) -> dict[str, Any]:
    """The JSON schema of a form: of requests, or of responses."""
    written: Any = schema.get("serialization")
    if handler.mode == "serialization" and written is not None:
        # Pydantic shows what is read, where a function writes.
        answered: Any = written["schema"]
        return {**handler(answered), **answered["metadata"][_UPDATES]}
    return handler(schema)


def constructed(kind: Callable[..., Any], values: Values) -> Any:
    """An instance; what its validators and converters refuse becomes Pydantic's error.

    The error says which field it is, where a validator of one shows it.
    """
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        found = refused(kind, values)
        raise located(kind, found or [((), error)]) from error


def located(
    kind: Any, found: Iterable[tuple[tuple[str, ...], Exception]]
) -> ValidationError:
    """Pydantic's error for what was refused, and where."""
    lines = [
        InitErrorDetails(type=_custom(error), loc=place, input=None)
        for place, error in found
    ]
    return ValidationError.from_exception_data(kind.__name__, lines)


def _custom(error: Exception) -> PydanticCustomError:
    return PydanticCustomError("value_error", "{said}", {"said": said_by(error)})


def said_by(error: Exception) -> str:
    """The text of an error; attrs hands some of its own the value as well."""
    return str(error.args[0]) if error.args else type(error).__name__


def refused(kind: Any, values: Values) -> list[tuple[tuple[str, ...], Exception]]:
    """Which fields' own validators refuse these values, and with which error."""
    if not attrs.has(kind):
        return []
    probe: Any = object.__new__(kind)
    fields = [each for each in attrs.fields(kind) if argument(each) in values]
    for each in fields:
        object.__setattr__(probe, each.name, values[argument(each)])
    found: list[tuple[tuple[str, ...], Exception]] = []
    for each in fields:
        # A validator sees what the converter makes of the value.
        if each.validator is None or each.converter is not None:
            continue
        try:
            each.validator(probe, each, values[argument(each)])
        except AttributeError:
            pass  # it looks at another field, of which nothing is known
        except (ValueError, TypeError) as error:
            found.append(((each.name,), error))
    return found


def argument(field: "attrs.Attribute[Any]") -> str:
    """What the constructor calls a field."""
    return field.alias or field.name


class Structure:
    """Marks a class with declared attributes, such as one of attrs, in annotations."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Read and write it as an object with its attributes."""
        return schema_once(source, handler, _form_of_structure)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show it as such an object."""
        return json_schema(schema, handler)


class Reading:
    """Marks an annotation in which models and other classes may stand anywhere."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Read and write each of them as an object with its attributes."""
        return handler.generate_schema(as_shown(source))


def _form_of_structure(hint: Any) -> Form:
    cls: Any = origin_of(hint)
    parts = parts_of(plain(hint))
    asked = [_asked(cls, each) for each in parts]
    answered = [Property(each.name, as_shown(each.hint)) for each in parts]
    names = [(each.name, each.argument) for each in parts]
    if is_typeddict(cls):
        return Form(cls.__name__, dict, asked, answered, dict, dict)

    def make(values: Values) -> Any:
        given = {argument: values[name] for name, argument in names if name in values}
        return constructed(cls, given)

    def attributes(instance: Any) -> Values:
        return {name: getattr(instance, name) for name, _ in names}

    return Form(cls.__name__, cls, asked, answered, make, attributes)


_in_progress: ContextVar[frozenset[str]] = ContextVar("forms", default=frozenset())


def reference_of(source: Any, title: str) -> str:
    """How Pydantic tells schemas apart; OpenAPI's names are made of it."""
    cls: Any = origin_of(source)
    module = f"{cls.__module__}.{cls.__qualname__}".rpartition(".")[0]
    return f"{module}.{title}:{id(source)}"


def _asked(cls: Any, part: Part) -> Property:
    hint = as_shown(part.hint)
    if attrs.has(cls):
        attribute = attrs.fields_dict(cls)[part.name]
        hint = constrained(hint, limits_of_validators(attribute))
    return Property(part.name, hint, not part.has_default, _OF_THE_CLASS)


def schema_once(
    source: Any, handler: GetCoreSchemaHandler, form_of: Callable[[Any], Form]
) -> core_schema.CoreSchema:
    """The schema of a class, which may hold itself."""
    form = form_of(source)
    reference = reference_of(source, form.title)
    above = _in_progress.get()
    if reference in above:
        return core_schema.definition_reference_schema(reference)
    token = _in_progress.set(above | {reference})
    try:
        schema: Any = form_schema(form, handler)
    finally:
        _in_progress.reset(token)
    schema["ref"] = reference
    named: core_schema.CoreSchema = schema
    return named
