"""Hooks of a model: its methods that run when its instances are written or read.

>>> class User(Model):
...     id: Attr[str] = partition_key()
...     email: Attr[str]
...
...     @before_create
...     @before_update
...     def tidy(self) -> None:
...         self.email = self.email.lower()
...
...     @before_load
...     @classmethod
...     def upgrade(cls, item: dict[str, Any]) -> dict[str, Any]:
...         return {"email": item.get("mail"), **item}
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar

from ..errors import InvalidModelError

Verb = Literal["create", "save", "update", "delete"]
Event = Literal[
    "before_create",
    "after_create",
    "before_save",
    "after_save",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
    "after_load",
]

F = TypeVar("F", bound=Callable[[Any], object])
Values = Mapping[str, Any]
S = TypeVar("S", bound=Callable[[Any, dict[str, Any]], Values | Awaitable[Values]])

_MARK = "__dynamorm_hooks__"
_LOADS = "__dynamorm_before_load__"


def _decorator(event: Event) -> Callable[[F], F]:
    def mark(method: F) -> F:
        setattr(method, _MARK, (*getattr(method, _MARK, ()), event))
        return method

    mark.__doc__ = _SAID[event]
    mark.__name__ = mark.__qualname__ = event
    return mark


_SAID: dict[Event, str] = {
    "before_create": "Run a method of a model before `create` and `batch_create`.",
    "after_create": "Run a method of a model after `create` and `batch_create`.",
    "before_save": "Run a method of a model before `create_or_update` and puts.",
    "after_save": "Run a method of a model after `create_or_update` and puts.",
    "before_update": "Run a method of a model before an instance is updated.",
    "after_update": "Run a method of a model after an instance was updated.",
    "before_delete": "Run a method of a model before an instance is deleted.",
    "after_delete": "Run a method of a model after an instance was deleted.",
    "after_load": "Run a method of a model on each instance that was read.",
}

before_create = _decorator("before_create")
after_create = _decorator("after_create")
before_save = _decorator("before_save")
after_save = _decorator("after_save")
before_update = _decorator("before_update")
after_update = _decorator("after_update")
before_delete = _decorator("before_delete")
after_delete = _decorator("after_delete")
after_load = _decorator("after_load")


def before_load(method: S, /) -> S:
    """Run a class method of a model on each stored item, before it is decoded.

    It gets the item's values by stored name, as Python values: numbers are int or
    `Decimal`, and an attribute that no field has is there too.  What it returns is
    decoded.  Items read in part, by `select`, are not given to it.

    It is plain or async.  An async one is awaited for one item of a reply after the
    other, within the time that the call has; where nothing can wait, as in
    `parse_stream`, such a model is refused.
    """
    if not _is_of_class(method):
        raise InvalidModelError(
            f"{getattr(method, '__qualname__', method)}: before_load needs a class "
            "method, as there is no instance yet: put @classmethod below @before_load"
        )
    setattr(method, _LOADS, True)
    return method


def _is_of_class(method: object) -> bool:
    # Type checkers see what is callable through it, and not the class method itself.
    return isinstance(method, classmethod)


def before_load_of(model: type) -> tuple[str, ...]:
    """The names of the methods that reshape stored items, those of bases first.

    Raises `InvalidModelError` for one that takes more than the item.
    """
    marked = (
        name
        for base in reversed(model.__mro__)
        for name, method in vars(base).items()
        if getattr(method, _LOADS, False)
    )
    names = tuple(dict.fromkeys(marked))
    for name in names:
        _check_reshape(model, name)
    return names


def _check_reshape(model: type, name: str) -> None:
    method = getattr(model, name)
    is_own = _is_of_class(inspect.getattr_static(model, name))
    if not is_own or len(_needed(method)) != 1:
        raise InvalidModelError(
            f"{model.__name__}.{name}: before_load needs a class method that takes the "
            "stored values (cls, item), and nothing else"
        )


def awaits_any(model: type, names: tuple[str, ...]) -> bool:
    """Whether one of these methods of a model is async."""
    return any(inspect.iscoroutinefunction(getattr(model, name)) for name in names)


def hooks_of(model: type) -> Mapping[Event, tuple[str, ...]]:
    """The names of the methods that run at each event, those of bases first.

    Raises `InvalidModelError` for a method that takes more than the instance.
    """
    found: dict[Event, tuple[str, ...]] = {}
    for name, event in _marked(model):
        known = found.get(event, ())
        if name not in known:
            found[event] = (*known, name)
    return found


def _marked(model: type) -> Iterator[tuple[str, Event]]:
    for base in reversed(model.__mro__):
        for name, method in vars(base).items():
            events: tuple[Event, ...] = getattr(method, _MARK, ())
            if events:
                _check(model, name, method)
            for event in events:
                yield name, event


def _check(model: type, name: str, method: Callable[..., object]) -> None:
    if len(_needed(method)) != 1:
        raise InvalidModelError(
            f"{model.__name__}.{name}: a hook is a method that takes the instance "
            "(self), and nothing else"
        )


def _needed(method: Callable[..., object]) -> list[inspect.Parameter]:
    parameters = inspect.signature(method).parameters.values()
    return [each for each in parameters if each.default is inspect.Parameter.empty]
