"""How fast a migration may be: it pays afterwards for what it has used."""

import math
import time
from collections.abc import Awaitable, Callable

import anyio

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
