"""Reads that are repeated until they find what a write before them left behind."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ..errors import DeadlineExceededError, DynamORMError
from ..wire import CompiledQuery, ReadAgain
from .deadline import Deadline, Within, nearest
from .retry import doubled
from .sending import Sender

R = TypeVar("R")

# An index shows a write within a second, as a rule; a deadline bounds the tries.
_UNTIL_SEEN: ReadAgain[Any] = ReadAgain(attempts=1_000_000, delay=0.05, longest=1.0)


async def repeated(
    read: Callable[[], Awaitable[R]],
    again: ReadAgain[Any] | None,
    is_enough: Callable[[R], bool],
    sender: Sender,
    deadline: Deadline | None,
) -> R:
    """Read until it is enough or tries or time run out, and return the last."""
    found = await read()
    if again is None:
        return found
    for repeat in range(again.attempts - 1):
        if is_enough(found):
            break
        # Half of it is sure: what is waited for takes its time.
        pause = doubled(again.delay, repeat, again.longest)
        pause *= (1 + sender.rand()) / 2
        if deadline is not None and sender.clock() + pause >= deadline.at:
            break
        await sender.sleep(pause)
        found = await read()
    return found


async def until_seen(
    read: Callable[[Deadline], Awaitable[list[Any]]],
    seen: CompiledQuery[Any],
    wait: float,
    sender: Sender,
    deadline: Deadline | None,
) -> None:
    """Read through an index until there is a row: what was written before.

    Raises `DeadlineExceededError` after `wait` seconds or at the deadline.  It says, as
    every error here does, that the item is written.
    """
    told = f"the {seen.model} is written, but not yet seen in {seen.index_name}"
    own = Deadline.after(wait, clock=sender.clock)
    end = nearest(deadline, own) or own
    rows: list[Any] = []
    try:
        with Within(end, told, sender.clock):
            rows = await repeated(lambda: read(end), _UNTIL_SEEN, bool, sender, end)
    except DeadlineExceededError as error:
        raise end.error(told) from error
    except DynamORMError as error:
        error.add_note(told)
        raise
    if not rows:
        raise end.error(told)
