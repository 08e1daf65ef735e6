"""What attributes a class has: attrs, dataclass, TypedDict and NamedTuple alike."""

import dataclasses
import sys
from collections.abc import Callable, Iterable
from typing import Any, NotRequired, Required, get_args, get_origin, get_type_hints

import attrs
import msgspec
from attrs import NOTHING
from msgspec import Struct

from ..errors import UnsupportedTypeError
from .hints import describe, is_typeddict, origin_of, plain, substituted, unqualified
from .values import Hint


class Part(Struct, frozen=True):
    """One attribute of a structure."""

    name: str
    """The Python name, which is also the stored one."""

    argument: str
    """What the constructor calls it."""

    hint: Hint
    has_default: bool
    """Whether the class can do without it."""


def is_structure(hint: Hint) -> bool:
    """Whether values of this type are maps with declared attributes."""
    cls = origin_of(hint)
    return isinstance(cls, type) and any(test(cls) for test, _ in _KINDS)


def parts_of(hint: Hint) -> tuple[Part, ...]:
    """The attributes of a structure that its constructor takes.

    Raises UnsupportedTypeError where an annotation names what does not exist.
    """
    cls = origin_of(hint)
    if not isinstance(cls, type):
        raise UnsupportedTypeError(f"{describe(hint)} has no attributes")
    read = next(read for test, read in _KINDS if test(cls))
    bound = _bound_variables(hint)
    return tuple(
        msgspec.structs.replace(part, hint=substituted(part.hint, bound))
        for part in read(cls, _hints(cls))
    )


def _hints(cls: type) -> dict[str, Any]:
    try:
        return get_type_hints(cls, include_extras=True)
    except NameError:
        pass
    # A class made inside a function is unknown to its module, itself included.
    module = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    try:
        return get_type_hints(
            cls, {**module}, {**vars(cls), cls.__name__: cls}, include_extras=True
        )
    except NameError as error:
        raise UnsupportedTypeError(
            f"an annotation of {cls.__name__} names {error.name!r},"
            " which is not defined"
        ) from error


def _bound_variables(hint: Hint) -> dict[Hint, Hint]:
    origin = origin_of(hint)
    parameters = getattr(origin, "__parameters__", ())
    bound: dict[Hint, Hint] = dict(zip(parameters, get_args(hint), strict=False))
    for base in getattr(origin, "__orig_bases__", ()):
        inherited = _bound_variables(base) if get_origin(base) else {}
        bound |= {key: substituted(value, bound) for key, value in inherited.items()}
    return bound


def _of_attrs(cls: type, hints: dict[str, Any]) -> Iterable[Part]:
    for each in attrs.fields(cls):
        if each.init:
            hint = hints.get(each.name, each.type or Any)
            argument = each.alias or each.name
            yield Part(each.name, argument, hint, each.default is not NOTHING)


def _of_dataclass(cls: type, hints: dict[str, Any]) -> Iterable[Part]:
    missing = dataclasses.MISSING
    for each in dataclasses.fields(cls):
        if each.init:
            has_default = (
                each.default is not missing or each.default_factory is not missing
            )
            yield Part(each.name, each.name, hints.get(each.name, Any), has_default)


def _of_typeddict(cls: type, hints: dict[str, Any]) -> Iterable[Part]:
    required: frozenset[str] = getattr(cls, "__required_keys__", frozenset())
    for name, hint in hints.items():
        # An annotation that was text hides its Required from __required_keys__.
        marks = set(_qualifiers(hint))
        optional = NotRequired in marks or (
            Required not in marks and name not in required
        )
        yield Part(name, name, unqualified(hint), has_default=optional)


def _of_namedtuple(cls: type, hints: dict[str, Any]) -> Iterable[Part]:
    names: tuple[str, ...] = getattr(cls, "_fields", ())
    defaults: dict[str, object] = getattr(cls, "_field_defaults", {})
    for name in names:
        yield Part(name, name, hints.get(name, Any), name in defaults)


def _qualifiers(hint: Hint) -> Iterable[Hint]:
    while (origin := get_origin(hint)) is not None:
        yield origin
        hint = next(iter(get_args(hint)), None)


def _is_namedtuple(cls: type) -> bool:
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


_KINDS: tuple[
    tuple[Callable[[type], bool], Callable[[type, dict[str, Any]], Iterable[Part]]], ...
] = (
    (attrs.has, _of_attrs),
    (dataclasses.is_dataclass, _of_dataclass),
    (is_typeddict, _of_typeddict),
    (_is_namedtuple, _of_namedtuple),
)
"""How to know a kind of class, and how to read its attributes."""


def part_hint(hint: Hint, name: str) -> Hint | None:
    """The type of one attribute of a structure; None if it has no such attribute."""
    parts = parts_of(plain(hint))
    return next((part.hint for part in parts if part.name == name), None)
