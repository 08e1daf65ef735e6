"""Pauses and the quota, as numbers."""

import pytest

from dynamorm_async.config import RetryPolicy
from dynamorm_async.execution.retry import RetryQuota, doubled, full_jitter


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(attempts=10, base=0.025, longest=1.0)
    pauses = [full_jitter(policy, failures, lambda: 1.0) for failures in range(1, 8)]
    assert pauses == [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0]


@pytest.mark.parametrize(("rand", "pause"), [(0.0, 0.0), (0.5, 0.05), (1.0, 0.1)])
def test_a_pause_is_anywhere_between_nothing_and_its_limit(
    rand: float, pause: float
) -> None:
    assert full_jitter(RetryPolicy(), 3, lambda: rand) == pause


def test_the_thousandth_pause_is_the_longest() -> None:
    assert doubled(0.025, 5000, 5.0) == 5.0


def test_the_quota_is_spent_and_paid_back_up_to_its_capacity() -> None:
    quota = RetryQuota(12)
    assert [quota.take(5), quota.take(5), quota.take(5)] == [True, True, False]
    assert repr(quota) == "<RetryQuota 2 of 12>"
    quota.give(5)
    assert quota.left == 7
    quota.give(100)
    assert quota.left == 12
