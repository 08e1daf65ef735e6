"""Numbers that callers give: limits, sizes, segments, seconds."""

import math

from ..errors import InvalidValueError

_MOST_SEGMENTS = 1_000_000


def at_least(least: int, what: str, number: int) -> int:
    """`number`, which must be a whole number of at least `least`."""
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise InvalidValueError(f"{what} is a whole number of at least {least}")
    return number


def segments(total: int) -> int:
    """`total`, which must be a number of segments that DynamoDB takes."""
    if at_least(1, "the number of segments", total) > _MOST_SEGMENTS:
        raise InvalidValueError(
            f"DynamoDB scans in at most {_MOST_SEGMENTS:,} segments"
        )
    return total


def positive(what: str, amount: float) -> float:
    """`amount`, which must be above 0."""
    if not _is_number(amount) or not 0 < amount < math.inf:
        raise InvalidValueError(f"{what} is a number above 0")
    return amount


def number(what: str, amount: float) -> float:
    """`amount`, which must be a number."""
    if not _is_number(amount) or math.isnan(amount):
        raise InvalidValueError(f"{what} is a number, not {type(amount).__name__}")
    return amount


def _is_number(amount: object) -> bool:
    return isinstance(amount, (int, float)) and not isinstance(amount, bool)
