"""`Database`: the door.  Holds the settings, the pool, and the way to queries."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from .compiler.compiler import Compiler
from .config import Config
from .execution.executor import Executor
from .lazily import lazy
from .marshalling.codecs import Codecs
from .query.batching import AT_ONCE, pace_of
from .query.counts import number
from .query.parsing import Named
from .query.query import INDEX_WAIT, Query
from .schema.model import Model, table_of
from .tables.methods import TableMethods
from .transport.choice import transport_of
from .wire import CompiledQuery, Transport

if TYPE_CHECKING:
    from . import batching, transactions
    from .batching import BatchWriter
    from .compiler import transactions as compiled_transactions
    from .execution import invocation, observing
    from .execution.invocation import InvocationContext
    from .migrations.options import MigrationOptions, Transform
    from .migrations.report import MigrationReport
    from .query import hooked, telling
    from .transactions import Transaction
    from .wire.batches import OnProgress
    from .wire.capacity import Capacity

else:
    batching = lazy(".batching", __package__)
    transactions = lazy(".transactions", __package__)
    compiled_transactions = lazy(".compiler.transactions", __package__)
    hooked = lazy(".query.hooked", __package__)
    telling = lazy(".query.telling", __package__)
    invocation = lazy(".execution.invocation", __package__)
    observing = lazy(".execution.observing", __package__)

M = TypeVar("M", bound=Model)
R = TypeVar("R")
T = TypeVar("T", bound=Model)
V = TypeVar("V")


class Database(TableMethods):
    """A DynamoDB in one account and region.

    >>> async with Database(region="eu-west-1") as db:
    ...     shop = await db.get(Shop, "7")

    Making one does no I/O and needs no event loop.  It connects at first use; used from
    a new event loop, or after a fork, it opens a fresh pool.  Settings are those of
    `Config`, given as one, by keyword, or both.
    """

    def __init__(self, config: Config | None = None, **overrides: Any) -> None:
        self.config = Config.of(config, **overrides)
        self._codecs = Codecs()
        self._transport = transport_of(self.config)
        self._compiler = Compiler(
            self._codecs,
            self.config.clock,
            self.config.table_prefix,
            self.config.cursor_secret,
        )
        self._runner = self._running(self._transport, self.config)
        self._lambda_buffer: float | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections.  A later call opens new ones."""
        try:
            await self._transport.aclose()
        finally:
            await self._runner.sender.aclose()

    def __repr__(self) -> str:
        where = self.config.endpoint_url or self.config.region or "the default region"
        return f"<Database {where}: {self._runner!r}>"

    @overload
    def model(self, subject: type[M], /, *, table: str | None = None) -> Query[M]: ...
    @overload
    def model(self, subject: M, /, *, table: str | None = None) -> Query[M]: ...
    def model(self, subject: Any, /, *, table: str | None = None) -> Query[Any]:
        """A query about a model, or about one instance.

        `table` names another table than the model's.
        """
        question = self._compiler.question(subject, table)
        if question.table.hooks:
            return hooked.query(self._compiler, self._runner, question)
        return Query(self._compiler, self._runner, question)

    async def get(self, model: type[M], /, *key: object) -> M | None:
        """The item of this key, or None.

        >>> await db.get(User, "1", joined)

        The key is given in parts, or as one instance, tuple or dict.
        """
        question = self._compiler.question(model, None)
        whole = key[0] if len(key) == 1 else key
        found: M | None = await self._runner.run(self._compiler.get(question, whole))
        if found is not None and question.table.hooks:
            await telling.tell(found, "after_load")
        return found

    async def create(
        self,
        instance: M,
        /,
        *,
        wait_for_index: str | None = None,
        wait: float = INDEX_WAIT,
    ) -> M:
        """Write a new item, as `Query.create` does; returns the instance.

        >>> user = await db.create(User(id="2", joined=joined, name="Bob"))

        Raises `ConditionFailedError` if there is an item of its key.
        """
        query = self.model(instance)
        return await query.create(wait_for_index=wait_for_index, wait=wait)

    async def save(self, instance: M, /) -> M:
        """Write an item, new or not, as `Query.create_or_update` does."""
        return await self.model(instance).create_or_update()

    async def update(self, instance: M, /, *fields: Named) -> M:
        """Write these fields of an item that exists, as `Query.update` does.

        >>> user.name = "Anna"
        >>> await db.update(user, "name")
        """
        return await self.model(instance).update(*fields)

    async def delete(self, instance: Model, /) -> None:
        """Delete an item, as `Query.delete` does."""
        await self.model(instance).delete()

    async def execute(self, compiled: CompiledQuery[R], /) -> R:
        """Send one compiled request, with retries, and decode its reply.

        Of a Query or Scan this is one page: the rows of that page.
        """
        return await self._runner.run(compiled)

    def transaction(self) -> "Transaction":
        """Up to 100 writes that happen all, or not at all; use it in `async with`."""
        return transactions.Transaction(self._compiler, self._runner)

    @overload
    async def transaction_func(
        self, record: Callable[["Transaction"], Awaitable[R]], /
    ) -> R: ...
    @overload
    async def transaction_func(self, record: Callable[["Transaction"], R], /) -> R: ...
    async def transaction_func(self, record: Callable[["Transaction"], Any], /) -> Any:
        """Call a function, plain or async, with a transaction; then send that.

        Returns what the function returns; nothing is sent if it raises.
        """
        async with self.transaction() as tx:
            result = record(tx)
            return await result if isinstance(result, Awaitable) else result

    @overload
    async def transact_get(
        self, keys: Iterable[tuple[type[M], object]], /
    ) -> list[M | None]: ...
    @overload
    async def transact_get(  # type: ignore[overload-cannot-match] # it does: mypy joins several models to their metaclass
        self, keys: Iterable[tuple[type[Model], object]], /
    ) -> list[Model | None]: ...
    async def transact_get(self, keys: Iterable[tuple[Any, object]], /) -> list[Any]:
        """Up to 100 items of any models, as they are at one moment.

        >>> keys = [(User, ("1", joined)), (Shop, "7")]
        >>> user, shop = await db.transact_get(keys)

        In the order of the keys, None for a missing one.
        """
        gets = [
            self._compiler.get(self._compiler.question(model, None), key)
            for model, key in compiled_transactions.pairs_of(keys)
        ]
        if not gets:
            return []
        found = await self._runner.run(compiled_transactions.transact_get(gets))
        for each in found:
            if each is not None and table_of(type(each)).hooks:
                await telling.tell(each, "after_load")
        return found

    def batch_writer(
        self,
        *,
        max_concurrency: int = AT_ONCE,
        on_progress: "OnProgress | None" = None,
    ) -> "BatchWriter":
        """Puts and deletes of any models, sent as they come; use it in `async with`.

        Takes any number of writes in the same memory.  `on_progress` is told how many
        are done; how many there will be, it is told as None.
        """
        pace = pace_of(max_concurrency, on_progress)
        return batching.BatchWriter(self._compiler, self._runner, pace)

    def with_timeout(self, seconds: float, /) -> Self:
        """A copy whose calls take at most this long each; it shares the pool."""
        return self._copy(self._runner.bounded(number("seconds", seconds)))

    def with_lambda_timeout(self, context: "InvocationContext | None", /) -> Self:
        """A copy whose calls all end a little before this Lambda invocation does.

        A call that is not over by then is cancelled, and raises `LambdaTimeoutError`.
        Without a context (None) there is no such limit.
        """
        deadline = invocation.lambda_deadline(context, self._lambda_buffer)
        if deadline is None:
            return self._copy(self._runner)
        return self._copy(self._runner.until(deadline))

    def with_lambda_timeout_buffer(self, buffer: float | timedelta, /) -> Self:
        """A copy that leaves this long (in seconds) between its calls and the end.

        >>> bound = db.with_lambda_timeout_buffer(1.0).with_lambda_timeout(context)

        Say so before `with_lambda_timeout`.  Without it, 0.5 s are left, and never more
        than a fifth of the time there is.
        """
        twin = self._copy(self._runner)
        twin._lambda_buffer = invocation.seconds_of(buffer)
        return twin

    def _copy(self, runner: Executor) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, _runner=runner)
        return twin

    def _with_settings(self, config: Config) -> Self:
        """A copy with settings and a pool of its own; models and codecs are shared."""
        transport = transport_of(config)
        twin = self._copy(self._runner)
        twin._runner = twin._running(transport, config)
        twin.config, twin._transport = config, transport
        return twin

    def _running(self, transport: Transport, config: Config) -> Executor:
        """What runs requests, with the hooks that are wanted."""
        self._capacity: Mapping[str, Capacity] = {}
        runner = Executor.over(transport, config)
        if not (config.hooks or config.slow_call or config.return_consumed_capacity):
            return runner
        runner, self._capacity = observing.observed(runner, config)
        return runner

    @property
    def consumed_capacity(self) -> "Mapping[str, Capacity]":
        """What each model has consumed so far, by its name; see `Capacity`.

        Of a database with `return_consumed_capacity`; else it stays empty.  Copies of
        one database count together.
        """
        return self._capacity

    def register_type_converter(
        self,
        kind: type[V],
        to_db: Callable[[V], object],
        from_db: Callable[[Any], V],
    ) -> None:
        """Store values of a type as something DynamoDB knows.

        >>> db.register_type_converter(Point, str, Point.parse)

        `to_db` returns any storable value (text, number, dict...), `from_db` takes it
        back. Used wherever such a value stands: items, keys, conditions, nested in
        lists.
        """
        self._codecs.register(kind, to_db, from_db)

    async def auto_migrate_with_options(
        self,
        source: type[M],
        /,
        *,
        target: type[T] | None = None,
        transform: "Transform[M, T] | None" = None,
        copy_data: bool = False,
        **options: "Unpack[MigrationOptions]",
    ) -> "MigrationReport":
        """Make the target's table and, with `copy_data`, copy the source's items there.

        >>> report = await db.auto_migrate_with_options(
        ...     UserV1, target=UserV2, transform=upgrade, copy_data=True,
        ...     checkpoint="users.checkpoint", on_progress=print,
        ... )

        `transform`, plain or async, makes a target's instance of a source's, or None to
        leave an item out; attributes that the source's model does not know get lost
        there.  With an argument annotated as a dict it gets the values of an item as it
        is stored, and returns such; `dynamorm_async.transforms` has some.  Without one,
        items are copied as they are stored, if the target's model can read them.  They
        replace what the target has under their keys.

        It takes the same memory for any table.  What can be said beside that is in
        `MigrationOptions`: a checkpoint to go on from, a rate, a backup, a dry run, a
        verification.  Writes to the source meanwhile are not covered.

        Raises `MigrationError`, which tells what was copied and how to go on.
        """
        # Most programs never migrate.
        from .migrations.migration import migrate

        return await migrate(
            self._compiler,
            self._runner,
            (source, target or source),
            transform,
            options,
            copies=copy_data,
        )
