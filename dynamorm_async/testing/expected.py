"""`TestDB`: a mock database and its one query, told in a chain what to expect."""

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from ..errors import ItemNotFoundError
from ..query.parsing import Named
from ..schema.model import Model
from ..wire import PaginatedResult
from .comparing import ANY, matching
from .expectations import Failure
from .method_names import DatabaseMethod, QueryMethod
from .mock_blocks import MockTransaction
from .mock_database import MockDB
from .mocks import MockQuery, MockUpdateBuilder

M = TypeVar("M", bound=Model)

ONE_ROW: tuple[QueryMethod, ...] = ("first", "first_or_none", "one")
ROWS: tuple[QueryMethod, ...] = ("all", "scan")
TRANSACTIONS: tuple[DatabaseMethod, ...] = ("transaction", "transaction_func")


class TestDB:
    """A mock database for code that asks one query after the other.

    >>> test_db = TestDB()
    >>> test_db.expect_model(User).expect_where("id", "=", "1").expect_find(user)
    >>> assert await find_user(test_db.mock_db, "1") == user
    >>> test_db.assert_expectations()

    `mock_db` is what the code under test gets; all its queries are `mock_query`, of
    which more can be expected with `on`.  What is expected has to happen, once or more
    often.  As long as no model is expected, any will do.
    """

    __test__ = False  # its name begins as those of test classes do

    def __init__(self) -> None:
        self.mock_db = MockDB()
        self.mock_query: MockQuery[Any] = MockQuery()
        self.reset()

    def reset(self) -> Self:
        """Forget all that was expected and called."""
        self.mock_db.reset()
        self.mock_query.reset()
        self.mock_db._free["model"] = lambda _call: self.mock_query
        return self

    def assert_expectations(self) -> None:
        """Raise `UnmetExpectationsError` if anything that was expected is missing."""
        __tracebackhide__ = True
        # The query belongs to the database only where a model was expected.
        if not any(e.result is self.mock_query for e in self.mock_db._expectations):
            self.mock_query.assert_expectations()
        self.mock_db.assert_expectations()

    def query_chain(self) -> "QueryChain":
        """The steps of a query, and in the end what it finds."""
        return QueryChain(self)

    def expect_model(self, subject: Any = ANY) -> Self:
        """Expect `model(...)`: of a class, that of an instance too; or of this one."""
        wanted = _class_or_instance(subject) if isinstance(subject, type) else subject
        self.mock_db.on("model", wanted, ...).returns(self.mock_query)
        return self

    def expect_where(self, *parts: Any) -> Self:
        """Expect this condition, whichever way it is written."""
        return self._step("where", *parts)

    def expect_filter(self, *parts: Any) -> Self:
        """Expect this filter, whichever way it is written."""
        return self._step("filter", *parts)

    def expect_index(self, name: str) -> Self:
        """Expect this index."""
        return self._step("index", name)

    def expect_limit(self, rows: int) -> Self:
        """Expect this limit."""
        return self._step("limit", rows)

    def expect_offset(self, rows: int) -> Self:
        """Expect this offset."""
        return self._step("offset", rows)

    def expect_order_by(self, field: Named, order: str = "ASC") -> Self:
        """Expect this order."""
        return self._step("order_by", field, order)

    def expect_select(self, *fields: Named) -> Self:
        """Expect these fields to be selected."""
        return self._step("select", *fields)

    def expect_find(self, result: Any) -> Self:
        """Let `first`, `first_or_none` or `one` find this instance."""
        self.mock_query.on_one_of(ONE_ROW).returns(result)
        return self

    def expect_not_found(self) -> Self:
        """Let `first` or `one` raise `ItemNotFoundError`, `first_or_none` be None."""

        def missing() -> Any:
            raise ItemNotFoundError("no item found: so the test wants it")

        self.mock_query.on_one_of(ONE_ROW).answers_by_method(
            first=missing, one=missing, first_or_none=lambda: None
        )
        return self

    def expect_all(self, results: Iterable[Any] = ()) -> Self:
        """Let `all`, the awaited query, or `scan` find these."""
        self.mock_query.on_one_of(ROWS).returns(list(results))
        return self

    def expect_all_paginated(self, page: PaginatedResult[Any]) -> Self:
        """Let `all_paginated` return this page."""
        self.mock_query.on("all_paginated").returns(page)
        return self

    def expect_count(self, rows: int) -> Self:
        """Let `count` find so many."""
        self.mock_query.on("count").returns(rows)
        return self

    def expect_create(self, instance: Model | None = None) -> Self:
        """Expect `create`: of this instance, or of the one that `model` is given."""
        return self._write("create", instance)

    def expect_create_error(self, error: Failure) -> Self:
        """Let `create` raise this error."""
        return self._failure("create", error)

    def expect_create_or_update(self, instance: Model | None = None) -> Self:
        """Expect `create_or_update`, which is also what `db.save` calls."""
        return self._write("create_or_update", instance)

    def expect_put(self, instance: Model | None = None) -> Self:
        """Expect `put`."""
        return self._write("put", instance)

    def expect_update(self, *fields: Named) -> Self:
        """Expect `update` of these fields; without any, of whichever."""
        return self._write("update", None, *(fields or (...,)))

    def expect_update_error(self, error: Failure, *fields: Named) -> Self:
        """Let `update` of these fields, or of whichever, raise this error."""
        return self._failure("update", error, *(fields or (...,)))

    def expect_update_builder(self, builder: MockUpdateBuilder[Any, Any]) -> Self:
        """Let `update_builder` return this one, which has expectations of its own."""
        self.mock_query.on("update_builder", ...).returns(builder)
        return self

    def expect_delete(self, instance: Model | None = None) -> Self:
        """Expect `delete`."""
        self._write("delete", instance)
        return self

    def expect_delete_error(self, error: Failure) -> Self:
        """Let `delete` raise this error."""
        return self._failure("delete", error)

    def expect_transaction(
        self, setup: Callable[[MockTransaction], object] | None = None
    ) -> Self:
        """Expect `transaction` or `transaction_func`; what it records is expected as
        everything else is, or by `setup`, which is given the transaction.
        """
        tx = MockTransaction(model=self.mock_db._model)
        if setup is not None:
            setup(tx)
        self.mock_db.on_one_of(TRANSACTIONS, ...).returns(tx)
        return self

    def expect_transaction_error(self, error: Failure) -> Self:
        """Let a transaction raise this error when its block or function has ended."""
        self.mock_db.on_one_of(TRANSACTIONS, ...).raises(error)
        return self

    def expect_batch_get(self, keys: Any, results: Iterable[Any]) -> Self:
        """Let `batch_get` of these keys find these instances."""
        self.mock_query.on("batch_get", keys, ...).returns(list(results))
        return self

    def expect_batch_create(self, items: Any = ANY) -> Self:
        """Expect `batch_create` of these instances."""
        return self._step("batch_create", items, ...)

    def expect_batch_delete(self, keys: Any = ANY) -> Self:
        """Expect `batch_delete` of these keys."""
        return self._step("batch_delete", keys, ...)

    def expect_get(self, model: type[M], *key: object, result: M | None) -> Self:
        """Let the shortcut `db.get` of this key return this instance, or None."""
        self.mock_db.on("get", model, *key).returns(result)
        return self

    def subject(self) -> Any:
        """What `model` was given last."""
        asked = [call for call in self.mock_db.calls if call.method == "model"]
        return asked[-1].positional[0] if asked else None

    def _step(self, method: QueryMethod, *arguments: Any) -> Self:
        self.mock_query.on(method, *arguments)
        return self

    def _write(
        self, method: QueryMethod, instance: Model | None, *arguments: Any
    ) -> Self:
        if instance is not None:
            self.expect_model(instance)
        expected = self.mock_query.on(method, *arguments)
        if method != "delete":
            expected.answers(lambda *_, **__: self.subject())
        return self

    def _failure(self, method: QueryMethod, error: Failure, *arguments: Any) -> Self:
        self.mock_query.on(method, *arguments).raises(error)
        return self

    def __repr__(self) -> str:
        return f"<TestDB: {self.mock_db!r}, {self.mock_query!r}>"


