"""The guards of `guards.py` can fail: each does, on a test that deserves it."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

SUITE = """
import asyncio, socket, time, threading, warnings
import pytest

listener = socket.create_server(("127.0.0.1", 0))
kept = []

async def test_blocks():
    time.sleep(0.001)

async def test_blocks_and_swallows():
    try:
        time.sleep(0.001)
    except Exception:
        pass

async def test_leaves_a_task():
    kept.append(asyncio.create_task(asyncio.sleep(60)))

@pytest.fixture
async def left_by_a_fixture():
    yield
    kept.append(asyncio.create_task(asyncio.sleep(60)))

async def test_has_a_fixture_that_leaves_a_task(left_by_a_fixture):
    pass

async def test_leaves_a_connection():
    kept.append(await asyncio.open_connection(*listener.getsockname()))

def test_leaves_a_listener():
    kept.append(socket.create_server(("127.0.0.1", 0)))

async def test_fails_where_nobody_looks():
    async def fail():
        raise LookupError("unseen")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

def test_warns():
    warnings.warn("old")

@pytest.mark.timeout(0.2)
def test_never_ends():
    threading.Event().wait()

async def test_is_tidy():
    async def hang_up(_, writer):
        writer.close()
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.close()
        await writer.wait_closed()
    task = asyncio.create_task(asyncio.sleep(60))
    task.cancel()

def test_is_tidy_too():
    socket.create_connection(listener.getsockname()).close()
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What pytest said of each test of the suite that did not simply pass."""
    path = tmp_path_factory.mktemp("guarded") / "test_suite.py"
    path.write_text(SUITE)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml"),
            *("--rootdir", path.parent, "-p", "tests.guards", "-p", "no:cacheprovider"),
            *("-rfEp", "--tb=no", path),
        ],
        cwd=ROOT,
        env={"COLUMNS": "400", "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    pattern = r"^(FAILED|ERROR|PASSED) \S*::(\w+)(?: - (.*))?$"
    found: dict[str, str] = {}
    for verdict, name, text in re.findall(pattern, ended.stdout, re.MULTILINE):
        found[name] = f"{found.get(name, '')} {verdict} {text}".strip()
    return found


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("test_blocks", "Blocking call to time.sleep"),
        ("test_blocks_and_swallows", "blocked the event loop with time.sleep"),
        ("test_leaves_a_task", "left tasks running"),
        ("test_has_a_fixture_that_leaves_a_task", "left tasks running"),
        ("test_leaves_a_connection", "left sockets open"),
        ("test_leaves_a_listener", "left sockets open: ['listening on"),
        ("test_fails_where_nobody_looks", "asyncio reported: Task exception was never"),
        ("test_warns", "UserWarning: old"),
        ("test_never_ends", "Timeout"),
    ],
)
def test_a_careless_test_fails(
    verdicts: Mapping[str, str], name: str, verdict: str
) -> None:
    assert verdict in verdicts[name]


@pytest.mark.parametrize("name", ["test_is_tidy", "test_is_tidy_too"])
def test_a_tidy_test_passes(verdicts: Mapping[str, str], name: str) -> None:
    assert verdicts[name] == "PASSED"


def test_every_test_has_a_time_limit(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getini("timeout") == "20"
