"""From models and names to tables: whom a request is about, and what is wanted."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..compiler.compiler import Compiler
from ..compiler.tables.creation import shared_out
from ..compiler.tables.descriptions import TableDescription
from ..compiler.tables.difference import difference, global_names
from ..compiler.tables.options import TableOptions, checked
from ..compiler.tables.wanted import WantedTable, wanted_table
from ..errors import InvalidModelError
from ..errors.upkeep import StalePlanError, TableDriftError
from ..query.counts import number
from ..schema.model import Model, table_of
from . import making
from .looking import look, look_closely, look_for
from .plan import TablePlan
from .progress import AppliedPlan, OnStep, PlannedTable
from .reaching import Found, Work

Models = Sequence[type[Model]]


class Administration:
    """The tables of one database."""

    def __init__(self, compiler: Compiler, work: Work) -> None:
        self._compiler = compiler
        self._work = work

    async def create(
        self, models: Models, name: str | None, wait: float, options: Mapping[str, Any]
    ) -> TableDescription:
        """Make the table of these models."""
        wanted = self._one(models, name)
        return await making.create(self._work, wanted, checked(options), wait)

    async def ensure(
        self, models: Models, name: str | None, wait: float, options: Mapping[str, Any]
    ) -> TableDescription:
        """Make the table of these models unless it is there."""
        wanted = self._one(models, name)
        return await making.ensure(self._work, wanted, checked(options), wait)

    async def describe(
        self, target: type[Model] | str, name: str | None
    ) -> TableDescription:
        """The table as it is."""
        return await look_closely(self._work.runner, self._name(target, name))

    async def delete(
        self, target: type[Model] | str, name: str | None, wait: float
    ) -> None:
        """Drop the table with everything in it."""
        await making.delete(self._work, self._name(target, name), wait)

    async def plan(
        self, models: Models, name: str | None, options: Mapping[str, Any]
    ) -> TablePlan:
        """What it takes to bring the tables of these models to what they say."""
        known = checked(options)
        tables = self._wanted(models or self._known(), name)
        found = [await self._found(each.name, known) for each in tables]
        names = [global_names(*each) for each in zip(tables, found, strict=True)]
        planned = [
            PlannedTable(wanted, said, difference(wanted, there, said))
            for wanted, there, said in zip(
                tables, found, shared_out(known, names), strict=True
            )
        ]
        return TablePlan(tuple(planned), self._work)

    async def _found(self, name: str, options: TableOptions) -> Found:
        runner = self._work.runner
        found = await look(runner, name)
        if found is None or found.status == "DELETING":
            return None
        return await look_for(runner, found, options)

    async def migrate(
        self,
        models: Models,
        name: str | None,
        wait: float,
        on_progress: OnStep | None,
        options: Mapping[str, Any],
    ) -> AppliedPlan:
        """Plan and apply, again where others change the tables at the same time."""
        end = self._work.clock() + number("wait", wait)
        while True:
            plan = await self.plan(models, name, options)
            broken = [each for each in plan.drift if each.is_breaking]
            if broken:
                raise TableDriftError(broken)
            left = end - self._work.clock()
            try:
                return await plan.apply(on_progress=on_progress, wait=max(left, 0.0))
            except StalePlanError:
                if left <= 0:
                    raise

    def _known(self) -> Models:
        if not self._compiler.known:
            raise InvalidModelError(
                "this database was told of no model: name some, or tell it of them "
                "with register_models(...)"
            )
        return list(self._compiler.known)

    def _one(self, models: Models, name: str | None) -> WantedTable:
        first, *others = self._wanted(models, name)
        if others:
            listed = ", ".join(f"{each.models[0]} in {each.name}" for each in others)
            raise InvalidModelError(
                f"{first.models[0]} is stored in {first.name}, and {listed}: this "
                "makes one table; for several take auto_migrate(...)"
            )
        return first

    def _wanted(self, models: Models, name: str | None) -> list[WantedTable]:
        """The tables of these models, each with all that share it, in order."""
        for each in models:
            if not isinstance(each, type):
                raise InvalidModelError(
                    "tables are made of model classes, named one by one, and not of "
                    f"a {type(each).__name__}"
                )
        shared: dict[str, list[type[Model]]] = {}
        for model in dict.fromkeys(models):
            shared.setdefault(self._name(model, name), []).append(model)
        return [
            wanted_table(table, [self._compiler.codec(table_of(each)) for each in them])
            for table, them in shared.items()
        ]

    def _name(self, target: type[Model] | str, name: str | None) -> str:
        if isinstance(target, str):
            return self._compiler.table_prefix + target
        if not isinstance(target, type):
            raise InvalidModelError("a table is named by a model class or by its name")
        return self._compiler.question(target, name).table_name
