"""Groups of rows as they grow, and what is handed out of them in the end."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, Self, TypeVar

from msgspec import Struct

from ..compiler.values import Row
from ..expressions.operators import EQ, GE, GT, LE, LT, NE, Operator
from ..schema.table import FieldInfo
from .folds import Fold, identity

K = TypeVar("K")

TESTS: dict[Operator, Callable[[Any, Any], bool]] = {
    EQ: lambda value, wanted: bool(value == wanted),
    NE: lambda value, wanted: bool(value != wanted),
    LT: lambda value, wanted: value is not None and bool(value < wanted),
    LE: lambda value, wanted: value is not None and bool(value <= wanted),
    GT: lambda value, wanted: value is not None and bool(value > wanted),
    GE: lambda value, wanted: value is not None and bool(value >= wanted),
}
"""The operators of `GroupBy.having`; None is neither less nor greater than anything."""


class GroupResult(Struct, Generic[K], frozen=True):
    """One group: `key` is the value that its rows have in common.

    >>> group["count"], group["average_rank"]
    """

    key: K
    values: Mapping[str, Any]
    """What was asked for, by alias."""

    def __hash__(self) -> int:
        return hash(self.key)

    def __getitem__(self, alias: str) -> Any:
        return self.values[alias]


class Measure(Struct, frozen=True):
    """One aggregate of each group."""

    fold: Fold
    family: type
    """What its results can be compared with."""

    of: FieldInfo | None = None
    """None: the rows themselves."""


class Having(Struct, frozen=True):
    """What must hold of an aggregate for its group to be a result."""

    alias: str
    operator: Operator
    wanted: Any  # of the kind of the aggregate, which `GroupBy.having` checks

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it holds of the aggregates of a group."""
        return TESTS[self.operator](values[self.alias], self.wanted)


class Groups:
    """The state of every group so far; grows with the groups, not with the rows."""

    def __init__(self, folds: Sequence[tuple[Fold, int | None]]) -> None:
        """`folds`: each with its place in a row, or None where rows are counted."""
        self._folds = folds
        self._groups: dict[Hashable, tuple[Any, list[Any]]] = {}

    def with_rows(self, rows: Iterable[Row]) -> Self:
        """These groups with more rows, of which each begins with the key."""
        for row in rows:
            if row[0] is not None:
                self._add(row)
        return self

    def _add(self, row: Row) -> None:
        which = identity(row[0])
        if which not in self._groups:
            self._groups[which] = row[0], [fold.start() for fold, _ in self._folds]
        states = self._groups[which][1]
        for number, (fold, place) in enumerate(self._folds):
            value = True if place is None else row[place]
            if value is not None:
                states[number] = fold.step(states[number], value)

    def finished(self) -> Iterable[tuple[Any, list[Any]]]:
        """Each group's key and aggregates."""
        for key, states in self._groups.values():
            yield (
                key,
                [
                    fold.finish(state)
                    for (fold, _), state in zip(self._folds, states, strict=True)
                ],
            )


def ordered(results: Sequence[GroupResult[K]]) -> list[GroupResult[K]]:
    """The results by key; keys without an order come in that of their texts."""

    def key_of(result: GroupResult[Any]) -> Any:
        return result.key

    try:
        return sorted(results, key=key_of)
    except TypeError:
        return sorted(
            results, key=lambda each: (type(each.key).__name__, repr(each.key))
        )
