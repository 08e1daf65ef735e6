"""What a plan is made of, how far it is, and what became of it; as values."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from msgspec import Struct

from ..compiler.tables.options import TableOptions
from ..compiler.tables.steps import Difference, TableDrift, TableStep
from ..compiler.tables.wanted import WantedTable

StepState = Literal["started", "waiting", "done", "skipped"]
"""`waiting` at each look; `skipped`: others had done it."""


class StepProgress(Struct, frozen=True):
    """How far a plan is: what `on_progress` is told."""

    step: TableStep
    number: int
    """Which step it is, from 1."""

    total: int
    state: StepState
    seconds: float
    """Since the step was started."""

    status: str
    """What the table is doing: `ACTIVE`, or `UPDATING, index by-zone CREATING`."""

    def __str__(self) -> str:
        doing = f" ({self.status})" if self.state == "waiting" else ""
        return (
            f"[{self.number}/{self.total}] {self.step}: {self.state}{doing}, "
            f"{self.seconds:.1f} s"
        )


OnStep = Callable[[StepProgress], Awaitable[None] | None]
"""Told of each step when it is started, while it is waited for, and when it is done."""


class AppliedPlan(Struct, frozen=True):
    """What became of a plan."""

    steps: tuple[TableStep, ...]
    """Steps that were carried out."""

    skipped: tuple[TableStep, ...]
    """Steps that others had carried out meanwhile."""

    held_back: tuple[TableStep, ...]
    """Steps that delete, and were not allowed."""

    drift: tuple[TableDrift, ...]

    def __str__(self) -> str:
        return text_of(
            [
                *(f"done: {each}" for each in self.steps),
                *(f"done by others: {each}" for each in self.skipped),
                *left_as_it_is(self.held_back, self.drift),
            ]
        )


class PlannedTable(Struct, frozen=True):
    """The part of a plan that is about one table."""

    wanted: WantedTable
    options: TableOptions
    difference: Difference


def left_as_it_is(
    held_back: Sequence[TableStep], drift: Sequence[TableDrift]
) -> list[str]:
    """What is not done, and why, in words."""
    return [
        *(f"held back (needs allow_delete=True): {each}" for each in held_back),
        *(f"cannot be changed: {each}" for each in drift),
    ]


def text_of(lines: Sequence[str]) -> str:
    """One line for each."""
    return "\n".join(lines) or "nothing to do"
