"""Queries of models that have hooks: the hooks run, and are awaited if they can be."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.update_plan import UpdatePlan
from ..errors import BatchError
from ..schema.hooks import Verb
from ..wire import CompiledQuery, Runner
from ..wire.batches import OnProgress
from .batching import AT_ONCE
from .loading import AFTER, BEFORE, LoadingRunner, tell
from .parsing import Named
from .query import INDEX_WAIT, Query
from .updating import UpdateBuilder

M = TypeVar("M")
R = TypeVar("R")


def query(compiler: Compiler, runner: Runner, question: Question) -> Query[Any]:
    """The query of a model that has hooks."""
    return HookedQuery(compiler, LoadingRunner(runner), question)


async def written(
    verb: Verb, instances: Sequence[Any], write: Callable[[], Awaitable[R]]
) -> R:
    """Write instances, with the hooks before and after.

    Where part of a batch is left over, only what was written is told so.
    """
    for each in instances:
        await tell(each, BEFORE[verb])
    try:
        result = await write()
    except BatchError as error:
        left = {id(each) for each in error.unprocessed}
        for each in instances:
            if id(each) not in left:
                await tell(each, AFTER[verb])
        raise
    for each in instances:
        await tell(each, AFTER[verb])
    return result


class HookedQuery(Query[M]):
    """A query of a model that has hooks."""

    __slots__ = ()

    def create(
        self, *, wait_for_index: str | None = None, wait: float = INDEX_WAIT
    ) -> Awaitable[M]:
        """As `Query.create`, with the hooks of create."""
        write = partial(super().create, wait_for_index=wait_for_index, wait=wait)
        return written("create", self._own, write)

    def put(self) -> Awaitable[M]:
        """As `Query.put`, with the hooks of save."""
        return written("save", self._own, super().put)

    def create_or_update(self) -> Awaitable[M]:
        """As `Query.create_or_update`, with the hooks of save."""
        return written("save", self._own, super().create_or_update)

    def update(self, *fields: Named) -> Awaitable[M]:
        """As `Query.update`, with the hooks of update."""
        return written("update", self._own, partial(super().update, *fields))

    def delete(self) -> Awaitable[None]:
        """As `Query.delete`, with the hooks of delete if it is of an instance."""
        return written("delete", self._own, super().delete)

    def update_builder(self, *, touch: bool = True) -> UpdateBuilder[M, M]:
        """As `Query.update_builder`, with the hooks of update if it is of an instance.

        What they change in the instance is not part of the update.
        """
        runner = UpdatingRunner(self._runner, self._own)
        plan = UpdatePlan(touch=touch)
        return UpdateBuilder(self._compiler, runner, self._question, plan)

    def batch_create(
        self,
        items: Iterable[M],
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: OnProgress | None = None,
    ) -> Awaitable[None]:
        """As `Query.batch_create`, with the hooks of create for each instance."""
        known = _listed(items)
        write = partial(
            super().batch_create,
            known,
            max_concurrency=max_concurrency,
            on_progress=on_progress,
        )
        return written("create", self._instances(known), write)

    def batch_delete(
        self,
        keys: Iterable[object],
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: OnProgress | None = None,
    ) -> Awaitable[None]:
        """As `Query.batch_delete`, with the hooks of delete for each instance."""
        known = _listed(keys)
        write = partial(
            super().batch_delete,
            known,
            max_concurrency=max_concurrency,
            on_progress=on_progress,
        )
        return written("delete", self._instances(known), write)

    def batch_write(
        self,
        puts: Iterable[M] = (),
        deletes: Iterable[object] = (),
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: OnProgress | None = None,
    ) -> Awaitable[None]:
        """As `Query.batch_write`, with the hooks of save, and of delete."""
        puts, deletes = _listed(puts), _listed(deletes)
        write = partial(
            super().batch_write,
            puts,
            deletes,
            max_concurrency=max_concurrency,
            on_progress=on_progress,
        )
        saved = partial(written, "save", self._instances(puts), write)
        return written("delete", self._instances(deletes), saved)

    def batch_update_with_options(
        self,
        items: Iterable[M],
        fields: Iterable[Named] = (),
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: OnProgress | None = None,
    ) -> Awaitable[None]:
        """As `Query.batch_update_with_options`, with the hooks of update."""
        known = _listed(items)
        write = partial(
            super().batch_update_with_options,
            known,
            fields,
            max_concurrency=max_concurrency,
            on_progress=on_progress,
        )
        return written("update", self._instances(known), write)

    @property
    def _own(self) -> list[Any]:
        instance = self._question.instance
        return [] if instance is None else [instance]

    def _instances(self, given: Any) -> list[Any]:
        # What else is given is a key, or is refused by the batch itself.
        if not isinstance(given, list):
            return []
        return [each for each in given if isinstance(each, self._question.table.model)]


def _listed(given: Any) -> Any:
    """A list of what can be gone through once; what is no such thing as it is."""
    is_one = isinstance(given, str | bytes | dict) or not isinstance(given, Iterable)
    return given if is_one else list(given)


class UpdatingRunner(LoadingRunner):
    """Runs the update of a builder, with the hooks of update."""

    __slots__ = ("_instances",)

    def __init__(self, inner: Runner, instances: list[Any]) -> None:
        super().__init__(inner)
        self._instances = instances

    def run(self, compiled: CompiledQuery[R], /) -> Awaitable[R]:
        """Send the update."""
        return written("update", self._instances, partial(super().run, compiled))
