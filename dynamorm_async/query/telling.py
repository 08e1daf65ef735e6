"""Hooks of models: how they are called, and which writes call them."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from ..errors import InvalidOperatorError
from ..schema.hooks import Event, Verb
from ..schema.model import table_of
from .query import Query

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
M = TypeVar("M")
R = TypeVar("R")

BEFORE: dict[Verb, Event] = {
    "create": "before_create",
    "save": "before_save",
    "update": "before_update",
    "delete": "before_delete",
}
AFTER: dict[Verb, Event] = {
    "create": "after_create",
    "save": "after_save",
    "update": "after_update",
    "delete": "after_delete",
}


async def tell(instance: object, event: Event) -> None:
    """Run the hooks of an instance's model, one after the other."""
    for name in table_of(type(instance)).hooks.get(event, ()):
        result = getattr(instance, name)()
        if isinstance(result, Awaitable):
            await result


async def tell_all(instances: Iterable[object], event: Event) -> None:
    """Run the hooks of one instance after the other."""
    for each in instances:
        await tell(each, event)


def tell_now(instance: object, event: Event) -> None:
    """Run the hooks of an instance's model where nothing can wait for them.

    Raises `InvalidOperatorError` for one that is async; it did not run.
    """
    model = type(instance)
    for name in table_of(model).hooks.get(event, ()):
        if iscoroutinefunction(getattr(model, name)):
            raise InvalidOperatorError(
                f"{model.__name__}.{name} is async, and a transaction only records; "
                "await it yourself before the write, or make it a plain method"
            )
        getattr(instance, name)()


def _telling(verb: Verb, write: F) -> F:
    """The same write, with the hooks of a verb."""

    @wraps(write)
    def told(self: Any, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        result: Awaitable[Any] = self._telling(
            verb, partial(write, self, *args, **kwargs)
        )
        return result

    return cast("F", told)


class TellingQuery(Query[M]):
    """A query of a model that has hooks; `_telling` says when they run."""

    __slots__ = ()

    create = _telling("create", Query.create)
    put = _telling("save", Query.put)
    create_or_update = _telling("save", Query.create_or_update)
    update = _telling("update", Query.update)
    delete = _telling("delete", Query.delete)

    @abstractmethod
    def _telling(self, verb: Verb, write: Callable[[], Awaitable[R]]) -> Awaitable[R]:
        """The result of a write that is begun with its hooks, and ended with them."""
