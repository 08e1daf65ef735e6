"""`CommonScenarios`: what a database is like in the usual kinds of tests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from ..errors import (
    InvalidCursorError,
    InvalidValueError,
    ItemNotFoundError,
    TransactionCanceledError,
)
from ..wire import PaginatedResult
from .comparing import ANY, matching, mentions
from .expectations import Failure
from .expected import ONE_ROW, ROWS, TRANSACTIONS, TestDB
from .method_names import QueryMethod
from .mocks import MockUpdateBuilder

WRITES: tuple[QueryMethod, ...] = ("create", "put", "create_or_update", "update")

FAILING: Mapping[str, tuple[QueryMethod, ...]] = {
    "create": ("create", "put", "create_or_update"),
    "find": ONE_ROW,
    "update": ("update",),
    "delete": ("delete",),
    "all": ROWS,
    "count": ("count",),
}
"""What `setup_error_scenarios` calls an operation, and the methods that are meant."""


class CommonScenarios:
    """A `TestDB` made ready for a kind of test, for code whose calls don't matter.

    >>> scenarios = CommonScenarios(test_db)
    >>> scenarios.setup_crud()
    >>> await save_and_load(test_db.mock_db)

    Every model and every step of a query will do, but where a scenario is about one;
    nothing has to be called, but for what a scenario says.  For code whose effect
    matters, an engine is the better double.
    """

    def __init__(self, test_db: TestDB | None = None) -> None:
        self.test_db = test_db or TestDB()
        self.mock_db = self.test_db.mock_db
        self.mock_query = self.test_db.mock_query
        self.update_builder: MockUpdateBuilder[Any, Any] = MockUpdateBuilder(
            strict=False
        )
        """What `update_builder()` returns after `setup_update_builder`."""

        self._stored: Any = None
        self.mock_query.is_strict = False

    def setup_crud(self, item: Any = None) -> Self:
        """One item: what was written last is read; nothing after `delete`.

        `item` is there from the beginning.
        """
        self._stored = item
        self._on(WRITES, ...).answers(self._write)
        self._on(("delete",)).answers(self._delete)
        self._on(("first", "one")).answers(self._read)
        self._on(("first_or_none",)).answers(lambda: self._stored)
        self._on(ROWS).answers(lambda: [] if self._stored is None else [self._stored])
        self._on(("exists",)).answers(lambda: self._stored is not None)
        self._on(("count",)).answers(lambda: int(self._stored is not None))
        self.mock_db.on("get", ...).answers(lambda *_: self._stored).maybe()
        return self

    def setup_pagination(self, page_size: int, items: Iterable[Any] = ()) -> Self:
        """These items in pages of `page_size`: `all_paginated`, by cursor, and `pages`.

        The cursor of a page leads to the next; the last has none.  Another cursor is an
        `InvalidCursorError`.
        """
        pages = in_pages(list(items), page_size)
        place = [0]

        def go_to(cursor: str | None) -> Any:
            starts = [None, *(page.next_cursor for page in pages[:-1])]
            if (cursor or None) not in starts:
                raise InvalidCursorError("the cursor is of no page of this scenario")
            place[0] = starts.index(cursor or None)
            return self.mock_query

        def page() -> PaginatedResult[Any]:
            found, place[0] = pages[place[0]], 0
            return found

        self._on(("cursor", "set_cursor"), ANY).answers(go_to)
        self._on(("all_paginated",)).answers(page)
        self._on(("pages",)).returns(pages)
        return self

    def setup_multi_tenant(
        self, tenant_id: str, items: Iterable[Any] = (), *, field: str = "tenant_id"
    ) -> Self:
        """Queries of one tenant: a `where` or `filter` has to say so.

        One of another tenant is an `UnexpectedCallError`, and none at all is noticed by
        `assert_expectations`.
        """
        steps: tuple[QueryMethod, ...] = ("where", "filter")
        others = matching(
            lambda term: not mentions(term, field), f"about something else than {field}"
        )
        self.mock_query.on_one_of(steps, field, "=", tenant_id)
        self._on(steps, others)
        return self._found(items)

    def setup_batch_operations(self, items: Iterable[Any] = ()) -> Self:
        """Batches: `batch_get` finds these items, and everything is written."""
        self._on(("batch_get",), ...).returns(list(items))
        for each in ("batch_create", "batch_delete", "batch_update_with_options"):
            self._on((each,), ...)
        self._on(("batch_write",), ...)
        self.mock_db.on("batch_writer", ...).maybe()
        return self

    def setup_complex_query(self, items: Iterable[Any] = ()) -> Self:
        """A query of any steps that finds these items."""
        return self._found(items)

    def setup_error_scenarios(self, errors: Mapping[str, Failure]) -> Self:
        """Operations that fail: `create` `find` `update` `delete` `all` `count`.

        >>> scenarios.setup_error_scenarios({"create": ConditionFailedError("taken")})
        """
        for operation, error in errors.items():
            if operation not in FAILING:
                known = ", ".join(FAILING)
                raise InvalidValueError(
                    f"there is no operation {operation!r}; there are: {known}"
                )
            self._on(FAILING[operation], ...).raises(error)
            if operation == "find":
                found = self.mock_db.on("get", ...).maybe()
                found.returns(None) if _is_missing(error) else found.raises(error)
        return self

    def setup_transaction_scenario(
        self, success: bool = True, *, error: Failure | None = None
    ) -> Self:
        """A transaction of any writes that succeeds, or else fails when it ends."""
        expected = self.mock_db.on_one_of(TRANSACTIONS, ...).maybe()
        if not success:
            expected.raises(error or TransactionCanceledError("the test wants it so"))
        self._on(WRITES, ...).answers(self._write)
        for each in ("delete", "condition_check"):
            self._on((each,), ...)
        self.setup_update_builder()
        return self

    def setup_scan_scenario(self, items: Iterable[Any] = ()) -> Self:
        """A scan that finds these items, in one piece or in segments."""
        rows = list(items)
        self._on(("scan",)).returns(rows)
        self._on(("scan_all_segments",), ...).returns(rows)
        self._on(("count",)).returns(len(rows))
        return self

    def setup_index_query(self, name: str, items: Iterable[Any] = ()) -> Self:
        """A query of this index, which has to be named, that finds these items."""
        self.mock_query.on("index", name)
        return self._found(items)

    def setup_update_builder(self, result: Any = None) -> Self:
        """Updates of any steps; `execute_with_result` returns `result`."""
        self._on(("update_builder",), ...).returns(self.update_builder)
        self.update_builder.on("execute").maybe()
        self.update_builder.on("execute_with_result").returns(result).maybe()
        return self

    def _found(self, items: Iterable[Any]) -> Self:
        rows = list(items)
        self._on(ROWS).returns(rows)
        self._on(("count",)).returns(len(rows))
        self._on(("exists",)).returns(bool(rows))
        self._on(("all_paginated",)).returns(in_pages(rows, len(rows) or 1)[0])
        self._on(("first", "one")).answers(lambda: _first(rows))
        self._on(("first_or_none",)).returns(rows[0] if rows else None)
        return self

    def _on(self, methods: tuple[QueryMethod, ...], *arguments: Any) -> Any:
        return self.mock_query.on_one_of(methods, *arguments).maybe()

    def _write(self, *_: Any, **__: Any) -> Any:
        self._stored = self.test_db.subject()
        return self._stored

    def _delete(self) -> None:
        self._stored = None

    def _read(self) -> Any:
        return _first([] if self._stored is None else [self._stored])


def _first(rows: Sequence[Any]) -> Any:
    if not rows:
        raise ItemNotFoundError("no item found: there is none in this scenario")
    return rows[0]


def _is_missing(error: Failure) -> bool:
    """Whether it says that there is no item, of which `db.get` makes None."""
    kind = error if isinstance(error, type) else type(error)
    return issubclass(kind, ItemNotFoundError)


def in_pages(items: Sequence[Any], size: int) -> list[PaginatedResult[Any]]:
    """The items in pages; an empty one if there are none."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise InvalidValueError("page_size is a whole number of at least 1")
    starts = range(0, len(items) or 1, size)
    return [
        PaginatedResult(
            items=items[start : start + size],
            next_cursor=f"page-{number}" if start + size < len(items) else None,
            scanned_count=len(items[start : start + size]),
        )
        for number, start in enumerate(starts, 2)
    ]
