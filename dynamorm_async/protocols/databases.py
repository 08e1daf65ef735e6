"""`DB`: what programs ask of a database; `ExtendedDB`: with tables and deadlines."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, Unpack, overload

from ..batching import BatchWriter
from ..compiler.tables.descriptions import TableDescription
from ..execution.invocation import InvocationContext
from ..query.batching import AT_ONCE
from ..query.parsing import Named
from ..query.query import INDEX_WAIT
from ..schema.model import Model
from ..tables.waiting import LONGEST_APPLY, LONGEST_WAIT
from ..transactions import Transaction
from ..wire import CompiledQuery
from ..wire.batches import OnProgress
from .queries import QueryLike

if TYPE_CHECKING:
    from ..compiler.tables.options import TableOptions
    from ..migrations.options import MigrationOptions, Transform
    from ..migrations.report import MigrationReport
    from ..tables.plan import TablePlan
    from ..tables.progress import AppliedPlan, OnStep

M = TypeVar("M", bound=Model)
R = TypeVar("R")
T = TypeVar("T", bound=Model)
V = TypeVar("V")


class DB(Protocol):
    """Items of a database: what most programs need, and so what they should ask for.

    >>> async def rename(db: DB, user: User, name: str) -> None:
    ...     user.name = name
    ...     await db.update(user, "name")

    A `Database` satisfies it, and so does a `MockDB`.
    """

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    async def aclose(self) -> None: ...

    @overload
    def model(
        self, subject: type[M], /, *, table: str | None = None
    ) -> QueryLike[M]: ...
    @overload
    def model(self, subject: M, /, *, table: str | None = None) -> QueryLike[M]: ...
    def model(self, subject: Any, /, *, table: str | None = None) -> QueryLike[Any]: ...

    async def get(self, model: type[M], /, *key: object) -> M | None: ...
    async def create(
        self,
        instance: M,
        /,
        *,
        wait_for_index: str | None = None,
        wait: float = INDEX_WAIT,
    ) -> M: ...
    async def save(self, instance: M, /) -> M: ...
    async def update(self, instance: M, /, *fields: Named) -> M: ...
    async def delete(self, instance: Model, /) -> None: ...

    async def execute(self, compiled: CompiledQuery[R], /) -> R: ...

    def transaction(self) -> Transaction: ...

    @overload
    async def transaction_func(
        self, record: Callable[[Transaction], Awaitable[R]], /
    ) -> R: ...
    @overload
    async def transaction_func(self, record: Callable[[Transaction], R], /) -> R: ...
    async def transaction_func(
        self, record: Callable[[Transaction], Any], /
    ) -> Any: ...

    @overload
    async def transact_get(
        self, keys: Iterable[tuple[type[M], object]], /
    ) -> list[M | None]: ...
    @overload
    async def transact_get(  # type: ignore[overload-cannot-match] # it does: mypy joins several models to their metaclass
        self, keys: Iterable[tuple[type[Model], object]], /
    ) -> list[Model | None]: ...
    async def transact_get(
        self, keys: Iterable[tuple[Any, object]], /
    ) -> list[Any]: ...

    def batch_writer(
        self,
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> BatchWriter: ...

    def with_timeout(self, seconds: float, /) -> Self: ...


class ExtendedDB(DB, Protocol):
    """All that a `Database` can do: a `DB` with tables, converters and deadlines."""

    def with_lambda_timeout(self, context: "InvocationContext | None", /) -> Self: ...
    def with_lambda_timeout_buffer(self, buffer: float | timedelta, /) -> Self: ...

    def register_type_converter(
        self,
        kind: type[V],
        to_db: Callable[[V], object],
        from_db: Callable[[Any], V],
    ) -> None: ...

    async def create_table(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_WAIT,
        **options: "Unpack[TableOptions]",
    ) -> TableDescription: ...
    async def ensure_table(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_WAIT,
        **options: "Unpack[TableOptions]",
    ) -> TableDescription: ...
    async def delete_table(
        self,
        target: type[Model] | str,
        /,
        *,
        table: str | None = None,
        wait: float = LONGEST_WAIT,
    ) -> None: ...
    async def describe_table(
        self, target: type[Model] | str, /, *, table: str | None = None
    ) -> TableDescription: ...

    def register_models(self, /, *models: type[Model]) -> None: ...
    async def plan(
        self,
        /,
        *models: type[Model],
        table: str | None = None,
        **options: "Unpack[TableOptions]",
    ) -> "TablePlan": ...
    async def auto_migrate(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_APPLY,
        on_progress: "OnStep | None" = None,
        **options: "Unpack[TableOptions]",
    ) -> "AppliedPlan": ...
    async def migrate(
        self,
        *,
        wait: float = LONGEST_APPLY,
        on_progress: "OnStep | None" = None,
        **options: "Unpack[TableOptions]",
    ) -> "AppliedPlan": ...

    async def auto_migrate_with_options(
        self,
        source: type[M],
        /,
        *,
        target: type[T] | None = None,
        transform: "Transform[M, T] | None" = None,
        copy_data: bool = False,
        **options: "Unpack[MigrationOptions]",
    ) -> "MigrationReport": ...
