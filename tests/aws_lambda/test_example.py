"""The function of `examples/lambda`, from the sources and from its stripped bundle."""

import json
import os
import re
import site
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dynamorm_async.testing import Engine
from tests.aws_lambda.runtime_api import ROOT, Function, Outcome, needs_runtime

pytestmark = needs_runtime

BUNDLES = [
    pytest.param(Path(each), id=Path(each).name)
    for each in os.environ.get("DYNAMORM_BUNDLES", "").split(os.pathsep)
    if each
]
"""Where `package.py` has built bundles; `tox -e bundle` sets it."""

RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
"""What Lambda's own image holds."""


@pytest.fixture
def environment(engine: Engine, notes_table: str) -> dict[str, str]:
    """What the function is told; its table is there."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": engine.url,
        "NOTES_TABLE": f"{notes_table}notes",
    }


def request(method: str, **facts: Any) -> dict[str, Any]:
    """What API Gateway sends, as far as the function looks at it."""
    return {"requestContext": {"http": {"method": method}}, **facts}


def answer(outcome: Outcome) -> tuple[int, Any]:
    """The status and the body of a response."""
    return outcome.result["statusCode"], json.loads(outcome.result["body"])


def conversation(function: Function) -> list[tuple[int, Any]]:
    """Write a note twice, and read it."""
    note = {"owner": "ann", "day": "2026-11-22"}
    texts = [json.dumps({"text": each}) for each in ("first", "second")]
    try:
        return [
            *[
                answer(function.invoke(request("PUT", pathParameters=note, body=each)))
                for each in texts
            ],
            answer(function.invoke(request("GET", pathParameters={"owner": "ann"}))),
        ]
    finally:
        function.close()


SAID = [
    (201, {"rev": 1}),
    (200, {"rev": 2}),
    (200, [{"day": "2026-11-22", "text": "second"}]),
]


def test_a_cold_start_is_shown_phase_by_phase_for_each_transport() -> None:
    script = ROOT / "examples" / "lambda" / "cold_start.py"
    run = [sys.executable, str(script), "--times", "1"]
    title, *rows = subprocess.check_output(run, text=True).splitlines()
    assert title.split() == ["direct", "aiobotocore"]
    assert [re.sub(r"\s+[\d.]+\s+[\d.]+$", "", each) for each in rows] == [
        "import, ms",
        "model, ms",
        "settings, ms",
        "database, ms",
        "models, ms",
        "transport, ms",
        "first_request, ms",
        "second_request, ms",
        "peak memory, MB",
    ]


def test_the_function_writes_and_reads(environment: dict[str, str]) -> None:
    function = Function("app.handler", environment, ROOT / "examples" / "lambda")
    assert conversation(function) == SAID


@pytest.mark.skipif(not BUNDLES, reason="built and tested by `tox -e bundle`")
@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_function_runs_from_its_stripped_bundle(
    bundle: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    for name in RUNTIME:
        for found in Path(site.getsitepackages()[0]).glob(f"{name}*"):
            (tmp_path / found.name).symlink_to(found)
    # -S: nothing but the bundle and the runtime is there to import.
    path = {"PYTHONPATH": f"{bundle.resolve()}:{tmp_path}"}
    function = Function("app.handler", {**environment, **path}, bundle.resolve(), "-S")
    assert conversation(function) == SAID
