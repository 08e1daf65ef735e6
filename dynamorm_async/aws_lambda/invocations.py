"""One event loop for all invocations of a process, and no task left between them."""

import asyncio
import atexit
import os
from collections.abc import Callable, Coroutine, Iterable
from contextvars import copy_context
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakSet

from ..errors import ConfigurationError, TaskLeakError

R = TypeVar("R")
Task = asyncio.Task[Any]

SETTLE_SECONDS = 1.0
"""How long a task that was left running may take to end once it is cancelled."""

_ENDING_BY_THEMSELVES = frozenset({"aiohttp"})
"""Libraries of which a task may outlive a call: a name that is still looked up."""

_CLOSING_A_GENERATOR = "async_generator_athrow"
"""What a task runs in which the event loop closes a generator that was left early."""


class Invocations:
    """Runs invocations one after the other, in one event loop.

    The loop is made for the first, and closed when the process ends.  A forked process
    makes its own.
    """

    def __init__(self) -> None:
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._runs = Lock()
        self._stubborn: WeakSet[Task] = WeakSet()

    def run(self, name: str, main: Callable[[], Coroutine[Any, Any, R]]) -> R:
        """What `main` returns or raises.  `name` is the handler's, for messages.

        Raises `TaskLeakError` where tasks still run when `main` has returned; those are
        cancelled, so that the next invocation does not meet them.
        """
        if not self._runs.acquire(blocking=False):
            raise ConfigurationError(
                f"handler {name}: called in a second thread while an invocation runs; "
                "one process handles one event at a time"
            )
        try:
            return self._run(name, main)
        finally:
            self._runs.release()

    def _run(self, name: str, main: Callable[[], Coroutine[Any, Any, R]]) -> R:
        runner = self._here()
        try:
            # A fresh context: what one invocation sets, the next must not see.
            result = runner.run(main(), context=copy_context())
        except BaseException as error:
            left = self._end_tasks(runner)
            if left:
                error.add_note(str(_leak(name, left)))
            raise
        left = self._end_tasks(runner)
        if left:
            raise _leak(name, left)
        return result

    def close(self) -> None:
        """Close the loop, and with it the connections that were opened in it.

        A later invocation gets a new one.
        """
        runner, self._runner = self._runner, None
        if runner is None:
            return
        atexit.unregister(self.close)
        if not runner.get_loop().is_closed():
            runner.close()

    def forget(self) -> None:
        """Begin anew in a forked process; the loop stays that of its parent."""
        self._of_parent = self._runner
        self._begin_anew()

    def _here(self) -> asyncio.Runner:
        runner = self._runner
        if runner is not None and runner.get_loop().is_closed():  # by a handler
            self.close()
            runner = None
        if runner is None:
            runner = self._runner = asyncio.Runner()
            atexit.register(self.close)
        return runner

    def _end_tasks(self, runner: asyncio.Runner) -> list[str]:
        """End what still runs; the names of what should have ended before."""
        running = {
            each
            for each in asyncio.all_tasks(runner.get_loop())
            if each not in self._stubborn and not _ends_by_itself(each)
        }
        if not running:
            return []
        left = runner.run(_end(running))
        self._stubborn.update(each for each in left if not each.done())
        return sorted(_named(each) for each in left)

    def __repr__(self) -> str:
        state = "no event loop" if self._runner is None else "one event loop"
        return f"<Invocations, {state}>"


INVOCATIONS = Invocations()
"""Those of this process, whichever database their handler belongs to."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=INVOCATIONS.forget)


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


async def _end(running: set[Task]) -> set[Task]:
    """Those of these tasks that had to be cancelled."""
    closing = {each for each in running if _closes_generator(each)}
    _cancel(running - closing)
    done, late = await asyncio.wait(running, timeout=SETTLE_SECONDS)
    _cancel(closing & late)
    for each in done:
        if not each.cancelled():
            each.exception()  # else asyncio complains that nobody asked
    return (running - closing) | (closing & late)


def _cancel(tasks: Iterable[Task]) -> None:
    for each in tasks:
        each.cancel()


def _closes_generator(task: Task) -> bool:
    return type(task.get_coro()).__name__ == _CLOSING_A_GENERATOR


def _ends_by_itself(task: Task) -> bool:
    frame = getattr(task.get_coro(), "cr_frame", None)
    module = frame.f_globals.get("__name__", "") if frame else ""
    return module.partition(".")[0] in _ENDING_BY_THEMSELVES


def _named(task: Task) -> str:
    running = getattr(task.get_coro(), "__qualname__", "")
    return f"{task.get_name()} ({running})"


def _leak(name: str, left: list[str]) -> TaskLeakError:
    return TaskLeakError(
        f"handler {name} ended while tasks it had started were running: "
        f"{', '.join(left)}; they were cancelled, for Lambda would have frozen them. "
        "Await them, or start them in a task group",
        tasks=left,
    )
