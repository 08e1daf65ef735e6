"""The distributed scan, run as a newcomer runs it: every row once, by two processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

airportsdata = pytest.importorskip("airportsdata")
pytest.importorskip("distributed")

ROOT = Path(__file__).parent.parent


def distributed_scan(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it with warnings as errors, its output in a pipe of 100 columns."""
    return subprocess.run(
        [sys.executable, "-W", "error", "examples/distributed_scan.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
    )


def rows(printed: str) -> list[list[str]]:
    """The cells of the table that was printed, row by row."""
    lines = [line.split() for line in printed.splitlines()]
    start = next(at for at, line in enumerate(lines) if set("".join(line)) == {"─"})
    return lines[start + 1 : lines.index([], start)]


@pytest.mark.timeout(120)  # three interpreters start, one of them with an engine
def test_every_airport_is_read_once_by_some_worker() -> None:
    ended = distributed_scan("--country", "ch", "--segments", "4")
    assert (ended.returncode, ended.stderr) == (0, "")
    airports = [
        (each["elevation"], each["name"])
        for each in airportsdata.load("IATA").values()
        if each["country"] == "CH"
    ]
    parts = rows(ended.stdout)
    assert [segment for segment, _, _ in parts] == ["0", "1", "2", "3"]
    assert sum(int(count) for _, _, count in parts) == len(airports)
    feet, name = max(airports)
    mean = sum(feet for feet, _ in airports) / len(airports)
    told = f"highest: {name}, {feet:,.0f} ft; mean: {mean:,.1f} ft"
    assert ended.stdout.splitlines()[-1] == told


def test_an_unknown_country_is_one_clear_line() -> None:
    ended = distributed_scan("--country", "XX")
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (
        2,
        "",
        "distributed_scan.py: error: there is no airport in 'XX'; try CH",
    )
