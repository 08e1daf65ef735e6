"""The quickstart, run as a newcomer runs it: what it prints and how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import airportsdata
import pytest

ROOT = Path(__file__).parent.parent
QUESTIONS_OF_CH = [
    "Which airport is SMV?",
    "Which airports are in CH, from Z to A?",
    "Which names begin with 'Samedan'?",
    "How many lie above 2,800 feet?",
    "Page 2: which four come after Geneva Cointrin International Airport?",
    "What if somebody else was faster?",
]


def quickstart(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it with warnings as errors, its output in a pipe of 100 columns."""
    return subprocess.run(
        [sys.executable, "-W", "error", "examples/quickstart.py", *arguments],
        cwd=ROOT,
        env=os.environ
        | {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@pytest.fixture(scope="module")
def swiss() -> subprocess.CompletedProcess[str]:
    """What came of the fifteen airports of Switzerland, some of them without a city."""
    return quickstart("--country", "ch")


def answers(printed: str) -> dict[str, list[str]]:
    """The lines below each question."""
    found: dict[str, list[str]] = {"": []}
    lines = found[""]
    for line in printed.splitlines():
        if line.endswith("?"):
            lines = found.setdefault(line, [])
        elif line.strip():
            lines.append(line.strip())
    return found


def rows(lines: list[str]) -> list[str]:
    """The rows of the table among these lines; spaces between columns count as one."""
    start = next(at for at, line in enumerate(lines) if set(line) == {"─"})
    return [" ".join(line.split()) for line in lines[start + 1 :]]


def row(code: str) -> str:
    """How the airport of this code is shown."""
    airport = airportsdata.load("IATA")[code]
    shown = f"{code} {airport['name']} {airport['city']} {airport['elevation']:,.1f}"
    return " ".join(shown.split())


def test_it_ends_well_and_without_a_warning(
    swiss: subprocess.CompletedProcess[str],
) -> None:
    assert (swiss.returncode, swiss.stderr) == (0, "")


def test_it_asks_six_questions(swiss: subprocess.CompletedProcess[str]) -> None:
    assert [*answers(swiss.stdout)] == ["", *QUESTIONS_OF_CH]


def test_every_question_shows_its_operation(
    swiss: subprocess.CompletedProcess[str],
) -> None:
    shown = answers(swiss.stdout)
    assert [shown[each][0].strip("╭╮─ ") for each in QUESTIONS_OF_CH] == [
        "GetItem",
        *["Query"] * 4,
        "UpdateItem",
    ]


def test_a_request_is_shown_as_it_is_sent(
    swiss: subprocess.CompletedProcess[str],
) -> None:
    lines = answers(swiss.stdout)["How many lie above 2,800 feet?"]
    assert [" ".join(line.strip("│ ").split()) for line in lines[1:-2]] == [
        "TableName airports",
        "IndexName by-country",
        "KeyConditionExpression #n0 = :v0",
        "FilterExpression #n1 > :v1",
        "Select COUNT",
        'ExpressionAttributeNames {"#n0": "country", "#n1": "feet"}',
        'ExpressionAttributeValues {":v0": {"S": "CH"}, ":v1": {"N": "2800"}}',
    ]


def test_all_airports_are_created(swiss: subprocess.CompletedProcess[str]) -> None:
    assert " 15/15 " in answers(swiss.stdout)[""][1]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (QUESTIONS_OF_CH[0], [row("SMV")]),
        (
            QUESTIONS_OF_CH[1],
            [*map(row, ["ZRH", "ACH", "SIR", "SMV", "VIP"]), "... and 10 more"],
        ),
        (QUESTIONS_OF_CH[2], [row("SMV")]),
        (QUESTIONS_OF_CH[4], [*map(row, ["ZHI", "ZIN", "QLS", "ZJI"])]),
        (QUESTIONS_OF_CH[5], ["SMV Samedan Airport 5,603.0"]),
    ],
)
def test_it_finds(
    swiss: subprocess.CompletedProcess[str], question: str, expected: list[str]
) -> None:
    assert rows(answers(swiss.stdout)[question]) == expected


def test_a_filter_counts(swiss: subprocess.CompletedProcess[str]) -> None:
    assert answers(swiss.stdout)["How many lie above 2,800 feet?"][-1] == "1 of 15"


def test_a_lost_race_is_told(swiss: subprocess.CompletedProcess[str]) -> None:
    lines = answers(swiss.stdout)["What if somebody else was faster?"]
    told = next(at for at, line in enumerate(lines) if line.startswith("Version"))
    assert lines[told : told + 2] == [
        "VersionConflictError: The conditional request failed",
        "Mine: revision 0. Stored: 1.",
    ]


def test_a_country_of_one_airport_has_no_second_page() -> None:
    assert [*answers(quickstart("--country", "LU").stdout)] == [
        "",
        "Which airport is LUX?",
        "Which airports are in LU, from Z to A?",
        "Which names begin with 'Luxembourg-Findel'?",
        "How many lie above 617 feet?",
        "What if somebody else was faster?",
    ]


def test_an_unknown_country_is_one_clear_line() -> None:
    ended = quickstart("--country", "XX")
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (
        2,
        "",
        "quickstart.py: error: there is no airport in 'XX'; try CH, or leave it out",
    )
