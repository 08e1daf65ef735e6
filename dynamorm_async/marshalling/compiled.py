"""The quick way through an item: one function per model and direction, written as code.

A field of a built-in type costs an attribute access and a dict; every other one a call
of its codec.  Whatever is out of the ordinary (NULL, a number like 1E2, a wrong type)
makes the quick way give up, and the careful one in `items` decide: it alone raises.
"""

import linecache
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

import attrs
from attrs import NOTHING
from msgspec import Struct

from ..errors import DynamORMError
from ..wire import AttributeValue, Item
from . import in_place
from .numbers import read_decimal
from .scalars import STR
from .times import read_moment
from .values import ValueCodec

_FAULTS = (AttributeError, DynamORMError, KeyError, TypeError, ValueError)

NAMES: dict[str, Any] = {"read_decimal": read_decimal, "read_moment": read_moment}
"""What the code may use beside built-in names."""

_numbers = count(1)


class CompiledField(Struct, frozen=True):
    """What the code of one field is made of."""

    name: str
    attribute: str
    codec: ValueCodec
    """That of the type; of an optional one that of the type beside None."""

    decode: Callable[[AttributeValue], Any]
    encode: Callable[[Any], AttributeValue | None]
    encode_value: Callable[[Any], AttributeValue]
    """Of a value that is not None."""

    absent: Callable[[], Any] | None
    default: Any  # of the field's own type
    is_stamped: bool
    """Whether a write may put in another value than the instance's."""

    skips_empty: bool
    """Whether an empty value is not simply stored: `omitempty`, or a key."""

    may_be_null: bool
    """Whether NULL is read as None."""

    longest: int
    """The bytes that a key may have."""


def compiled_decoder(
    model: type, fields: Sequence[CompiledField], carefully: Callable[[Item], Any]
) -> Callable[[Item], Any]:
    """A function from a stored item to an instance, as quick as Python can be."""
    scope: dict[str, Any] = {
        **NAMES,
        "carefully": carefully,
        "faults": _FAULTS,
        "model": model,
        "new": object.__new__,
    }
    lines = ["def decode(item):", "    try:", "        made = new(model)"]
    lines += ["        get = item.get"]
    for number, each in enumerate(fields):
        lines += (f"        {line}" for line in _reading(number, each, scope))
    lines += ["        return made", "    except faults:", "        pass"]
    lines += ["    return carefully(item)"]
    return function_of("decode", model, lines, scope)


def _reading(number: int, field: CompiledField, scope: dict[str, Any]) -> Iterable[str]:
    read = field.codec.in_place
    if not read:
        scope[f"decode_{number}"] = field.decode
        read = f"decode_{number}({{stored}})"
    target = f"made.{field.name}"
    if field.absent is None:
        place = f"item[{field.attribute!r}]"
        return [f"{target} = {_at(place, read)}"]
    missing = missing_value(number, field, scope)
    return [
        f"stored = get({field.attribute!r})",
        f"{target} = {missing} if stored is None else {_at('stored', read)}",
    ]


def missing_value(number: int, field: CompiledField, scope: dict[str, Any]) -> str:
    """The code of what a field is where its attribute is missing."""
    if _is_factory(field.default) or field.default is NOTHING:
        scope[f"absent_{number}"] = field.absent
        return f"absent_{number}()"
    scope[f"absent_{number}"] = field.default
    return f"absent_{number}"


def _at(place: str, read: str) -> str:
    return read.replace("{stored}", place)


def compiled_encoder(
    model: type,
    fields: Sequence[CompiledField],
    carefully: Callable[[Any, Any], Item],
) -> Callable[[Any, Any], Item]:
    """A function from an instance, and what to put instead, to an item."""
    scope: dict[str, Any] = {
        **in_place.NAMES,
        "carefully": carefully,
        "faults": _FAULTS,
    }
    lines = ["def encode(instance, instead):", "    try:", "        item = {}"]
    for number, each in enumerate(fields):
        lines += (f"        {line}" for line in _writing(number, each, scope))
    lines += ["        return item", "    except faults:", "        pass"]
    lines += ["    return carefully(instance, instead)"]
    return function_of("encode", model, lines, scope)


def _writing(number: int, field: CompiledField, scope: dict[str, Any]) -> Iterable[str]:
    value = f"instance.{field.name}"
    if field.is_stamped:
        value = f"instead[{field.name!r}] if {field.name!r} in instead else {value}"
    yield f"value = {value}"
    scope[f"encode_{number}"] = field.encode
    careful = (
        f"stored = encode_{number}(value)",
        f"if stored is not None: item[{field.attribute!r}] = stored",
    )
    written = in_place.written_in_place(field.codec, scope)
    if written is None:
        # Only what is empty may be left out; what is not goes straight to its codec.
        scope[f"encode_value_{number}"] = field.encode_value
        fits, stored = "value", f"encode_value_{number}(value)"
    else:
        fits = written.fits.replace("{value}", "value")
        stored = written.code.replace("{value}", "value")
        fits += " and value" if field.skips_empty else ""
        if field.codec is STR and field.longest < sys.maxsize:
            fits += f" and len(value) <= {field.longest}"
    yield f"if {fits}:"
    yield f"    item[{field.attribute!r}] = {stored}"
    yield "else:"
    yield from (f"    {line}" for line in careful)


def _is_factory(default: object) -> bool:
    return isinstance(default, type(attrs.Factory(list)))


def function_of(
    name: str, model: type, lines: Sequence[str], scope: dict[str, Any]
) -> Callable[..., Any]:
    """The function that the lines define; tracebacks show them."""
    source = "\n".join(lines) + "\n"
    file = f"<dynamorm_async {name} {model.__qualname__} {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), scope)
    made: Callable[..., Any] = scope[name]
    return made
