"""Annotations as Pydantic has to see them, so that JSON bodies hold what items hold."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
import attrs
from attrs import frozen
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, Tag
from pydantic_core import PydanticCustomError, core_schema, to_jsonable_python

from ..marshalling.hints import is_literal, is_union, origin_of, unwrapped
from ..marshalling.shapes import is_structure
from ..schema.model import Model
from ..schema.table import FieldInfo

LONGEST_KEYS = {"partition_key": 2048, "sort_key": 1024}
"""Bytes of a key, by its role; a character is one at least."""


_OF_URLS = str.maketrans("-_", "+/")


class Base64:
    """Bytes that stand in JSON as base64 text."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take bytes as they are, and text as base64."""
        return core_schema.no_info_plain_validator_function(
            _decoded,
            serialization=core_schema.plain_serializer_function_ser_schema(
                encoded, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say that it is base64."""
        return {"type": "string", "contentEncoding": "base64", "format": "byte"}


def _decoded(value: object) -> bytes:
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    if not isinstance(value, str):
        raise PydanticCustomError("base64_type", "Input should be base64 text")
    try:
        # The alphabet of URLs is as good.
        return base64.b64decode(value.translate(_OF_URLS), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PydanticCustomError("base64", "Input should be base64 text") from error


def encoded(value: bytes) -> str:
    """Bytes as JSON has them."""
    return base64.b64encode(value).decode()


class Number:
    """A Decimal, which JSON holds as a number or, exactly, as text."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take numbers and texts; write text."""
        return core_schema.decimal_schema()

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say what the texts look like, which Pydantic leaves open."""
        shown = handler(schema)
        pattern = _ANY if handler.mode == "serialization" else _pattern(schema)
        for each in shown.get("anyOf", [shown]):
            if each.get("type") == "string":
                each["pattern"] = pattern
        return shown


_ANY = r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"
"""What a Decimal is as text."""

_MOST_DIGITS = 28
"""Before the point, where ten follow it: DynamoDB keeps 38."""


def _pattern(schema: Mapping[str, Any]) -> str:
    """Texts that are possible, as far as a pattern can tell; more may be."""
    least, most = (schema.get(f"{end}e", schema.get(f"{end}t")) for end in "gl")
    sign = "" if least is not None and least >= 0 else "-?"
    whole = _MOST_DIGITS if most is None else max(1, len(str(int(most))) - 1)
    return rf"^{sign}[0-9]{{1,{min(whole, _MOST_DIGITS)}}}(\.[0-9]{{1,10}})?$"


class Members:
    """A set, from JSON in which a member may stand twice."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Promise unique members in what is written; do not ask for it."""
        shown = handler(schema)
        if handler.mode == "validation":
            shown.pop("uniqueItems", None)
        return shown


class Aware:
    """A datetime with its offset from UTC; DynamoDB's items hold no other."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Refuse a datetime without an offset."""
        return core_schema.datetime_schema(tz_constraint="aware")


class Anything:
    """What no annotation describes: written by what it is."""

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take anything; write bytes as base64, which Pydantic would take for text."""
        return core_schema.any_schema(
            serialization=core_schema.plain_serializer_function_ser_schema(
                as_json, when_used="json"
            )
        )


def as_json(value: object) -> Any:
    """A value as JSON has it.

    Raises Pydantic's `PydanticSerializationError` for what JSON cannot hold.
    """
    if isinstance(value, bytes | bytearray):
        return encoded(bytes(value))
    if isinstance(value, dict):
        return {str(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(each) for each in value]
    return to_jsonable_python(value)


_SEEN_OTHERWISE: dict[Any, object] = {
    Any: Anything(),
    bytearray: Base64(),
    bytes: Base64(),
    datetime: Aware(),
    Decimal: Number(),
}
"""The types that Pydantic would read, write or describe in another way."""


def shown(hint: Any, structure: Callable[[Any], Any]) -> Any:
    """The hint with everything replaced that Pydantic does not know, or sees otherwise.

    `structure` says what stands for a class with declared attributes.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = shown(arguments[0], structure)
        return Annotated[(inner, *hint.__metadata__)]
    if _is_model(hint):
        return hint
    if is_structure(hint):
        return structure(hint)
    if hint in _SEEN_OTHERWISE:
        return Annotated[(hint, _SEEN_OTHERWISE[hint])]
    if (inner := unwrapped(hint)) is not hint:  # NewType, aliases, TypeVar, ...
        return shown(inner, structure)
    if not arguments or is_literal(hint):
        return hint
    within = tuple(
        each if each is Ellipsis else shown(each, structure) for each in arguments
    )
    if is_union(hint):
        tagged = tuple(map(_named, arguments, within))
        return Union[tagged]  # noqa: UP007  # made at run time
    generic: Any = origin
    made = generic[within]
    return Annotated[made, Members()] if origin in (set, frozenset) else made


def _named(hint: Any, seen: Any) -> Any:
    """A member of a union, which errors call by the name of its class."""
    if not is_structure(hint) and not _is_model(hint):
        return seen
    cls: Any = origin_of(hint)
    return Annotated[(seen, Tag(cls.__name__))]


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Model)


def constrained(hint: Any, limits: Iterable[object]) -> Any:
    """The hint, or what of it is not None, with these limits."""
    limits = tuple(limits)
    if not limits:
        return hint
    if not is_union(hint):
        return Annotated[(hint, *limits)]
    rest = [each for each in get_args(hint) if each is not type(None)]
    if len(rest) != 1:
        return hint  # the limits of one member would be applied to all
    return constrained(rest[0], limits) | None


def limits_of_key(field: FieldInfo) -> Iterator[object]:
    """What DynamoDB asks of a key, as Pydantic says it."""
    if _is_text(field.hint) and not field.omitempty:
        if field.role in LONGEST_KEYS or field.key_of:
            yield annotated_types.MinLen(1)
        if field.role in LONGEST_KEYS:
            yield annotated_types.MaxLen(LONGEST_KEYS[str(field.role)])


def _is_text(hint: Any) -> bool:
    kinds = set(get_args(hint)) if is_union(hint) else {hint}
    return kinds <= {str, type(None)}


@frozen
class _Bound:
    """The attribute of one of attrs' validators that holds its limit."""

    attribute: str
    limit: Callable[[Any], object]


_COMPARISONS: dict[str, Callable[[Any], object]] = {
    ">=": annotated_types.Ge,
    ">": annotated_types.Gt,
    "<=": annotated_types.Le,
    "<": annotated_types.Lt,
}
_BOUNDS = {
    "_MinLengthValidator": _Bound("min_length", annotated_types.MinLen),
    "_MaxLengthValidator": _Bound("max_length", annotated_types.MaxLen),
}


def limits_of_validators(attribute: "attrs.Attribute[Any]") -> list[object]:
    """What the validators of attrs ask of a value, as Pydantic says it.

    Pydantic then checks it first, and OpenAPI tells it.
    """
    # What a converter makes of the value, rather than the value, has to keep them.
    return [] if attribute.converter else [*_said_by(attribute.validator)]


def _said_by(validator: Any) -> Iterator[object]:
    # By the names of the classes, which attrs does not export.
    name = type(validator).__name__
    if name == "_AndValidator":
        for each in validator._validators:
            yield from _said_by(each)
    elif name == "_OptionalValidator":
        yield from _said_by(validator.validator)
    elif name == "_NumberValidator":
        yield _COMPARISONS[validator.compare_op](validator.bound)
    elif name in _BOUNDS:
        bound = _BOUNDS[name]
        yield bound.limit(getattr(validator, bound.attribute))
