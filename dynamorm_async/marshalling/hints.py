"""Reading annotations: what of a hint says how values are stored."""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from ..schema.model import Attr
from .values import Hint

_QUALIFIERS = frozenset(
    f"{module}.{name}"
    for module in ("typing", "typing_extensions")
    for name in ("Final", "Required", "NotRequired", "ReadOnly", "ClassVar")
)


def origin_of(hint: Hint) -> Hint:
    """The class behind a generic alias: `list` of `list[int]`; else the hint itself."""
    return get_origin(hint) or hint


def plain(hint: Hint) -> Hint:
    """The hint without Annotated, Final, NewType, aliases, type variables, ..."""
    while (inner := unwrapped(hint)) is not hint:
        hint = inner
    return hint


def unwrapped(hint: Hint) -> Hint:
    """The hint without its outermost wrapper; itself where it has none."""
    for is_wrapped, inner in _WRAPPERS:
        if is_wrapped(hint):
            return inner(hint)
    return hint


def unqualified(hint: Hint) -> Hint:
    """The hint without Final, Required, NotRequired and ReadOnly."""
    while repr(get_origin(hint)) in _QUALIFIERS:
        hint = _first_argument(hint)
    return hint


def substituted(hint: Hint, bound: dict[Hint, Hint]) -> Hint:
    """The hint with its type variables replaced; the ones not bound mean Any."""
    if isinstance(hint, TypeVar):
        return bound.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    if not parameters or isinstance(hint, type):
        return hint
    generic: Any = hint  # an alias: what can be subscripted has no common class
    filled: Hint = generic[tuple(bound.get(each, each) for each in parameters)]
    return filled


def members_of(hint: Hint) -> tuple[Hint, ...]:
    """The members of a union, flattened; the hint itself where it is none."""
    hint = plain(hint)
    if not is_union(hint):
        return (hint,)
    return tuple(
        dict.fromkeys(
            each
            for member in get_args(hint)
            for each in (members_of(member) if is_union(plain(member)) else (member,))
        )
    )


def without_none(hint: Hint) -> Hint:
    """`T` of `T | None`; any other hint unchanged."""
    rest = tuple(each for each in members_of(hint) if each is not NoneType)
    if len(rest) == len(members_of(hint)) or not rest:
        return hint
    return rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007  # built at run time


def accepts_none(hint: Hint) -> bool:
    """Whether None is a value of this type."""
    return any(
        is_none(member) or is_anything(member) or None in _literals(member)
        for member in map(plain, members_of(hint))
    )


def is_union(hint: Hint) -> bool:
    """Whether it is `A | B` or `Union[A, B]`."""
    return get_origin(hint) in (Union, UnionType)


def is_none(hint: Hint) -> bool:
    """Whether it is the type of None."""
    return hint is None or hint is NoneType


def is_anything(hint: Hint) -> bool:
    """Whether it says nothing: Any, object."""
    return hint is Any or hint is object or repr(hint) == "typing_extensions.Any"


def is_literal(hint: Hint) -> bool:
    """Whether it is `Literal[...]`."""
    return get_origin(hint) is Literal


def _literals(hint: Hint) -> tuple[object, ...]:
    return get_args(hint) if is_literal(hint) else ()


def is_typeddict(hint: Hint) -> bool:
    """Whether it is a TypedDict, of typing or of typing_extensions."""
    return (
        isinstance(hint, type) and issubclass(hint, dict) and hasattr(hint, "__total__")
    )


def classes_of(hint: Hint) -> tuple[type, ...]:
    """The classes that values of this type have at run time, as far as known."""
    hint = plain(hint)
    if is_union(hint):
        return tuple(cls for each in members_of(hint) for cls in classes_of(each))
    if is_literal(hint):
        return tuple({type(each) for each in get_args(hint)})
    if is_none(hint):
        return (NoneType,)
    if is_anything(hint):
        return (object,)
    origin = origin_of(hint)
    if is_typeddict(origin):
        return (dict,)
    return (origin,) if isinstance(origin, type) else ()


def describe(hint: Hint) -> str:
    """How a message names the type."""
    if isinstance(hint, type) and not get_args(hint):
        return hint.__name__
    return repr(hint).replace("typing.", "")


def _is_alias(hint: Hint) -> bool:
    # By name: typing has the class since Python 3.12, typing_extensions its own.
    return type(hint).__name__ == "TypeAliasType"


def _alias_value(hint: Hint) -> Hint:
    alias = hint if _is_alias(hint) else get_origin(hint)
    value: Hint = getattr(alias, "__value__", Any)
    parameters: tuple[Hint, ...] = getattr(alias, "__type_params__", ())
    return substituted(value, dict(zip(parameters, get_args(hint), strict=False)))


def _first_argument(hint: Hint) -> Hint:
    return next(iter(get_args(hint)), Any)


_WRAPPERS: tuple[tuple[Callable[[Hint], bool], Callable[[Hint], Hint]], ...] = (
    (lambda hint: isinstance(hint, type), lambda hint: hint),
    (lambda hint: get_origin(hint) is Annotated, _first_argument),
    (lambda hint: get_origin(hint) is Attr, _first_argument),
    (lambda hint: repr(get_origin(hint)) in _QUALIFIERS, _first_argument),
    (lambda hint: hint is Final, lambda _: Any),
    (
        lambda hint: isinstance(hint, NewType),
        lambda hint: getattr(hint, "__supertype__", Any),
    ),
    (
        lambda hint: isinstance(hint, TypeVar),
        lambda hint: getattr(hint, "__bound__", None) or Any,
    ),
    (lambda hint: _is_alias(hint) or _is_alias(get_origin(hint)), _alias_value),
)
"""What wraps a hint, and what is inside.  The first row is the way out for most."""
