"""When calls have to be over in a Lambda invocation."""

from datetime import timedelta
from typing import Any

import pytest

from dynamorm_async.errors import ConfigurationError
from dynamorm_async.execution.deadline import Deadline
from dynamorm_async.execution.invocation import lambda_deadline, seconds_of
from tests.aws_lambda.contexts import Remaining


@pytest.mark.parametrize(
    ("milliseconds", "buffer", "given"),
    [
        (30_000, None, 29.5),
        (2_500, None, 2.0),
        (1_000, None, 0.8),
        (100, None, 0.08),
        (0, None, 0.0),
        (30_000, 1.0, 29.0),
        (30_000, 0.0, 30.0),
        (1_000, 1.0, 0.0),
        (1_000, 3.0, -2.0),
    ],
)
def test_the_buffer_is_subtracted_once(
    milliseconds: int, buffer: float | None, given: float
) -> None:
    deadline = lambda_deadline(Remaining(milliseconds), buffer, clock=lambda: 1000.0)
    assert deadline == Deadline(at=1000 + given, given=given, kind="lambda")


def test_without_a_context_there_is_no_deadline() -> None:
    assert lambda_deadline(None) is None


def test_what_is_no_context_is_refused() -> None:
    no_context: Any = {"remaining": 5}
    with pytest.raises(ConfigurationError, match=r"in_millis\(\), or None, got dict$"):
        lambda_deadline(no_context)


@pytest.mark.parametrize(
    ("buffer", "seconds"), [(1, 1.0), (0.25, 0.25), (timedelta(milliseconds=250), 0.25)]
)
def test_a_buffer_is_seconds_or_a_timedelta(buffer: Any, seconds: float) -> None:
    assert seconds_of(buffer) == seconds


@pytest.mark.parametrize(
    "buffer", [-1, True, "1", float("nan"), float("inf"), None, timedelta(seconds=-1)]
)
def test_another_buffer_is_refused(buffer: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^buffer=.*: must be a number of s"):
        seconds_of(buffer)
