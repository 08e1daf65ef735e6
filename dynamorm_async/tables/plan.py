"""A plan: what lies between tables and models, as a value to print and to apply."""

from msgspec import Struct

from ..compiler.tables.steps import TableDrift, TableStep
from .applying import Course
from .progress import AppliedPlan, OnStep, PlannedTable, left_as_it_is, text_of
from .reaching import Work
from .waiting import LONGEST_APPLY


class TablePlan(Struct, frozen=True):
    """What it takes to bring tables to what their models and options say.

    >>> plan = await db.plan(User, Post)
    >>> print(plan)
    >>> await plan.apply(on_progress=print)

    Made by `Database.plan`.  A value: it does not change when the tables do.
    """

    tables: tuple[PlannedTable, ...]
    work: Work

    @property
    def steps(self) -> tuple[TableStep, ...]:
        """What `apply` does, in order."""
        return tuple(step for each in self.tables for step in each.difference.steps)

    @property
    def held_back(self) -> tuple[TableStep, ...]:
        """Steps that delete: `apply` does them with `allow_delete=True` alone."""
        return tuple(step for each in self.tables for step in each.difference.held_back)

    @property
    def drift(self) -> tuple[TableDrift, ...]:
        """Differences that no step can remove."""
        return tuple(item for each in self.tables for item in each.difference.drift)

    @property
    def is_empty(self) -> bool:
        """Whether there is no step to do; drift and what is held back do not count."""
        return not self.steps

    async def apply(
        self,
        *,
        on_progress: OnStep | None = None,
        wait: float = LONGEST_APPLY,
        allow_delete: bool = False,
    ) -> AppliedPlan:
        """Carry out the steps one by one, and wait for each until it shows.

        Takes at most `wait` seconds in all, and raises `DeadlineExceededError` then;
        raises `StalePlanError` where tables were changed in other ways than planned
        meanwhile.  Stopped for whatever reason, plan again to go on: what is done is
        done, and what was begun goes on in AWS.

        `on_progress`, plain or async, is told a `StepProgress`.
        """
        course = Course(self.tables, self.work, on_progress, allow_delete=allow_delete)
        return await course.run(wait)

    def __str__(self) -> str:
        return text_of(
            [
                *map(str, self.steps),
                *left_as_it_is(self.held_back, self.drift),
            ]
        )

    def __repr__(self) -> str:
        counts = f"{len(self.steps)} steps, {len(self.held_back)} held back"
        drift = f"{len(self.drift)} in drift"
        return f"<TablePlan of {len(self.tables)} tables: {counts}, {drift}>"