def _class_or_instance(model: type) -> Any:
    return matching(
        lambda subject: subject is model or isinstance(subject, model), model.__name__
    )


class QueryChain:
    """The steps of one query as they are expected, and what it finds in the end.

    >>> test_db.query_chain().where("status", "=", "active").limit(10).expect_all(users)
    """

    def __init__(self, test_db: TestDB | None = None) -> None:
        self.test_db = test_db or TestDB()

    def where(self, *parts: Any) -> Self:
        """Expect this condition."""
        return self._after(self.test_db.expect_where(*parts))

    def filter(self, *parts: Any) -> Self:
        """Expect this filter."""
        return self._after(self.test_db.expect_filter(*parts))

    def index(self, name: str) -> Self:
        """Expect this index."""
        return self._after(self.test_db.expect_index(name))

    def order_by(self, field: Named, order: str = "ASC") -> Self:
        """Expect this order."""
        return self._after(self.test_db.expect_order_by(field, order))

    def limit(self, rows: int) -> Self:
        """Expect this limit."""
        return self._after(self.test_db.expect_limit(rows))

    def offset(self, rows: int) -> Self:
        """Expect this offset."""
        return self._after(self.test_db.expect_offset(rows))

    def expect_all(self, results: Iterable[Any] = ()) -> TestDB:
        """Let the query find these."""
        return self.test_db.expect_all(results)

    def expect_first(self, result: Any) -> TestDB:
        """Let the query find this one."""
        return self.test_db.expect_find(result)

    def expect_count(self, rows: int) -> TestDB:
        """Let the query count so many."""
        return self.test_db.expect_count(rows)

    def _after(self, _told: TestDB) -> Self:
        return self
