"""Reading annotations: what a class body says its fields hold."""

import inspect
import sys
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    ClassVar,
    NewType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)


def own_hints(
    cls: type, local_names: Mapping[str, Any], wrapper: type
) -> dict[str, Any]:
    """The types of the fields that the class body itself annotates.

    `wrapper[T]` counts as `T`.  Raises `NameError` where a name is not defined yet.
    """
    own = inspect.get_annotations(cls)
    holder = type("holder", (), {"__annotations__": own, "__module__": cls.__module__})
    scope = {**vars(sys.modules.get(cls.__module__, types)), cls.__name__: cls}
    hints = get_type_hints(holder, scope, dict(local_names), include_extras=True)
    return {
        name: unwrapped(hint, wrapper)
        for name, hint in hints.items()
        if get_origin(hint) is not ClassVar and hint is not ClassVar
    }


def unwrapped(hint: Any, wrapper: type) -> Any:
    """`T` for `wrapper[T]`, anything else as it is."""
    if hint is wrapper:
        return Any
    return get_args(hint)[0] if get_origin(hint) is wrapper else hint


def bare(hint: Any) -> Any:
    """The type below `Annotated`, `NewType` and type aliases."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif isinstance(hint, NewType):
            hint = hint.__supertype__
        elif hasattr(hint, "__value__"):
            hint = hint.__value__
        else:
            return hint


def members(hint: Any) -> tuple[Any, ...]:
    """The members of a union, None among them; any other type alone."""
    plain = bare(hint)
    if get_origin(plain) in (Union, types.UnionType):
        return tuple(each for part in get_args(plain) for each in members(part))
    return (plain,)


def may_be_none(hint: Any) -> bool:
    """Whether None is a value of the type."""
    return any(each in (None, type(None), Any) for each in members(hint))


def class_of(hint: Any) -> Any:
    """The class behind a type, parameters stripped: `list` for `list[int]`."""
    return get_origin(bare(hint)) or bare(hint)
