"""Queries of models that have hooks: the hooks run, and are awaited if they can be."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.update_plan import UpdatePlan
from ..errors import BatchError
from ..schema.hooks import Verb
from ..wire import CompiledBatch, CompiledQuery
from ..wire.runner import Runner
from .loading import LoadingRunner
from .query import Query
from .telling import AFTER, BEFORE, TellingQuery, tell_all
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
    await tell_all(instances, BEFORE[verb])
    try:
        result = await write()
    except BatchError as error:
        left = {id(each) for each in error.unprocessed}
        done = [each for each in instances if id(each) not in left]
        await tell_all(done, AFTER[verb])
        raise
    await tell_all(instances, AFTER[verb])
    return result


class HookedQuery(TellingQuery[M]):
    """A query of a model that has hooks, which are awaited if they can be."""

    __slots__ = ()

    def update_builder(self, *, touch: bool = True) -> UpdateBuilder[M, M]:
        """As `Query.update_builder`, with the hooks of update if it is of an instance.

        What they change in the instance is not part of the update.
        """
        runner = UpdatingRunner(self._runner, self._own)
        plan = UpdatePlan(touch=touch)
        return UpdateBuilder(self._compiler, runner, self._question, plan)

    def _telling(self, verb: Verb, write: Callable[[], Awaitable[R]]) -> Awaitable[R]:
        return written(verb, self._own, write)

    def _batch(
        self,
        verbs: Sequence[Verb],
        compiled: Callable[..., CompiledBatch],
        *given: Iterable[object],
    ) -> Awaitable[None]:
        """Write a batch, with the hooks of each instance in it."""
        known = [_listed(each) for each in given]
        write: Callable[[], Awaitable[None]]
        write = partial(super()._batch, verbs, compiled, *known)
        for verb, each in zip(verbs, known, strict=True):
            write = partial(written, verb, self._instances(each), write)
        return write()

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
