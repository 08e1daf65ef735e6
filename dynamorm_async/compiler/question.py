"""What is asked: the state a query builder gathers, as one frozen value."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from ..errors import InvalidOperatorError
from ..expressions.conditions import Comparison, Condition, conjuncts
from ..expressions.operators import EQ
from ..expressions.subjects import Subject
from ..schema.table import FieldInfo, TableInfo
from ..wire.frozen import Frozen

Verb = Literal["all", "first", "scan", "count", "exists"]
WriteVerb = Literal["create", "put", "create_or_update", "update", "delete", "check"]


_FOR_READS = {
    "index": "index",
    "order_by": "order_by",
    "limit": "limit",
    "page_size": "page_size",
    "offset": "offset",
    "select": "select",
    "consistent_read": "consistent_read",
    "cursor": "cursor",
    "total_segments": "parallel_scan",
}
"""The settings that only a read heeds, and the steps that make them."""


class Question(Frozen):
    """Everything said so far about one query; each step of the builder revises it.

    What was not said is not in `vars()` of it: it is what the class says.
    """

    table: TableInfo
    table_name: str
    """The name that is sent."""

    instance: Any = None  # an instance of table.model
    where: tuple[Condition, ...] = ()
    filters: Condition | None = None
    index: str | None = None
    order_by: FieldInfo | None = None
    order: str | None = None
    """As it was written: "ASC" or "DESC" in any case."""

    limit: int | None = None
    page_size: int | None = None
    offset: int | None = None
    select: tuple[FieldInfo, ...] | None = None
    consistent_read: bool = False
    cursor: str | None = None
    segment: int | None = None
    total_segments: int | None = None
    conditions: tuple[Condition, ...] = ()
    """What a write requires, beside `where`."""

    @classmethod
    def about(cls, table: TableInfo, table_name: str) -> Self:
        """The question of which nothing is said yet."""
        made = object.__new__(cls)
        vars(made).update(table=table, table_name=table_name)
        return made

    def revised(self, **changes: object) -> Self:
        """A copy with these changes."""
        return self.with_changes(changes)

    def with_changes(self, changes: Mapping[str, object]) -> Self:
        """A copy with these changes."""
        twin = object.__new__(type(self))
        # Not through the constructor, which would say everything.
        said = twin.__dict__
        said.update(self.__dict__)
        said.update(changes)
        return twin

    def check_reads(self) -> None:
        """Refuse what was said for a write and would have no effect on a read."""
        if self.conditions:
            raise InvalidOperatorError(
                f"{self.table.model_name}: if_exists(), if_not_exists() and "
                "with_condition() are for writes; restrict a read with where() or "
                "filter()"
            )

    def check_writes(self) -> None:
        """Refuse what was said for a read and would have no effect on a write."""
        for name, step in _FOR_READS.items():
            if vars(self).get(name):
                raise InvalidOperatorError(
                    f"{self.table.model_name}: {step}() is for reads, and means "
                    "nothing to a write"
                )

    @property
    def descending(self) -> bool:
        """Whether the rows are wanted in descending order."""
        return self.order is not None and self.order.upper() == "DESC"

    def where_terms(self) -> tuple[Condition, ...]:
        """The conditions of `where`, each that must hold for itself."""
        return tuple(each for term in self.where for each in conjuncts(term))

    def filter_terms(self) -> tuple[Condition, ...]:
        """The conditions of `filter`, each that must hold for itself."""
        return () if self.filters is None else conjuncts(self.filters)


def equal_to(terms: Iterable[Condition]) -> dict[str, Comparison]:
    """The attributes that are required to equal a value; the first of two counts."""
    found: dict[str, Comparison] = {}
    for term in terms:
        if isinstance(term, Comparison) and term.operator is EQ and is_key_like(term):
            found.setdefault(term.subject.attribute, term)
    return found


def is_key_like(term: Comparison) -> bool:
    """Whether a whole attribute is compared with values, as key conditions are."""
    whole = not term.subject.steps and not term.subject.sized
    return whole and not any(
        each is None or isinstance(each, Subject) for each in term.operands
    )
