"""What a `Database` can do with its tables.

Loads with every `Database`; what does the work loads at the first call.
"""

from typing import TYPE_CHECKING, Unpack

from ..compiler.compiler import Compiler
from ..execution.executor import Executor
from ..schema.model import Model
from .waiting import LONGEST_APPLY, LONGEST_WAIT

if TYPE_CHECKING:
    from ..compiler.tables.descriptions import TableDescription
    from ..compiler.tables.options import TableOptions
    from .administration import Administration
    from .plan import TablePlan
    from .progress import AppliedPlan, OnStep


class TableMethods:
    """The part of `Database` that is about whole tables."""

    _compiler: Compiler
    _runner: Executor

    def register_models(self, /, *models: type[Model]) -> None:
        """Tell the database, and its copies, whose tables are its own; sends nothing.

        `migrate()`, and `plan()` without models, are about these.
        """
        for model in models:
            self._compiler.learn(model)

    async def create_table(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_WAIT,
        **options: "Unpack[TableOptions]",
    ) -> "TableDescription":
        """Make the model's table with its indexes, on demand unless told otherwise.

        >>> await db.create_table(User, stream="NEW_IMAGE", deletion_protection=True)

        Several models make one table that serves them all.  Time to live is switched on
        for a `ttl` field.  Returns when table and indexes are ACTIVE, or raises
        `DeadlineExceededError` after `wait` seconds.  Raises `TableInUseError` if the
        table exists; one that is being deleted is waited for.  What is returned tells
        of backups and tags if they are named; `describe_table` always asks.
        """
        desk = self._administration()
        return await desk.create((model, *others), table, wait, options)

    async def ensure_table(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_WAIT,
        **options: "Unpack[TableOptions]",
    ) -> "TableDescription":
        """Like `create_table`, but a table that exists is fine; it is not changed.

        Only its TTL is switched on if it is off, unless with `ttl=False`.  Raises
        `TableDriftError` if it has other keys.  For missing indexes, and for options,
        take `auto_migrate`.  Safe to call from many places at once.
        """
        desk = self._administration()
        return await desk.ensure((model, *others), table, wait, options)

    async def delete_table(
        self,
        target: type[Model] | str,
        /,
        *,
        table: str | None = None,
        wait: float = LONGEST_WAIT,
    ) -> None:
        """Drop a table with all its items; raises `TableNotFoundError` without one.

        Returns when it is gone.  A protected table (`deletion_protection`) is not
        dropped: `RequestRejectedError`.
        """
        await self._administration().delete(target, table, wait)

    async def describe_table(
        self, target: type[Model] | str, /, *, table: str | None = None
    ) -> "TableDescription":
        """The table as it is; raises `TableNotFoundError` without one.

        Takes four requests.  What the credentials may not ask (backups, tags) is None.
        """
        return await self._administration().describe(target, table)

    async def plan(
        self,
        /,
        *models: type[Model],
        table: str | None = None,
        **options: "Unpack[TableOptions]",
    ) -> "TablePlan":
        """What it takes to bring the models' tables to what models and options say.

        >>> plan = await db.plan(User, Post, point_in_time_recovery=True)
        >>> print(plan)
        >>> await plan.apply(on_progress=print)

        Changes nothing.  Options that are not named are left as they are.  Without
        models: of those that `register_models` was given.
        """
        return await self._administration().plan(models, table, options)

    async def auto_migrate(
        self,
        model: type[Model],
        /,
        *others: type[Model],
        table: str | None = None,
        wait: float = LONGEST_APPLY,
        on_progress: "OnStep | None" = None,
        **options: "Unpack[TableOptions]",
    ) -> "AppliedPlan":
        """Make the tables of these models, or bring them up to date: indexes, TTL,
        options.

        >>> await db.auto_migrate(User, Post)

        Deletes nothing.  Raises `TableDriftError`, before anything is changed, where a
        model cannot work with its table and no step helps, as with other keys; and
        `DeadlineExceededError` after `wait` seconds.  Safe to call from many places at
        once.
        """
        desk = self._administration()
        return await desk.migrate((model, *others), table, wait, on_progress, options)

    async def migrate(
        self,
        *,
        wait: float = LONGEST_APPLY,
        on_progress: "OnStep | None" = None,
        **options: "Unpack[TableOptions]",
    ) -> "AppliedPlan":
        """`auto_migrate` of all models that this database was told of.

        These are the ones that `register_models` or `lambda_init` was given.  Raises
        `InvalidModelError` where there is none.
        """
        return await self._administration().migrate(
            (), None, wait, on_progress, options
        )

    def _administration(self) -> "Administration":
        # Most programs never make a table.
        from .administration import Administration
        from .reaching import Work

        return Administration(self._compiler, Work(self._runner))
