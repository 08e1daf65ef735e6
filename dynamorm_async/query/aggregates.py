"""Aggregates: sums and the like of all rows, read page by page and never held."""

from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..expressions.paths import Holding
from ..lazily import lazy
from ..schema.table import FieldInfo
from .parsing import Named, parse_field
from .steps import Steps

if TYPE_CHECKING:
    from ..compiler.values import Row
    from . import folds, grouping, kinds
    from .grouping import GroupBy
else:
    folds = lazy(".folds", __package__)
    grouping = lazy(".grouping", __package__)
    kinds = lazy(".kinds", __package__)

M = TypeVar("M")
N = TypeVar("N", int, float, Decimal)
V = TypeVar("V")


class Aggregates(Steps[M]):
    """The reads of a query that end in one value.

    Every row that the query asks for is read, and billed, but of each only the keys and
    the field in question is sent, and one page is held at a time.  A limit counts
    rows.  None is no value; a missing attribute counts as what the model reads it as.
    """

    __slots__ = ()

    @overload
    def sum(self, field: Holding[N | None], /) -> Awaitable[N]: ...
    @overload
    def sum(self, field: str, /) -> Awaitable[Any]: ...
    def sum(self, field: Any, /) -> Awaitable[Any]:
        """The exact sum, of the field's type; 0 of no rows.

        Floats are added as the decimal numbers that are stored, and rounded once.
        Raises `InvalidOperatorError` for a field that holds no numbers.
        """
        found = self._field(field)
        return self._folded(found, folds.sum_as(kinds.number_of(found, "sum")))

    @overload
    def average(  # type: ignore[overload-overlap]  # pyright: ignore[reportOverlappingOverload] # to a checker every int is a float too
        self, field: Holding[int | Decimal | None], /
    ) -> Awaitable[Decimal | None]: ...
    @overload
    def average(self, field: Holding[float | None], /) -> Awaitable[float | None]: ...
    @overload
    def average(self, field: str, /) -> Awaitable[Any]: ...
    def average(self, field: Any, /) -> Awaitable[Any]:
        """The average, rounded once: a float of floats, else a Decimal of 38 digits.

        None of no rows.  Raises `InvalidOperatorError` for a field without numbers.
        """
        found = self._field(field)
        return self._folded(found, folds.average_as(kinds.number_of(found, "average")))

    @overload
    def min(self, field: Holding[V | None], /) -> Awaitable[V | None]: ...
    @overload
    def min(self, field: str, /) -> Awaitable[Any]: ...
    def min(self, field: Any, /) -> Awaitable[Any]:
        """The least value: of numbers, dates, texts, whatever has an order.

        None of no rows.
        """
        found = self._field(field)
        kinds.family_of(found, "min")
        return self._folded(found, folds.LEAST)

    @overload
    def max(self, field: Holding[V | None], /) -> Awaitable[V | None]: ...
    @overload
    def max(self, field: str, /) -> Awaitable[Any]: ...
    def max(self, field: Any, /) -> Awaitable[Any]:
        """The greatest value; None of no rows."""
        found = self._field(field)
        kinds.family_of(found, "max")
        return self._folded(found, folds.GREATEST)

    def count_distinct(self, field: Named, /) -> Awaitable[int]:
        """The number of different values, which are held until the last is read."""
        found = self._field(field)
        kinds.check_countable(found, "count_distinct")
        return self._folded(found, folds.DISTINCT)

    @overload
    def group_by(self, field: Holding[V | None], /) -> "GroupBy[V]": ...
    @overload
    def group_by(self, field: str, /) -> "GroupBy[Any]": ...
    def group_by(self, field: Any, /) -> "GroupBy[Any]":
        """Aggregates of each group of rows that have one value in common.

        >>> await db.model(User).group_by(User.status).count().average(User.rank)
        """
        found = self._field(field)
        kinds.check_countable(found, "group_by", as_key=True)
        return grouping.GroupBy(
            self._compiler, self._once("aggregates"), self._question, found
        )

    def _field(self, name: Named) -> FieldInfo:
        return parse_field(self._question.table, name)

    def _folded(self, field: FieldInfo, fold: "folds.Fold") -> Awaitable[Any]:
        compiled = self._compiler.values(self._question, [field])

        def step(state: Any, rows: "Sequence[Row]") -> Any:
            return fold.over(state, (value for (value,) in rows))

        return self._once("aggregates").fold(compiled, fold.start(), step, fold.finish)
