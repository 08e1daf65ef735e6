"""The deadline of a Lambda invocation: its end, less a buffer to answer in."""

import math
import time
from datetime import timedelta
from typing import Protocol, TypeGuard, runtime_checkable

from ..errors import ConfigurationError
from .deadline import Clock, Deadline

DEFAULT_BUFFER = 0.5
"""Seconds kept back for the handler to end in, where there is time enough."""

DEFAULT_SHARE = 0.2
"""The part of the remaining time that the default buffer takes at most."""


@runtime_checkable
class InvocationContext(Protocol):
    """What this library needs of the context that Lambda hands to a handler."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda stops the invocation."""
        ...


def remaining_seconds(context: InvocationContext | None) -> float | None:
    """Seconds until the invocation is stopped; None without a context.

    Raises `ConfigurationError` for an object that is no context.
    """
    if context is None:  # a handler that is called by hand
        return None
    if not isinstance(context, InvocationContext):
        raise ConfigurationError(
            "context: expected the context of a Lambda invocation, which has "
            f"get_remaining_time_in_millis(), or None, got {type(context).__name__}"
        )
    left: object = context.get_remaining_time_in_millis()
    if not _is_number(left):
        raise ConfigurationError(
            "context: get_remaining_time_in_millis() has to return a number, got "
            f"{type(left).__name__}; a test's context needs a time, such as 30_000"
        )
    return left / 1000


def _is_number(value: object) -> TypeGuard[int | float]:
    is_finite = isinstance(value, int | float) and math.isfinite(value)
    return is_finite and not isinstance(value, bool)


def seconds_of(buffer: float | timedelta) -> float:
    """A buffer in seconds.  Raises `ConfigurationError` for what cannot be one."""
    value = buffer.total_seconds() if isinstance(buffer, timedelta) else buffer
    if not (_is_number(value) and value >= 0):
        raise ConfigurationError(
            f"buffer={buffer!r}: must be a number of seconds, 0 or more, or a timedelta"
        )
    return float(value)


def buffer_for(remaining: float, asked: float | None) -> float:
    """The seconds to keep back: what was asked for, else the default.

    The default is 0.5 s, and never more than a fifth of the remaining time.
    """
    if asked is not None:
        return asked
    return min(DEFAULT_BUFFER, remaining * DEFAULT_SHARE)


def lambda_deadline(
    context: InvocationContext | None,
    buffer: float | None = None,
    *,
    clock: Clock = time.monotonic,
) -> Deadline | None:
    """When calls have to be over in this invocation; None without a context."""
    remaining = remaining_seconds(context)
    if remaining is None:
        return None
    seconds = remaining - buffer_for(remaining, buffer)
    return Deadline.after(seconds, kind="lambda", clock=clock)
