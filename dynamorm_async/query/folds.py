"""Aggregates as folds: a state, a step, an end.  Pure; one state per group."""

from collections.abc import Callable, Hashable, Iterable
from decimal import Context, Decimal, Inexact
from typing import Any

from msgspec import Struct

Number = type[int] | type[float] | type[Decimal]

_SUMS = Context(prec=1000, Emin=-9999, Emax=9999, traps=[Inexact])
"""No sum of DynamoDB's numbers (38 digits, 1E-130 to 1E+126) has this many digits."""

_AVERAGES = Context(prec=38, Emin=-9999, Emax=9999)
"""Rounds to what DynamoDB can store."""


class Fold(Struct, frozen=True):
    """How one aggregate comes about: `finish(step(step(start(), a), b))`."""

    start: Callable[[], Any]
    step: Callable[[Any, Any], Any]
    """The next state; it may be the given one, changed."""

    finish: Callable[[Any], Any]

    def over(self, state: Any, values: Iterable[Any]) -> Any:
        """The state after these values too; None is none of them."""
        for value in values:
            if value is not None:
                state = self.step(state, value)
        return state


def _nothing() -> Any:
    return None


def _kept(state: Any) -> Any:
    return state


def _noted(seen: set[Hashable], value: Any) -> set[Hashable]:
    seen.add(identity(value))
    return seen


COUNT = Fold(int, lambda count, _: count + 1, _kept)
LEAST = Fold(_nothing, lambda least, x: x if least is None else min(least, x), _kept)
GREATEST = Fold(_nothing, lambda most, x: x if most is None else max(most, x), _kept)


def sum_as(kind: Number) -> Fold:
    """The exact sum, rounded once at the end if it is to be a float; 0 of nothing."""
    return Fold(Decimal, _added, kind)


def _added(total: Decimal, value: Any) -> Decimal:
    # A float counts as the number that is stored for it, which is its shortest text.
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return _SUMS.add(total, exact)


def average_as(kind: Number) -> Fold:
    """The exact sum, divided and rounded once; None of nothing.

    A float, or a Decimal of up to 38 digits, also for the average of ints.
    """
    divided = _float_average if kind is float else _decimal_average
    return Fold(
        lambda: (Decimal(0), 0),
        lambda state, value: (_added(state[0], value), state[1] + 1),
        lambda state: divided(*state) if state[1] else None,
    )


def _float_average(total: Decimal, count: int) -> float:
    # Only an average of floats needs it.
    from fractions import Fraction

    return float(Fraction(total) / count)


def _decimal_average(total: Decimal, count: int) -> Decimal:
    return _AVERAGES.divide(total, Decimal(count))


def identity(value: Any) -> Hashable:
    """What tells values apart, be they lists, dicts or sets."""
    if isinstance(value, (list, tuple)):
        return (list, *map(identity, value))
    if isinstance(value, dict):
        pairs = ((identity(key), identity(each)) for key, each in value.items())
        return (dict, frozenset(pairs))
    if isinstance(value, (set, frozenset)):
        return (set, frozenset(map(identity, value)))
    # In Python, True == 1.
    return (bool, value) if isinstance(value, bool) else value


DISTINCT = Fold(set, _noted, len)
