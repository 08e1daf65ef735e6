"""`Rows`: the answer of a read of many, to be awaited as a list or iterated as a
stream.
"""

from collections.abc import AsyncIterator, Generator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from ..errors import InvalidOperatorError
from ..wire import CompiledQuery, ReadAgain
from ..wire.runner import Runner

M = TypeVar("M")


class Rows(Generic[M]):
    """Rows that are read when awaited (a list) or iterated (one by one).

    >>> users = await db.model(User).scan()
    >>> async for user in db.model(User).scan(): ...
    """

    __slots__ = ("_again", "_compiled", "_runner")

    def __init__(
        self,
        runner: Runner,
        compiled: CompiledQuery[Sequence[M]],
        again: ReadAgain[list[M]] | None,
    ) -> None:
        self._runner = runner
        self._compiled = compiled
        self._again = again

    def __await__(self) -> Generator[Any, None, list[M]]:
        return self._runner.collect(self._compiled, again=self._again).__await__()

    def __aiter__(self) -> AsyncIterator[M]:
        if self._again is not None:
            raise InvalidOperatorError(
                f"{self._compiled.model}: with_retry() repeats a read of all rows; "
                "await it as a list"
            )
        return self._runner.rows(self._compiled)

    if not TYPE_CHECKING:  # a type checker would take any name for one of rows

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(
                f"rows have no {name!r}: all() and scan() end a query. Await them as a "
                "list, or go through them with `async for`; steps such as limit() come "
                "before them, and reads such as count() in their place"
            )

    def __repr__(self) -> str:
        return f"<Rows of {self._compiled.operation} on {self._compiled.table_name}>"
