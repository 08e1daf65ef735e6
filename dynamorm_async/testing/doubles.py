"""What a mock hands out in the place of a request; awaiting it sends nothing."""

from collections import abc
from collections.abc import AsyncIterator, Callable, Generator
from inspect import iscoroutine, iscoroutinefunction, signature
from typing import Any, Self, get_origin

from ..query.grouping import GroupBy
from ..query.rows import Rows
from ..wire.segments import SegmentedRows
from .expectations import Outcome


class Promise:
    """Something to await, which then is, or raises, what the test has said."""

    def __init__(self, text: str, outcome: Outcome) -> None:
        self.text = text
        self.is_used = False
        self._outcome = outcome

    def __await__(self) -> Generator[Any, None, Any]:
        self.is_used = True
        value = self._outcome()
        if iscoroutine(value):  # of an async function that answers
            return (yield from value.__await__())
        return value

    def __repr__(self) -> str:
        return f"<{self.text} of a mock>"


class PromisedRows(Promise, Rows[Any]):
    """A list when awaited, a stream in `async for`."""

    def __await__(self) -> Generator[Any, None, list[Any]]:
        rows = yield from super().__await__()
        return _listed(self, rows)

    def __aiter__(self) -> AsyncIterator[Any]:
        return _each_of(self)


class PromisedPages(Promise):
    """A stream of pages."""

    def __aiter__(self) -> AsyncIterator[Any]:
        return _each_of(self)


async def _each_of(promise: Promise) -> AsyncIterator[Any]:
    for each in _listed(promise, await promise):
        yield each


def _listed(promise: Promise, found: Any) -> list[Any]:
    """What the test has said, if it is a list or the like."""
    if not isinstance(found, abc.Iterable) or isinstance(found, str | bytes | dict):
        raise TypeError(
            f"{promise.text} comes to a list: the test should say so, as in "
            f".returns([...]), and not a {type(found).__name__}"
        )
    return list(found)


class PromisedSegments(Promise):
    """The rows of a scan in segments: one pass, a list or a stream."""

    def __init__(self, text: str, outcome: Outcome) -> None:
        super().__init__(text, outcome)
        self._left: list[Any] | None = None
        self._handed_out = 0

    def __await__(self) -> Generator[Any, None, list[Any]]:
        rows: list[Any] = yield from self._read()
        self._left = []
        self._handed_out += len(rows)
        return rows

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        self._left = await _Awaited(self._read())
        if not self._left:
            raise StopAsyncIteration
        self._handed_out += 1
        return self._left.pop(0)

    def _read(self) -> Generator[Any, None, list[Any]]:
        if self._left is None:
            self._left = _listed(self, (yield from super().__await__()))
        return self._left

    def resume_token(self) -> str:
        """A text that says how many rows were handed out."""
        return f"after-{self._handed_out}"


class _Awaited:
    def __init__(self, steps: Generator[Any, None, Any]) -> None:
        self._steps = steps

    def __await__(self) -> Generator[Any, None, Any]:
        return self._steps


class PromisedGroups(Promise, GroupBy[Any]):
    """The groups that the test has said, whatever is asked of each."""

    def _itself(self, *_: Any, **__: Any) -> Self:
        return self

    count = sum = average = min = max = having = _itself


Double = Callable[[str, Outcome], Any]
"""Makes what a method returns, of how the call is written and what it comes to."""


def at_once(_text: str, outcome: Outcome) -> Any:
    """The value itself: the method is not async."""
    return outcome()


_DOUBLES: dict[str, Double] = {
    abc.Awaitable.__name__: Promise,
    Rows.__name__: PromisedRows,
    abc.AsyncIterator.__name__: PromisedPages,
    SegmentedRows.__name__: PromisedSegments,
    GroupBy.__name__: PromisedGroups,
}
"""What stands for what a method of the real class returns, by that class's name."""


def double_of(method: Callable[..., Any]) -> Double:
    """How a mock answers in the place of this method."""
    if iscoroutinefunction(method):
        return Promise
    return _DOUBLES.get(_name_of(signature(method).return_annotation), at_once)


def returns_builder(method: Callable[..., Any]) -> bool:
    """Whether a method returns what other methods are called on, at once."""
    if iscoroutinefunction(method):
        return False
    return _name_of(signature(method).return_annotation) in _BUILDERS


_BUILDERS = frozenset(
    {"Query", "TransactionQuery", "UpdateBuilder", "TransactionUpdateBuilder"}
)


def _name_of(returned: Any) -> str:
    """The name of an annotation's class, which is quoted where it loads when used."""
    if isinstance(returned, str):
        return returned.partition("[")[0]
    name: str = getattr(get_origin(returned) or returned, "__name__", "")
    return name


def is_step(method: Callable[..., Any], owner: type) -> bool:
    """Whether the method of a builder returns such a builder again."""
    returned = signature(method).return_annotation
    # Within a class, its own name has to be quoted.
    is_quoted = isinstance(returned, str) and returned.startswith(f"{owner.__name__}[")
    return returned is Self or get_origin(returned) is owner or is_quoted
