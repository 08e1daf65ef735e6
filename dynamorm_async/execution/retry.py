"""When to send again, and after how long.  Decides only; others wait."""

import os
from collections.abc import Callable

from ..config import RetryPolicy

Rand = Callable[[], float]
"""A random number from 0 up to 1, as `random.random`."""


_BITS = 53  # those that a float holds

_MOST_DOUBLINGS = 64  # beyond that every pause is the longest; 2.0 ** 2000 overflows


def unforeseen() -> float:
    """A random number from 0 up to 1 that the system draws each time.

    What begins with one snapshot must not pause in step.
    """
    drawn = int.from_bytes(os.urandom(8))
    return (drawn >> (64 - _BITS)) / (1 << _BITS)


def doubled(base: float, times: int, longest: float) -> float:
    """`base`, doubled so many times, but at most `longest`."""
    return min(longest, base * 2.0 ** min(times, _MOST_DOUBLINGS))


def full_jitter(policy: RetryPolicy, failures: int, rand: Rand = unforeseen) -> float:
    """Seconds to wait after so many failures of one request, 1 or more.

    Spread over the whole range from 0, so that callers who failed together do not come
    back together.
    """
    return rand() * doubled(policy.base, failures - 1, policy.longest)


class RetryQuota:
    """What the retries of all callers may cost together; successes pay it back."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.left = capacity

    def take(self, units: int) -> bool:
        """Whether a retry of this cost may happen; it is paid for then."""
        if units > self.left:
            return False
        self.left -= units
        return True

    def give(self, units: int) -> None:
        """Pay back, up to the full capacity."""
        if self.left < self.capacity:
            self.left = min(self.capacity, self.left + units)

    def __repr__(self) -> str:
        return f"<RetryQuota {self.left} of {self.capacity}>"
