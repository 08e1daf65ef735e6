"""One event loop for all invocations of a process, and no task left between them."""

import asyncio
import atexit
from collections.abc import Coroutine, Iterable
from contextvars import copy_context
from typing import Any, TypeVar

from ..errors import ConfigurationError, TaskLeakError

R = TypeVar("R")

SETTLE_SECONDS = 1.0
"""How long a task that was left running may take to end once it is cancelled."""

_ENDING_BY_THEMSELVES = frozenset({"aiohttp"})
"""Libraries of which a task may outlive a call: a name that is still looked up."""


class Invocations:
    """Runs invocations one after the other, in one event loop.

    The loop is made for the first, and closed when the process ends.
    """

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def run(self, name: str, main: Coroutine[Any, Any, R]) -> R:
        """What `main` returns or raises.  `name` is the handler's, for messages.

        Raises `TaskLeakError` where tasks still run when `main` has returned; those are
        cancelled, so that the next invocation does not meet them.
        """
        runner = self._here()
        try:
            # A fresh context: what one invocation sets, the next must not see.
            result = runner.run(main, context=copy_context())
        except BaseException as error:
            left = _end_tasks(runner)
            if left:
                error.add_note(str(_leak(name, left)))
            raise
        left = _end_tasks(runner)
        if left:
            raise _leak(name, left)
        return result

    def close(self) -> None:
        """Close the loop, and with it the connections that were opened in it.

        A later invocation gets a new one.
        """
        runner, self._runner = self._runner, None
        if runner is not None:
            atexit.unregister(self.close)
            runner.close()

    def _here(self) -> asyncio.Runner:
        if self._runner is None:
            self._runner = asyncio.Runner()
            atexit.register(self.close)
        return self._runner

    def __repr__(self) -> str:
        state = "no event loop" if self._runner is None else "one event loop"
        return f"<Invocations, {state}>"


INVOCATIONS = Invocations()
"""Those of this process, whichever database their handler belongs to."""


def refuse_running_loop(name: str) -> None:
    """Raise `ConfigurationError` where an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise ConfigurationError(
        f"handler {name}: called where an event loop is running already; there, await "
        f"{name}.__wrapped__(event, context) inside `async with "
        "db.lambda_timeout(context)`"
    )


def _end_tasks(runner: asyncio.Runner) -> list[str]:
    """Cancel what still runs, and say what it was."""
    left = {
        each
        for each in asyncio.all_tasks(runner.get_loop())
        if not _ends_by_itself(each)
    }
    if left:
        runner.run(_cancel(left))
    return sorted(_named(each) for each in left)


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for each in tasks:
        each.cancel()
    done, _ = await asyncio.wait(tasks, timeout=SETTLE_SECONDS)
    for each in done:
        if not each.cancelled():
            each.exception()  # else asyncio complains that nobody asked


def _ends_by_itself(task: asyncio.Task[Any]) -> bool:
    frame = getattr(task.get_coro(), "cr_frame", None)
    module = frame.f_globals.get("__name__", "") if frame else ""
    return module.partition(".")[0] in _ENDING_BY_THEMSELVES


def _named(task: asyncio.Task[Any]) -> str:
    running = getattr(task.get_coro(), "__qualname__", "")
    return f"{task.get_name()} ({running})"


def _leak(name: str, left: list[str]) -> TaskLeakError:
    return TaskLeakError(
        f"handler {name} ended while tasks it had started were running: "
        f"{', '.join(left)}; they were cancelled, for Lambda would have frozen them. "
        "Await them, or start them in a task group",
        tasks=left,
    )
