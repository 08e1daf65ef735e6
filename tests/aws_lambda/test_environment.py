"""What the function is told about itself."""

import subprocess
import sys

import pytest

from dynamorm_async import (
    get_memory_stats,
    get_remaining_time_millis,
    is_lambda,
    lambda_memory_mb,
    xray_enabled,
)
from dynamorm_async.aws_lambda import environment
from dynamorm_async.aws_lambda.environment import MemoryStats
from tests.aws_lambda.contexts import Remaining


@pytest.mark.parametrize(("name", "said"), [("notes", True), ("", False)])
def test_a_function_has_a_name(
    name: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_lambda() is False
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", name)
    assert is_lambda() is said


@pytest.mark.parametrize(
    ("text", "megabytes"),
    [
        ("128", 128),
        ("10240", 10240),
        ("0", None),
        ("", None),
        ("-1", None),
        ("x", None),
    ],
)
def test_the_memory_of_the_function(
    text: str, megabytes: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lambda_memory_mb() is None
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", text)
    assert lambda_memory_mb() == megabytes


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Root=1-5759e988-bd862e3fe1be;Parent=53995c3f42cd8ad8;Sampled=1", True),
        ("Root=1-5759e988-bd862e3fe1be;Parent=53995c3f42cd8ad8;Sampled=0", False),
        ("", False),
    ],
)
def test_xray_records_what_it_samples(
    header: str, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert xray_enabled() is False
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    assert xray_enabled() is said


def test_the_remaining_time_is_that_of_the_context() -> None:
    assert get_remaining_time_millis(Remaining(1234)) == 1234
    assert get_remaining_time_millis(None) is None


async def test_outside_lambda_there_is_no_share_of_the_memory() -> None:
    stats = get_memory_stats()
    assert stats.rss is not None
    assert stats.rss > 1_000_000
    assert (stats.lambda_memory_mb, stats.memory_percent) == (None, None)


async def test_in_lambda_the_share_is_that_of_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
    stats = get_memory_stats()
    assert stats.rss is not None
    assert stats.memory_percent == round(100 * stats.rss / 1024**3, 2)


PEAK = """
from dynamorm_async import get_memory_stats
stats = get_memory_stats()
print(stats.rss_mb <= stats.peak_rss_mb < 60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="others do not tell them apart")
def test_the_peak_is_not_that_of_who_started_the_process() -> None:
    ballast = b"x" * (80 * 1024**2)
    peak = get_memory_stats().peak_rss_mb
    assert peak is not None
    assert peak > len(ballast) / 1024**2
    run = [sys.executable, "-c", PEAK]
    assert subprocess.check_output(run, text=True) == "True\n"


def test_where_the_system_keeps_no_files_the_peak_is_all_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "_STATM", "/nowhere")
    monkeypatch.setattr(environment, "_STATUS", "/nowhere")
    stats = get_memory_stats()
    assert stats.rss is not None
    assert stats.rss_mb == stats.peak_rss_mb


STATS = MemoryStats(
    rss=64 * 1024**2,
    rss_mb=64.0,
    peak_rss_mb=70.0,
    lambda_memory_mb=128,
    memory_percent=50.0,
)


def test_the_figures_read_as_a_mapping() -> None:
    assert dict(STATS) == {
        "rss": 67108864,
        "rss_mb": 64.0,
        "peak_rss_mb": 70.0,
        "lambda_memory_mb": 128,
        "memory_percent": 50.0,
    }
    with pytest.raises(KeyError, match="keys"):
        _ = STATS["keys"]


@pytest.mark.parametrize(
    ("stats", "text"),
    [
        (STATS, "64.0 MB resident, 50.0 % of 128 MB"),
        (
            MemoryStats(
                rss=1048576,
                rss_mb=1.0,
                peak_rss_mb=2.0,
                lambda_memory_mb=None,
                memory_percent=None,
            ),
            "1.0 MB resident",
        ),
        (
            MemoryStats(
                rss=None,
                rss_mb=None,
                peak_rss_mb=None,
                lambda_memory_mb=128,
                memory_percent=None,
            ),
            "memory unknown",
        ),
    ],
)
def test_the_figures_read_as_a_line(stats: MemoryStats, text: str) -> None:
    assert str(stats) == text
