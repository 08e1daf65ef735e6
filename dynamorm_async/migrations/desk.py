"""What one run of a migration works with: the way to the service, and its limits."""

import math
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self

import anyio
from msgspec import Struct

from ..compiler.compiler import Compiler
from ..wire.runner import Runner
from .options import Options

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Allowance:
    """So much a second, on average; without a rate as much as may be.

    What is used is paid for afterwards, by waiting: nothing can be too large for it.
    """

    def __init__(
        self,
        per_second: float | None,
        clock: Clock = time.monotonic,
        sleep: Sleep = anyio.sleep,
    ) -> None:
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._paid_at = -math.inf
        self.spent = 0.0

    def spend(self, amount: float) -> None:
        """Note what was used."""
        self.spent += amount
        if self._per_second is not None:
            start = max(self._clock(), self._paid_at)
            self._paid_at = start + amount / self._per_second

    async def wait(self) -> None:
        """Wait until all is paid for."""
        debt = self._paid_at - self._clock()
        if debt > 0:
            await self._sleep(debt)

    def __repr__(self) -> str:
        rate = "unlimited" if self._per_second is None else f"{self._per_second:g}/s"
        return f"<Allowance {rate}, {self.spent:g} spent>"


class Desk(Struct, frozen=True, kw_only=True):
    """Everything that one run shares."""

    compiler: Compiler
    runner: Runner
    options: Options
    clock: Clock
    sleep: Sleep
    items: Allowance
    reads: Allowance
    writes: Allowance

    @classmethod
    def of(
        cls,
        compiler: Compiler,
        runner: Runner,
        options: Options,
        clock: Clock = time.monotonic,
        sleep: Sleep = anyio.sleep,
    ) -> Self:
        """The desk with the allowances that the options ask for."""
        return cls(
            compiler=compiler,
            runner=runner,
            options=options,
            clock=clock,
            sleep=sleep,
            items=Allowance(options.items_per_second, clock, sleep),
            reads=Allowance(options.read_units_per_second, clock, sleep),
            writes=Allowance(options.write_units_per_second, clock, sleep),
        )


async def told(listener: Callable[[Any], object] | None, news: object) -> None:
    """Tell a listener, which may be none, plain or async."""
    if listener is not None:
        answer = listener(news)
        if isinstance(answer, Awaitable):
            await answer
