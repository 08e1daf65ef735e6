"""The program as tests run it: in this process, on the engine, on their own tables."""

from collections.abc import Callable

import pytest
from attrs import frozen
from typer.testing import CliRunner

from dynamorm_async.cli.app import app
from dynamorm_async.testing import Engine
from tests.conftest import ACCESS_KEY, REGION


@frozen
class Ran:
    """What a command came to."""

    code: int
    out: str = ""
    err: str = ""


Run = Callable[..., Ran]


@pytest.fixture
def environment(engine: Engine, prefix: str) -> dict[str, str]:
    """The variables that lead the program to the engine, and to tables of this test."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": engine.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "DYNAMORM_TABLE_PREFIX": prefix,
        "NO_PROXY": "*",
    }


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command, with a text as its standard input."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return run_here


def run_here(*arguments: str, input: str | bytes | None = None) -> Ran:
    """Run a command in this process."""
    result = CliRunner().invoke(app, list(arguments), input=input, prog_name="dynamorm")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
