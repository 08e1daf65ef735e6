"""The benchmarks: what is timed is done, and what becomes of the figures."""

import subprocess
import sys
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from benchmarks.harness import bars, report
from benchmarks.harness.options import Options
from benchmarks.harness.plot import svg
from benchmarks.harness.processes import environment, serving
from benchmarks.harness.results import Row, table
from benchmarks.harness.rounds import measured

ROWS = [
    Row("get", "dynamorm", "us", (30.0, 10.0, 20.0)),
    Row("get", "other", "us", (50.0, 49.0, 51.0)),
    Row("put", "dynamorm", "us", (150.4,)),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.mark.parametrize(
    "driver",
    ["dynamorm", "dynamorm_over_aiobotocore", "floor", "floor_to_models", "boto3"],
)
def test_a_driver_does_the_work_it_is_timed_for(driver: str, endpoint: str) -> None:
    told = subprocess.check_output(
        [sys.executable, "-m", "benchmarks.harness.honesty", driver, endpoint],
        env=environment(),
        text=True,
    )
    assert told == ""


@pytest.mark.timeout(60)
def test_rounds_take_turns_and_leave_out_who_cannot_take_part(
    endpoint: str, capfd: pytest.CaptureFixture[str]
) -> None:
    drivers = ["dynamorm", "floor", "boto3"]
    rows = measured("get", drivers, "get", endpoint, at_once=2, calls=4, rounds=2)
    assert [(each.who, len(each.figures)) for each in rows] == [
        ("dynamorm", 2),
        ("floor", 2),
    ]
    assert (
        "skipped: boto3: blocks, so it has one call in flight" in capfd.readouterr().err
    )


def test_a_table_shows_medians_and_ratios_to_one_contender() -> None:
    assert table(ROWS, against="dynamorm") == (
        "| | get | put |\n"
        "|---|---|---|\n"
        "| dynamorm | 20.0 | 150 |\n"
        "| other | 50.0 (2.50) | - |"
    )


def test_a_plot_has_a_bar_for_each_row_ours_marked() -> None:
    picture = ElementTree.fromstring(svg([("Get", ROWS[:2])]))
    bars = [
        (each.get("class"), each.get("width"))
        for each in picture.iter("{http://www.w3.org/2000/svg}rect")
    ]
    assert bars == [("ours", "232.0"), ("bar", "580.0")]


def test_only_a_whole_run_is_kept() -> None:
    asked = [Options(), Options(quick=True), Options(only=("get",))]
    assert [each.keeps for each in asked] == [True, False, False]


def row(what: str, who: str, figure: float) -> Row:
    return Row(what, who, "us", (figure,))


MEASURED = [
    row("get, 20 in flight", "dynamorm", 30.0),
    row("get, 20 in flight", "floor", 20.0),
    row("get, 20 in flight", "pydynox", 120.0),
    row("get, 20 in flight", "aiodynamo", 150.0),
    row("ms", "dynamorm", 60.0),
    row("ms", "empty", 40.0),
    row("ms", "aiobotocore", 240.0),
    row("2,000 rows", "dynamorm", 40.0),
    row("202,000 rows", "dynamorm", 41.0),
]


def test_bars_are_figures_and_ratios_within_one_run() -> None:
    assert bars.table(bars.figures_of(MEASURED)) == (
        "| | at most | measured | |\n"
        "|---|--:|--:|---|\n"
        "| GetItem to a model, us | 32 | 30 | met |\n"
        "| Process start to first item, ms | 57 | 60 | **missed** |\n"
        "| GetItem to a model, times the floor | 2 | 1.5 | met |\n"
        "| GetItem, times the fastest peer | 0.22 | 0.25 | **missed** |\n"
        "| Cold start above an empty program, of aiobotocore's | 0.09 | 0.1 |"
        " **missed** |\n"
        "| Memory after 200,000 rows, times that after 2,000 | 1.1 | 1.02 | met |"
    )


def test_the_tables_of_a_page_are_written_anew() -> None:
    page = "before\n<!-- figures: peers -->\nold\n<!-- end -->\nafter\n"
    written = report.written(page, MEASURED)
    assert written.startswith("before\n<!-- figures: peers -->\n| | GetItem |")
    assert "| **dynamorm_async** | 30 us | - | - | - | - | 60 ms | - |\n" in written
    assert written.endswith("<!-- end -->\nafter\n")
    assert report.written(written, MEASURED) == written
