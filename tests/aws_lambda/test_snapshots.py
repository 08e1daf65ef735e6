"""SnapStart: what a snapshot does not hold, and what is made ready after it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynamorm_async.aws_lambda import snapshots
from dynamorm_async.config import TRANSPORT_NAMES
from tests.aws_lambda.container import Container
from tests.aws_lambda.line import Line
from tests.aws_lambda.runtime_api import ROOT, Function, needs_runtime

SNAP_START = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}

STAND_IN = """
before, after = [], []
register_before_snapshot = before.append
register_after_restore = after.append
"""

PROGRAM = """
import sys
from dynamorm_async import lambda_init
from dynamorm_async.aws_lambda.invocations import INVOCATIONS
from tests.models import Note
from tests.scripted import ScriptedTransport, ok

class Preparable(ScriptedTransport):
    times = 0
    def prepare(self):
        self.times += 1

transports = [Preparable(ok()) for _ in range(2)]
first, second = [lambda_init(Note, transport=each) for each in transports]

@first.handler
async def handler(event, context):
    return await first.get(Note, "ann", "x")

handler({}, None)
hooks = sys.modules.get("snapshot_restore_py")
print(hooks and [len(hooks.before), len(hooks.after)], INVOCATIONS)
if hooks:
    for each in [*hooks.before, *hooks.after]:
        each()
print([each.times for each in transports], INVOCATIONS)
"""


def said(where: Path, **environment: str) -> list[str]:
    """What the program prints with the modules that are found there first."""
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{where}:{ROOT}"}
    run = [sys.executable, "-c", PROGRAM]
    printed = subprocess.check_output(run, text=True, env={**path, **environment})
    return printed.splitlines()


def test_before_a_snapshot_the_loop_is_closed_and_after_it_all_is_ready(
    tmp_path: Path,
) -> None:
    (tmp_path / f"{snapshots.HOOKS}.py").write_text(STAND_IN)
    assert said(tmp_path, **SNAP_START) == [
        "[1, 1] <Invocations, one event loop>",
        "[2, 2] <Invocations, no event loop>",
    ]


NOTHING = ["None <Invocations, one event loop>", "[1, 1] <Invocations, one event loop>"]


def test_without_snap_start_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / f"{snapshots.HOOKS}.py").write_text(STAND_IN)
    assert said(tmp_path) == NOTHING


def test_without_the_module_there_is_nobody_to_tell(tmp_path: Path) -> None:
    (tmp_path / f"{snapshots.HOOKS}.py").write_text("raise ModuleNotFoundError")
    assert said(tmp_path, **SNAP_START) == NOTHING


@pytest.fixture
def container() -> Iterator[Container]:
    """Where functions with SnapStart get their keys."""
    container = Container()
    yield container
    container.close()


@needs_runtime
@pytest.mark.parametrize("transport", TRANSPORT_NAMES)
def test_a_restored_function_has_connections_and_keys_of_its_own(
    transport: str, line: Line, container: Container, notes_table: str
) -> None:
    environment: dict[str, Any] = {
        **SNAP_START,
        "AWS_ENDPOINT_URL_DYNAMODB": line.url,
        "TABLE_PREFIX": notes_table,
        "TRANSPORT": transport,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": container.url,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "anything",
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
    }
    container.key = "snapshot"
    function = Function("tests.aws_lambda.primed.handler", environment)
    function.begins_snapshot()
    assert (line.is_quiet(), line.opened, line.signers) == (True, 1, ["snapshot"])
    container.key = "restored"
    function.restore()
    read = {"do": "read", "owner": "ann"}
    assert [function.invoke(read).result for _ in range(2)] == [None, None]
    function.close()
    assert (line.opened, line.signers[1:]) == (2, ["restored", "restored"])
