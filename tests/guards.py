"""Guards on every test: the event loop never blocks, and nothing stays behind.

A pytest plugin, so that `test_guards.py` can show on tests of its own that each guard
can fail.
"""

import asyncio
import logging
import os
import socket
import stat
import time
import traceback
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress

import blockbuster
import pytest
from pytest_asyncio import is_async_test

SETTLE_SECONDS = 1.0
"""How long the other end of a connection may take to notice that it was closed."""


class NoticedBlockingError(blockbuster.BlockingError):
    """Remembers where the loop was blocked, for code that catches every exception."""

    places: tuple[str, ...] = ()

    def __init__(self, function: str) -> None:
        super().__init__(function)
        frames = traceback.extract_stack()[:-2]
        place = f"{function}:\n{''.join(traceback.format_list(frames[-12:]))}"
        NoticedBlockingError.places += (place,)


@pytest.fixture(scope="session", autouse=True)
def blocking_calls_raise() -> Iterator[None]:
    """Blocking calls raise wherever an event loop runs, in this library or below it."""
    with pytest.MonkeyPatch.context() as patch, blockbuster.blockbuster_ctx() as guard:
        patch.setattr("blockbuster.blockbuster.BlockingError", NoticedBlockingError)
        # pytest itself writes every log line to a file.
        for write in ("io.TextIOWrapper.write", "io.BufferedWriter.write"):
            guard.functions[write].can_block_in("logging/__init__.py", "emit")
        # FastAPI looks once where a route stands, for the text of errors.
        guard.functions["os.stat"].can_block_in(
            "fastapi/routing.py", "_extract_endpoint_context"
        )
        yield


@pytest.fixture(autouse=True)
def loop_is_not_blocked() -> Iterator[None]:
    """Fail a test that blocked the event loop, even where the error was swallowed."""
    NoticedBlockingError.places = ()
    yield
    if NoticedBlockingError.places:
        pytest.fail(
            "blocked the event loop with " + "\n".join(NoticedBlockingError.places),
            pytrace=False,
        )


@pytest.fixture(autouse=True)
def no_connection_is_left() -> Iterator[None]:
    """Fail a test after which this process holds more sockets than before it."""
    before = open_sockets()
    yield
    deadline = time.monotonic() + SETTLE_SECONDS
    while (left := open_sockets() - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    if left:
        pytest.fail(f"left sockets open: {sorted(left)}", pytrace=False)


@pytest.fixture(autouse=True)
def asyncio_has_no_complaint() -> Iterator[None]:
    """Fail a test during which asyncio reported an error that nobody received."""
    complaints: list[str] = []
    handler = Recorder(complaints)
    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if complaints:
        pytest.fail("asyncio reported: " + "\n".join(complaints), pytrace=False)


class Recorder(logging.Handler):
    """Keeps the messages of errors."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture
async def no_task_is_left() -> AsyncIterator[None]:
    """Fail a test that leaves a task running; on every async test, see below."""
    yield
    for _ in range(10):  # turns of the loop for what is about to end by itself
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        pytest.fail(f"left tasks running: {left}", pytrace=False)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Set up the task guard first, so that it looks after all others are torn down."""
    if not isinstance(item, pytest.Function) or not is_async_test(item):
        return
    if "no_task_is_left" not in item.fixturenames:
        item.fixturenames.insert(0, "no_task_is_left")


def open_sockets() -> frozenset[str]:
    """The internet sockets of this process; not a server's end of a connection.

    That end belongs to a listener, which is counted itself.
    """
    found: dict[int, socket.socket] = {}
    try:
        for descriptor in map(int, os.listdir("/dev/fd")):
            with suppress(OSError):
                if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    found[descriptor] = socket.socket(fileno=os.dup(descriptor))
        return describe_sockets(found.values())
    finally:
        for each in found.values():
            each.close()


def describe_sockets(sockets: Iterable[socket.socket]) -> frozenset[str]:
    """One line for each listener and for each end that this process opened."""
    ends: list[tuple[int, str]] = []
    listening: set[int] = set()
    for each in sockets:
        if each.family not in {socket.AF_INET, socket.AF_INET6}:
            continue
        with suppress(OSError):
            port = each.getsockname()[1]
            if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                listening.add(port)
            else:
                ends.append((port, f"{port} -> {each.getpeername()[1]}"))
    opened = {text for port, text in ends if port not in listening}
    return frozenset(opened | {f"listening on {port}" for port in listening})
