"""Carrying out a plan, step by step, on tables that others may change as well."""

from collections.abc import Awaitable, Sequence
from functools import partial

from ..compiler.tables.descriptions import TableDescription
from ..compiler.tables.difference import difference
from ..compiler.tables.steps import Difference, TableStep
from ..errors import DynamORMError
from ..errors.upkeep import StalePlanError
from .progress import AppliedPlan, OnStep, PlannedTable, StepProgress, StepState
from .reaching import Found, Goal, Reached, Work, reach
from .waiting import Patience, patient


class Course:
    """One run of a plan: what is done of it."""

    def __init__(
        self,
        tables: Sequence[PlannedTable],
        work: Work,
        on_progress: OnStep | None,
        *,
        allow_delete: bool,
    ) -> None:
        self._tables = tables
        self._work = work
        self._on_progress = on_progress
        self._deletes = allow_delete
        self._steps = [
            (table, step)
            for table in tables
            for step in _steps(table.difference, deletes=allow_delete)
        ]
        self.done: list[TableStep] = []
        self.skipped: list[TableStep] = []

    async def run(self, wait: float) -> AppliedPlan:
        """Do all steps in order, in at most `wait` seconds."""
        try:
            with patient(wait, "the tables") as patience:
                for number, (table, step) in enumerate(self._steps, 1):
                    patience.awaited = str(step)
                    reached = await self._do(number, table, step, patience)
                    (self.done if step in reached.done else self.skipped).append(step)
        except DynamORMError as error:
            error.add_note(self._so_far())
            raise
        found = [each.difference for each in self._tables]
        return AppliedPlan(
            steps=tuple(self.done),
            skipped=tuple(self.skipped),
            held_back=()
            if self._deletes
            else tuple(step for each in found for step in each.held_back),
            drift=tuple(item for each in found for item in each.drift),
        )

    async def _do(
        self, number: int, table: PlannedTable, step: TableStep, patience: Patience
    ) -> Reached:
        began = self._work.clock()

        async def tell(state: StepState, found: Found) -> None:
            if self._on_progress is None:
                return
            seconds = self._work.clock() - began
            progress = StepProgress(
                step, number, len(self._steps), state, seconds, _status(found)
            )
            told = self._on_progress(progress)
            if isinstance(told, Awaitable):
                await told

        goal = Goal(
            table.wanted.name,
            table.options,
            partial(self._missing, table, step),
            partial(tell, "waiting"),
        )
        await tell("started", None)
        reached = await reach(self._work, goal, patience)
        await tell("done" if step in reached.done else "skipped", reached.table)
        return reached

    def _missing(
        self, table: PlannedTable, step: TableStep, found: Found
    ) -> Sequence[TableStep]:
        """This step, as long as it is needed; raises where the plan does not hold."""
        now = difference(table.wanted, found, table.options)
        planned = table.difference
        others = [
            *(each for each in now.all_steps if each not in planned.all_steps),
            *(each for each in now.drift if each not in planned.drift),
        ]
        if found is None and not step.creates:
            raise self._stale(f"table {step.table} is gone")
        if others:
            raise self._stale(f"this was not planned: {'; '.join(map(str, others))}")
        return [each for each in now.all_steps if each == step]

    def _stale(self, why: str) -> StalePlanError:
        return StalePlanError(
            f"{why}: it was changed since it was planned.  Plan again to go on",
            applied=self.done,
        )

    def _so_far(self) -> str:
        """What was done, for errors."""
        count = f"{len(self.done)} of {len(self._steps)} steps"
        listed = "".join(f"\n  {each}" for each in self.done)
        return f"applied before that: {count}{listed}\nplan again to go on"


def _steps(found: Difference, *, deletes: bool) -> Sequence[TableStep]:
    return found.all_steps if deletes else found.steps


def _status(found: TableDescription | None) -> str:
    """What the table and its indexes are doing, where that is anything."""
    if found is None:
        return "no table"
    busy = [
        f"index {each.name} {each.status}"
        for each in found.indexes
        if each.status != "ACTIVE"
    ]
    return ", ".join([found.status, *busy])
