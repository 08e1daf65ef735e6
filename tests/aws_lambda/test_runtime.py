"""Handlers under the runtime that Lambda itself uses, against an engine."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynamorm_async.config import TRANSPORT_NAMES
from tests.aws_lambda.line import Line
from tests.aws_lambda.runtime_api import Function, needs_runtime

pytestmark = needs_runtime

HANDLER = "tests.aws_lambda.functions.handler"
READ = {"do": "read", "owner": "ann"}
WRITE = {"do": "write", "owner": "ann"}
LOOK = {"do": "look"}


@pytest.fixture(params=TRANSPORT_NAMES)
def environment(
    request: pytest.FixtureRequest, notes_table: str, line: Line
) -> dict[str, str]:
    """What the function is told."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": line.url,
        "TABLE_PREFIX": notes_table,
        "TRANSPORT": request.param,
    }


@pytest.fixture
def function(environment: dict[str, str]) -> Iterator[Function]:
    """The function; it starts when the first event comes."""
    function = Function(HANDLER, environment)
    yield function
    function.close()


def test_cold_and_warm_invocations_share_an_event_loop_and_a_connection(
    function: Function, line: Line
) -> None:
    assert function.invoke(READ).result is None
    assert function.invoke(WRITE).result == "ann"
    assert [function.invoke(READ).result for _ in range(3)] == [""] * 3
    looks = [function.invoke(LOOK).result for _ in range(2)]
    assert len({each["loop"] for each in looks}) == 1
    assert looks[0]["memory_mb"] == 256
    assert line.opened == 1


def test_calls_at_once_leave_connections_for_the_next_invocation(
    function: Function, line: Line
) -> None:
    many = {"do": "read_many", "owner": "ann", "times": 8}
    assert function.invoke(many).result == 8
    opened = line.opened
    assert [function.invoke(many).result for _ in range(3)] == [8] * 3
    assert line.opened == opened <= 8


def test_a_slow_engine_ends_in_an_error_before_the_invocation_does(
    function: Function, line: Line, notes_table: str
) -> None:
    assert function.invoke(WRITE).result == "ann"
    line.hold()
    outcome = function.invoke(READ, seconds=1.0)
    kind, message = outcome.error
    assert kind == "LambdaTimeoutError"
    assert message.startswith(
        f"GetItem on {notes_table}notes: stopped before the Lambda "
    )
    assert 0.5 < outcome.seconds < 1.0
    line.release()
    assert function.invoke(READ).result == ""


def test_an_error_of_the_handler_reaches_the_runtime_as_lambda_expects(
    function: Function,
) -> None:
    outcome = function.invoke({"do": "fail"})
    assert outcome.error == ("ValueError", "mine")
    assert "functions.py" in outcome.body["stackTrace"][-1]
    assert function.invoke(READ).result is None


def test_a_leaked_task_fails_its_invocation_and_no_other(function: Function) -> None:
    kind, message = function.invoke({"do": "leak"}).error
    assert kind == "TaskLeakError"
    assert "leak (sleep_forever); they were cancelled" in message
    assert function.invoke(READ).result is None


def test_connections_that_died_in_the_freezer_are_replaced_without_an_error(
    function: Function, line: Line
) -> None:
    many = {"do": "read_many", "owner": "ann", "times": 4}
    assert function.invoke(WRITE).result == "ann"
    assert function.invoke(many).result == 4
    before = line.opened
    function.freeze()
    line.cut()
    function.thaw()
    assert function.invoke(WRITE).result == "ann"
    assert function.invoke(many).result == 4
    assert line.opened > before


@pytest.mark.parametrize("environment", ["direct"], indirect=True)
def test_the_key_that_is_set_after_the_freezer_signs(
    function: Function, line: Line
) -> None:
    assert function.invoke(WRITE).result == "ann"
    function.invoke({"do": "rotate", "key": "other"})
    function.invoke(READ)
    function.freeze()
    line.cut()
    function.thaw()
    function.invoke(READ)
    assert line.signers == ["local", "local", "other"]


@pytest.mark.timeout(90)
def test_many_warm_invocations_need_no_more_memory_and_no_new_connection(
    function: Function, line: Line
) -> None:
    function.invoke(WRITE)
    for _ in range(300):
        function.invoke(READ)
    before = function.invoke(LOOK).result
    for _ in range(700):
        function.invoke(READ)
    after = function.invoke(LOOK).result
    assert after["rss_mb"] - before["rss_mb"] < 1.0
    assert (after["loop"], line.opened) == (before["loop"], 1)


def test_it_works_beside_powertools(environment: dict[str, str]) -> None:
    more = {
        "POWERTOOLS_SERVICE_NAME": "notes",
        "POWERTOOLS_METRICS_NAMESPACE": "notes",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    function = Function("tests.aws_lambda.powertools.handler", {**environment, **more})
    assert function.invoke(READ).result is None
    assert function.invoke({"do": "fail"}).error == ("ValueError", "mine")
    lines = [json.loads(each) for each in function.close().splitlines() if "{" in each]
    logged = [each for each in lines if each.get("message") == "handled"]
    counted = [each["ColdStart"] for each in lines if "ColdStart" in each]
    reads = [each["Reads"] for each in lines if "Reads" in each]
    assert [each["function_request_id"] for each in logged] == ["request-1"]
    assert (counted, reads) == ([[1.0]], [[1.0]])


def test_a_wrong_setting_is_an_error_of_the_init_phase(tmp_path: Path) -> None:
    module = "from dynamorm_async import lambda_init\ndb = lambda_init(regoin='x')\n"
    (tmp_path / "wrong.py").write_text(module)
    function = Function("wrong.handler", {}, cwd=tmp_path)
    outcome = function.api.outcomes.get(timeout=15)
    code, _ = function.wait()
    function.close()
    assert (outcome.endpoint, code) == ("init/error", 1)
    assert outcome.body["errorType"] == "ConfigurationError"
    assert "did you mean 'region'?" in outcome.body["errorMessage"]
