"""Mocks of queries and update builders: real ones to a type checker, played by `on`."""

from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..expressions.conditions import Condition
from ..query.parsing import Named
from ..query.query import Query
from ..query.updating import UpdateBuilder
from ..transactions import TransactionQuery
from .method_names import QueryMethod, UpdateMethod
from .mock import Mock, plays

if TYPE_CHECKING:
    # At run time there is no default; only checkers miss it, at a bare `MockQuery()`.
    from typing_extensions import TypeVar as TypeVarWithDefault

    M = TypeVarWithDefault("M", default=Any)
    R = TypeVarWithDefault("R", default=Any)
else:
    M = TypeVar("M")
    R = TypeVar("R")


@plays(TransactionQuery)
class MockQuery(Mock[QueryMethod], Query[M]):
    """A query that does what `on` has told it, and sends nothing.

    >>> query = MockQuery()
    >>> query.on("where", "id", "=", "1").returns(query)
    >>> query.on("first").returns(user)

    Awaiting it is `all()`, as of a real one, and `async for` streams what `all` was
    told to return.  Every other call raises an `UnexpectedCallError` that shows the
    nearest expectations; with `MockQuery(strict=False)` only reads and writes do.
    """

    @overload
    def condition_check(self, condition: Condition, /) -> None: ...
    @overload
    def condition_check(
        self, field: Named, operator: str, value: object = ..., /
    ) -> None: ...
    def condition_check(self, *parts: Any) -> None:
        """That of a transaction's query."""
        self._play("condition_check", parts, {})


@plays(UpdateBuilder)
class MockUpdateBuilder(Mock[UpdateMethod], UpdateBuilder[M, R]):
    """An update builder that does what `on` has told it; awaiting it is `execute()`.

    >>> builder = MockUpdateBuilder()
    >>> builder.on("add", "left", -1)
    >>> builder.on("execute")
    >>> query.on("update_builder").returns(builder)
    """
