"""Reads and writes of many items by their keys."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ..errors import InvalidValueError
from ..lazily import lazy
from ..schema.hooks import Verb
from ..wire import CompiledBatch
from .counts import at_least
from .parsing import Named, parse_field
from .steps import Steps

if TYPE_CHECKING:
    from ..compiler import batches
    from ..wire import batches as wired
    from ..wire.batches import BatchPace, OnProgress
else:
    batches = lazy("..compiler.batches", __package__)
    wired = lazy("..wire.batches", __package__)

M = TypeVar("M")

AT_ONCE = 10
"""Requests of a batch under way at a time, where nothing else was said."""


class Batching(Steps[M]):
    """Batches of one model.

    All of them are checked before the first request is sent, run `max_concurrency`
    requests at a time, send again what the service did not get to, and raise one
    `BatchError` (`BatchTimeoutError` at the deadline) whose `unprocessed` holds, as
    they were handed in, all that is not known to be done.  `on_progress`, a plain or
    async function, is told how many of how many are done.
    """

    __slots__ = ()

    def batch_get(
        self,
        keys: Iterable[object],
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> Awaitable[list[M]]:
        """The items of these keys, in the order of the keys.

        >>> keys = [("1", joined), {"id": "2", "joined": joined}]
        >>> users = await db.model(User).batch_get(keys)

        Each key is an instance, a tuple, a dict or the bare partition key.  Missing
        items are left out; a key that comes twice is read and returned once.
        """
        pace = pace_of(max_concurrency, on_progress)
        return self._once("batches").batch_get(
            batches.batch_get(self._compiler, self._question, keys, pace)
        )

    def batch_create(
        self,
        items: Iterable[M],
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> Awaitable[None]:
        """Write new instances, with version 0 and both timestamps.

        A batch has no conditions: unlike `create()` it replaces an item whose key is
        taken.  Of two instances with one key only the later is written.
        """
        pace = pace_of(max_concurrency, on_progress)
        return self._batch(("create",), partial(batches.batch_create, pace=pace), items)

    def batch_delete(
        self,
        keys: Iterable[object],
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> Awaitable[None]:
        """Delete the items of these keys, whatever their version; none may be there."""
        pace = pace_of(max_concurrency, on_progress)
        return self._batch(("delete",), partial(batches.batch_delete, pace=pace), keys)

    def batch_write(
        self,
        puts: Iterable[M] = (),
        deletes: Iterable[object] = (),
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> Awaitable[None]:
        """Put instances, as `put()` does, and delete the items of keys.

        What is both put and deleted is deleted.
        """
        pace = pace_of(max_concurrency, on_progress)
        compiled = partial(batches.batch_write, pace=pace)
        return self._batch(("save", "delete"), compiled, puts, deletes)

    def batch_update_with_options(
        self,
        items: Iterable[M],
        fields: Iterable[Named] = (),
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> Awaitable[None]:
        """Update each instance, as `update(*fields)` does: one UpdateItem for each.

        Each is written at the version in memory, and under the conditions of this
        query.  One that fails does not stop the others: `BatchError.failures` pairs
        each with its error.
        """
        table = self._question.table
        given = fields if isinstance(fields, Iterable) else (fields,)
        given = (given,) if isinstance(given, str) else given
        names = tuple(parse_field(table, each).name for each in given)
        pace = pace_of(max_concurrency, on_progress)
        compiled = partial(batches.batch_update, fields=names, pace=pace)
        return self._batch(("update",), compiled, items)

    def _batch(
        self,
        _verbs: Sequence[Verb],
        compiled: "Callable[..., CompiledBatch]",
        *given: Iterable[object],
    ) -> Awaitable[None]:
        """Write what was given, of each verb in its turn."""
        batch = compiled(self._compiler, self._question, *given)
        return self._once("batches").batch_write(batch)


def pace_of(max_concurrency: int, on_progress: "OnProgress | None") -> "BatchPace":
    """The pace that a caller asked for."""
    at_once = at_least(1, "max_concurrency", max_concurrency)
    if on_progress is not None and not callable(on_progress):
        raise InvalidValueError(
            "on_progress is a function that takes two numbers, not a "
            f"{type(on_progress).__name__}"
        )
    return wired.BatchPace(at_once=at_once, on_progress=on_progress)
