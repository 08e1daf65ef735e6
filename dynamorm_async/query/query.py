"""`Query`: an immutable question about one model; awaiting it is the answer."""

import warnings
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from ..compiler.question import Verb, WriteVerb
from ..errors import ScanWarning
from ..lazily import lazy
from ..wire import CompiledQuery, PaginatedResult
from .aggregates import Aggregates
from .batching import Batching
from .counts import positive
from .parsing import Named, parse_field
from .segments import SegmentReads

if TYPE_CHECKING:
    from ..compiler import explain, update_plan
    from . import rows, updating
    from .rows import Rows
    from .updating import UpdateBuilder
else:
    explain = lazy("..compiler.explain", __package__)
    rows = lazy(".rows", __package__)
    update_plan = lazy("..compiler.update_plan", __package__)
    updating = lazy(".updating", __package__)

M = TypeVar("M")

INDEX_WAIT = 5.0
"""Seconds that `create` waits for an index."""

_PAGE = 100
"""Rows of a page for which no limit was asked."""


class Query(Aggregates[M], SegmentReads[M], Batching[M]):
    """A question about one model, made by `db.model(User)`.

    >>> found = await db.model(User).where(User.status == "active").limit(10)

    Every step returns a new query; nothing is sent until one of the reads or writes is
    awaited.  Awaiting the query itself is `.all()`; `async for` streams it page by
    page.
    """

    __slots__ = ()

    def __await__(self) -> Generator[Any, None, list[M]]:
        return self.all().__await__()

    def __aiter__(self) -> AsyncIterator[M]:
        return self.all().__aiter__()

    def all(self) -> "Rows[M]":
        """All rows: a list when awaited, a stream in `async for`."""
        compiled = self._compiler.rows(self._question, "all")
        return rows.Rows(self._runner, compiled, self._again)

    def scan(self) -> "Rows[M]":
        """All rows of the table or index, whatever the conditions; they only filter."""
        compiled = self._compiler.rows(self._question, "scan")
        return rows.Rows(self._runner, compiled, self._again)

    def first(self) -> Awaitable[M]:
        """The first row; a GetItem if the conditions are the full key.

        Raises `ItemNotFoundError`.
        """
        compiled = self._compiler.first(self._question)
        return self._runner.need(compiled, again=self._again)

    def first_or_none(self) -> Awaitable[M | None]:
        """The first row, or None."""
        compiled = self._compiler.first(self._question)
        return self._runner.first(compiled, again=self._again)

    def one(self) -> Awaitable[M]:
        """The only row; raises `ItemNotFoundError` or `MultipleItemsError`."""
        compiled = self._compiler.first(self._question, limit=2)
        return self._runner.need(compiled, only=True, again=self._again)

    def pages(self) -> AsyncIterator[PaginatedResult[M]]:
        """The rows in pages, one per request."""
        return self._once("pages()").pages(self._compiler.rows(self._question, "all"))

    def all_paginated(self) -> Awaitable[PaginatedResult[M]]:
        """One page of `limit` rows (100 where nothing was said) and where to go on."""
        asked = self._question
        limit = asked.limit or asked.page_size or _PAGE
        return self._once("all_paginated()").page(
            self._compiler.rows(asked.revised(limit=limit), "all")
        )

    def count(self) -> Awaitable[int]:
        """The number of rows.  They are read, and billed, but not sent."""
        return self._once("count()").count(
            self._compiler.count(self._question, "count")
        )

    def exists(self) -> Awaitable[bool]:
        """Whether there is a row."""
        return self._once("exists()").exists(
            self._compiler.count(self._question, "exists")
        )

    def create(
        self, *, wait_for_index: str | None = None, wait: float = INDEX_WAIT
    ) -> Awaitable[M]:
        """Write the instance as a new item; `ConditionFailedError` if its key exists.

        Sets version 0 and both timestamps, in the table and, once written, in the
        instance.

        `wait_for_index` names an index, which lags behind the table, and has this call
        return when the item is seen there.  It reads all items of the same index key
        until then.  After `wait` seconds it raises `DeadlineExceededError`: the item is
        written all the same.
        """
        runner = self._once("writes")
        compiled = self._compiler.write(self._question, "create")
        if wait_for_index is None:
            return runner.run(compiled)
        seen = self._compiler.seen_in(self._question, compiled, wait_for_index)
        return runner.run_and_see(compiled, seen, positive("wait", wait))

    def put(self) -> Awaitable[M]:
        """Write the instance over whatever is there, its version as it is in memory."""
        return self._once("writes").run(self._compiler.write(self._question, "put"))

    def create_or_update(self) -> Awaitable[M]:
        """Write the instance, new or not.

        Keeps the stored creation time and attributes that the model does not know.
        With a version, a stored item of another version is a `VersionConflictError`.
        """
        return self._once("writes").run(
            self._compiler.write(self._question, "create_or_update")
        )

    def update(self, *fields: Named) -> Awaitable[M]:
        """Write these fields of the instance, or all but keys and lifecycle fields.

        The item must exist; with a version, at the version in memory.
        """
        names = self._field_names(fields)
        return self._once("writes").run(
            self._compiler.write(self._question, "update", names)
        )

    def delete(self) -> Awaitable[None]:
        """Delete the item.

        A missing one is a success, but for an instance with a version: that must be
        stored.
        """
        return self._once("writes").run(self._compiler.write(self._question, "delete"))

    def update_builder(self, *, touch: bool = True) -> "UpdateBuilder[M, M]":
        """Changes that DynamoDB itself makes to the item: counters, sets, lists.

        `touch=False` leaves the version and `updated_at` as they are.
        """
        runner = self._once("writes")
        plan = update_plan.UpdatePlan(touch=touch)
        return updating.UpdateBuilder(self._compiler, runner, self._question, plan)

    def compile(
        self, verb: Verb | WriteVerb = "all", *fields: Named
    ) -> CompiledQuery[Any]:
        """The request that a read or write would send first.  No I/O."""
        match verb:
            case "first":
                return self._compiler.first(self._question)
            case "count" | "exists":
                return self._compiler.count(self._question, verb)
            case "all" | "scan":
                return self._compiler.rows(self._question, verb)
            case _:
                names = self._field_names(fields)
                return self._compiler.write(self._question, verb, names)

    def explain(self, verb: Verb | WriteVerb = "all", *fields: Named) -> str:
        """Which request answers this query, why, and what it costs.  No I/O."""
        with warnings.catch_warnings():
            # The text says it.
            warnings.simplefilter("ignore", ScanWarning)
            compiled = self.compile(verb, *fields)
        match verb:
            case "all" | "first" | "scan" | "count" | "exists" if compiled.paging:
                return explain.explain(
                    compiled, self._compiler.plan(self._question, verb)
                )
            case _:
                return explain.explain(compiled, None)

    def _field_names(self, fields: tuple[Named, ...]) -> tuple[str, ...]:
        return tuple(parse_field(self._question.table, each).name for each in fields)
