"""Carrying out a plan, step by step, on tables that others may change as well."""

from collections.abc import Awaitable, Sequence
from functools import partial

from ..compiler.tables.difference import difference
from ..compiler.tables.steps import Difference, TableStep
from ..errors import DynamORMError
from ..errors.upkeep import StalePlanError
from .progress import AppliedPlan, OnStep, PlannedTable, StepProgress, StepState
from .reaching import Found, Goal, Reached, Work, doing, reach
from .waiting import Patience, patient, said_by


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
            status = doing(found)
            if state == "waiting" and patience.trouble is not None:
                status += f": {said_by(patience.trouble)}"
            progress = StepProgress(
                step, number, len(self._steps), state, seconds, status
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
        if found is None and not step.creates:
            raise self._stale(f"table {step.table} is gone since it was planned")
        now = difference(table.wanted, found, table.options)
        needed = [each for each in now.all_steps if each == step]
        others = _unplanned(table.difference, now, is_done=not needed)
        if others:
            raise self._stale(
                f"table {step.table} was changed by others since it was planned, which "
                f"did not tell of this: {'; '.join(others)}"
            )
        return needed

    def _stale(self, why: str) -> StalePlanError:
        return StalePlanError(why, applied=self.done)

    def _so_far(self) -> str:
        """What was done, for errors."""
        count = f"{len(self.done)} of {len(self._steps)} steps"
        listed = f" ({'; '.join(map(str, self.done))})" if self.done else ""
        return f"applied before that: {count}{listed}; plan again to go on"


def _unplanned(planned: Difference, now: Difference, *, is_done: bool) -> list[str]:
    """What is between a table and its models that the plan does not know of, in words.

    A step that has just been done, and the end of a drift, may make others possible,
    which the next plan will know.
    """
    drift = [each for each in now.drift if each not in planned.drift]
    follows = is_done or any(each not in now.drift for each in planned.drift)
    steps = [] if follows else now.all_steps
    return [
        *(each.text for each in steps if each not in planned.all_steps),
        *(each.text for each in drift),
    ]


def _steps(found: Difference, *, deletes: bool) -> Sequence[TableStep]:
    return found.all_steps if deletes else found.steps
