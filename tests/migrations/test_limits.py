"""Rates: what is used is paid for afterwards."""

import pytest

from dynamorm_async.migrations.desk import Allowance


class Time:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("rate", "spent", "slept"),
    [
        (None, [1000, 1000], []),
        (10, [5, 5, 5], [0.5, 0.5, 0.5]),
        (5, [25], [5.0]),  # a page larger than a second's worth
        (10, [0], []),
    ],
)
async def test_what_is_used_is_waited_for(
    rate: float | None, spent: list[float], slept: list[float]
) -> None:
    time = Time()
    allowance = Allowance(rate, time, time.sleep)
    for amount in spent:
        await allowance.wait()
        allowance.spend(amount)
    await allowance.wait()
    assert time.slept == pytest.approx(slept)
    assert allowance.spent == sum(spent)


async def test_time_that_passed_anyway_counts() -> None:
    time = Time()
    allowance = Allowance(10, time, time.sleep)
    allowance.spend(10)
    time.now += 0.75
    await allowance.wait()
    assert time.slept == pytest.approx([0.25])
