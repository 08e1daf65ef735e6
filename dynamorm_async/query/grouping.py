"""`GroupBy`: aggregates of each group of rows, in one pass over the pages."""

from collections.abc import Awaitable, Generator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Generic, Self, TypeVar

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.values import Row
from ..errors import InvalidOperatorError
from ..expressions.operators import EQ, NE, parse_operator
from ..schema.table import FieldInfo
from ..wire import CompiledQuery
from ..wire.runner import Runner
from .folds import (
    COUNT,
    GREATEST,
    LEAST,
    average_as,
    sum_as,
)
from .groups import TESTS, GroupResult, Groups, Having, Measure, ordered
from .kinds import family_of, is_comparable, number_of
from .parsing import Named, parse_field

K = TypeVar("K")


class GroupBy(Generic[K]):
    """Aggregates of each group, made by `Query.group_by`; immutable, and awaitable.

    >>> adults = db.model(User).group_by(User.status)
    >>> groups = await adults.count().average(User.rank).having("count", ">", 10)

    A list of `GroupResult`, ordered by key where keys have an order.  Rows without the
    grouped value are in no group.  One state per group is held, and one page of rows.
    """

    __slots__ = ("_compiler", "_havings", "_key", "_measures", "_question", "_runner")

    def __init__(
        self,
        compiler: Compiler,
        runner: Runner,
        question: Question,
        key: FieldInfo,
        measures: Mapping[str, Measure] | None = None,
        havings: tuple[Having, ...] = (),
    ) -> None:
        self._compiler = compiler
        self._runner = runner
        self._question = question
        self._key = key
        self._measures = measures or {}
        self._havings = havings

    def count(self, alias: str = "count") -> Self:
        """The number of rows of each group."""
        return self._measured(alias, Measure(COUNT, Decimal))

    def sum(self, field: Named, alias: str | None = None) -> Self:
        """The exact sum of a field, as "sum_<field>" where no alias is given."""
        found = self._field(field)
        measure = Measure(sum_as(number_of(found, "sum")), Decimal, found)
        return self._measured(alias or f"sum_{found.name}", measure)

    def average(self, field: Named, alias: str | None = None) -> Self:
        """The average of a field, as "average_<field>"; None of nothing."""
        found = self._field(field)
        measure = Measure(average_as(number_of(found, "average")), Decimal, found)
        return self._measured(alias or f"average_{found.name}", measure)

    def min(self, field: Named, alias: str | None = None) -> Self:
        """The least value of a field, as "min_<field>"; None of nothing."""
        found = self._field(field)
        measure = Measure(LEAST, family_of(found, "min"), found)
        return self._measured(alias or f"min_{found.name}", measure)

    def max(self, field: Named, alias: str | None = None) -> Self:
        """The greatest value of a field, as "max_<field>"; None of nothing."""
        found = self._field(field)
        measure = Measure(GREATEST, family_of(found, "max"), found)
        return self._measured(alias or f"max_{found.name}", measure)

    def having(self, alias: str, operator: str, value: object, /) -> Self:
        """Keep only groups of which this holds: = != < <= > >= on an aggregate.

        >>> groups.count().having("count", ">=", 2)

        Names what was asked for before.  It costs as much: all rows are read.
        """
        measure = self._measures.get(alias)
        if measure is None:
            known = ", ".join(self._measures) or "none yet"
            raise InvalidOperatorError(
                f"having({alias!r}): there is no such aggregate; there are: {known}"
            )
        parsed, sized = parse_operator(operator)
        if sized or parsed not in TESTS:
            known = " ".join(each.name for each in TESTS)
            raise InvalidOperatorError(
                f"having({alias!r}): the operator is one of {known}, not {operator!r}"
            )
        absent = value is None and parsed in (EQ, NE)
        if not absent and not is_comparable(value, measure.family):
            raise InvalidOperatorError(
                f"having({alias!r}): it can't be compared with a {type(value).__name__}"
            )
        return self._revised(havings=(*self._havings, Having(alias, parsed, value)))

    def __await__(self) -> Generator[Any, None, list[GroupResult[K]]]:
        return self._folded().__await__()

    def compile(self) -> CompiledQuery[Sequence[Row]]:
        """The request that would be sent first.  No I/O."""
        return self._compiler.values(self._question, self._fields())

    def __repr__(self) -> str:
        return f"<GroupBy {self._key}: {', '.join(self._measures) or 'keys only'}>"

    def _folded(self) -> Awaitable[list[GroupResult[K]]]:
        places = {each.name: place for place, each in enumerate(self._fields())}
        groups = Groups(
            [
                (each.fold, None if each.of is None else places[each.of.name])
                for each in self._measures.values()
            ]
        )
        return self._runner.fold(
            self.compile(), groups, Groups.with_rows, self._results
        )

    def _fields(self) -> list[FieldInfo]:
        """What is read: the grouped field first, each field once."""
        measured = [each.of for each in self._measures.values() if each.of is not None]
        return [*{each.name: each for each in (self._key, *measured)}.values()]

    def _results(self, groups: "Groups") -> list[GroupResult[K]]:
        results: list[GroupResult[K]] = []
        for key, values in groups.finished():
            named = dict(zip(self._measures, values, strict=True))
            if all(each.holds(named) for each in self._havings):
                results.append(GroupResult(key, named))
        return ordered(results)

    def _field(self, name: Named) -> FieldInfo:
        return parse_field(self._question.table, name)

    def _measured(self, alias: str, measure: Measure) -> Self:
        if alias in self._measures:
            raise InvalidOperatorError(
                f"there are two aggregates {alias!r}; give one of them an alias"
            )
        return self._revised(measures={**self._measures, alias: measure})

    def _revised(
        self,
        measures: Mapping[str, Measure] | None = None,
        havings: tuple[Having, ...] | None = None,
    ) -> Self:
        return type(self)(
            self._compiler,
            self._runner,
            self._question,
            self._key,
            self._measures if measures is None else measures,
            self._havings if havings is None else havings,
        )
