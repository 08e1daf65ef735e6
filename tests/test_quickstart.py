"""The quickstart, run as a newcomer runs it: what it prints and how it ends."""

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import airportsdata
import pytest
from airportsdata import Airport

Ended = subprocess.CompletedProcess[str]

ROOT = Path(__file__).parent.parent

# Airports come and go with the versions of the package, so it says what to expect.
ALL = airportsdata.load("IATA").values()
SWISS = sorted(
    (row for row in ALL if row["country"] == "CH"), key=lambda row: row["name"].encode()
)
TOP = max(SWISS, key=lambda row: row["elevation"])
FIRST_WORD = TOP["name"].split()[0]
HALF_WAY_UP = TOP["elevation"] // 2
HIGH = [row for row in SWISS if row["elevation"] > HALF_WAY_UP]

BY_CODE = f"Which airport is {TOP['iata']}?"
BY_NAME = "Which airports are in CH, from Z to A?"
BY_PREFIX = f"Which names begin with {FIRST_WORD!r}?"
BY_HEIGHT = f"How many lie above {HALF_WAY_UP:,.0f} feet?"
SECOND_PAGE = f"Page 2: which four come after {SWISS[3]['name']}?"
NEW_NAME = f"Which transaction renames {TOP['name']}?"
LOST_RACE = "What if somebody else was faster?"
INDEX = "What does the table need for an index by time zone?"
NEW_INDEX = "airports: create index by-zone on zone (S), feet (N), with all attributes"
LOWEST = f"Which airports are the lowest in {TOP['tz']}?"
SECOND_VERSION = "How do the airports get to their second version?"

# All airports are loaded, and moved, twenty-five a request.
pytestmark = pytest.mark.timeout(120)


def quickstart(*arguments: str) -> Ended:
    """Run it with warnings as errors, its output in a pipe of 100 columns."""
    settings = {"COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", "examples/quickstart.py", *arguments],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
    )


@pytest.fixture(scope="module")
def swiss() -> Ended:
    """What came of the airports of Switzerland, some of which have no city."""
    return quickstart("--country", "ch")


def answers(printed: str) -> dict[str, list[str]]:
    """The lines below each question, without frames; runs of spaces count as one."""
    found: dict[str, list[str]] = {"": []}
    lines = found[""]
    for line in printed.rpartition("\n\n")[0].splitlines():
        if line.endswith("?"):
            lines = found.setdefault(line, [])
        elif told := line.strip("│╭╮╰╯─ "):
            lines.append(" ".join(told.split()))
    return found


def summary(printed: str) -> list[str]:
    """The lines at the end, which tell of the requests."""
    return printed.rpartition("\n\n")[2].splitlines()


def rows(lines: list[str]) -> list[str]:
    """What stands below the head of a table."""
    return lines[lines.index("code name city feet") + 1 :]


def shown(airports: Iterable[Airport]) -> list[str]:
    """How airports stand in a table."""
    return [
        " ".join(f"{a['iata']} {a['name']} {a['city']} {a['elevation']:,.1f}".split())
        for a in airports
    ]


def test_it_ends_well_and_without_a_warning(swiss: Ended) -> None:
    assert (swiss.returncode, swiss.stderr) == (0, "")


def test_every_question_stands_above_the_operation_that_answers_it(
    swiss: Ended,
) -> None:
    assert [(each, lines[0]) for each, lines in answers(swiss.stdout).items()] == [
        ("", "Starting a local DynamoDB"),
        (BY_CODE, "GetItem"),
        (BY_NAME, "Query"),
        (BY_PREFIX, "Query"),
        (BY_HEIGHT, "Query"),
        (SECOND_PAGE, "Query"),
        (NEW_NAME, "UpdateItem"),
        (LOST_RACE, "UpdateItem"),
        (INDEX, NEW_INDEX),
        (LOWEST, "Query"),
        (SECOND_VERSION, answers(swiss.stdout)[SECOND_VERSION][0]),
    ]


def test_a_request_is_shown_as_it_is_sent_and_a_filter_counts(swiss: Ended) -> None:
    values = {":v0": {"S": "CH"}, ":v1": {"N": f"{HALF_WAY_UP:.0f}"}}
    assert answers(swiss.stdout)[BY_HEIGHT] == [
        "Query",
        "TableName airports",
        "IndexName by-country",
        "KeyConditionExpression #n0 = :v0",
        "FilterExpression #n1 > :v1",
        "Select COUNT",
        'ExpressionAttributeNames {"#n0": "country", "#n1": "feet"}',
        f"ExpressionAttributeValues {json.dumps(values)}",
        f"{len(HIGH)} of {len(SWISS)}",
    ]


def test_all_airports_are_loaded_and_their_names(swiss: Ended) -> None:
    bars = [line.split() for line in answers(swiss.stdout)[""][1:]]
    assert [(name, loaded) for name, _, loaded, _ in bars] == [
        ("airports", f"{len(ALL)}/{len(ALL)}"),
        ("names", f"{len(ALL)}/{len(ALL)}"),
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (BY_CODE, shown([TOP])),
        (BY_NAME, [*shown(SWISS[:-6:-1]), f"... and {len(SWISS) - 5} more"]),
        (BY_PREFIX, shown(a for a in SWISS if a["name"].startswith(FIRST_WORD))),
        (SECOND_PAGE, shown(SWISS[4:8])),
        (
            LOST_RACE,
            shown([{**TOP, "name": "Top of CH", "elevation": TOP["elevation"] + 3}]),
        ),
    ],
)
def test_it_finds(swiss: Ended, question: str, expected: list[str]) -> None:
    assert rows(answers(swiss.stdout)[question]) == expected


def test_an_index_is_planned_made_and_then_nothing_is_left_to_do(swiss: Ended) -> None:
    _, bar, *rest = answers(swiss.stdout)[INDEX]
    assert (bar.split()[2], rest) == ("1/1", ["nothing to do"])


def test_the_new_index_is_asked(swiss: Ended) -> None:
    there = [row["elevation"] for row in ALL if row["tz"] == TOP["tz"]]
    found = rows(answers(swiss.stdout)[LOWEST])
    feet = [float(line.split()[-1].replace(",", "")) for line in found]
    assert feet == sorted(there)[:5]


def test_all_airports_move_to_their_second_version(swiss: Ended) -> None:
    bar, counts, *last = answers(swiss.stdout)[SECOND_VERSION]
    total = f"{len(ALL):,}"
    assert bar.split()[2] == f"{len(ALL)}/{len(ALL)}"
    assert counts == f"{total} before, {total} copied, {total} after"
    moved = " ".join(last)
    assert "country_name='Switzerland'" in moved
    assert f"at=Coordinates(latitude={TOP['lat']}, longitude={TOP['lon']})" in moved


def test_a_lost_race_is_told(swiss: Ended) -> None:
    lines = answers(swiss.stdout)[LOST_RACE]
    told = lines.index("VersionConflictError: The conditional request failed")
    assert lines[told + 1] == "Mine: revision 1. Stored: 2."


def test_an_airport_and_its_entry_among_the_names_are_renamed_together(
    swiss: Ended,
) -> None:
    lines = answers(swiss.stdout)[NEW_NAME]
    assert [line for line in lines if line.endswith("Item")] == [
        "UpdateItem",
        "DeleteItem",
        "PutItem",
    ]
    assert lines[-2:] == [f"{TOP['name']}: nobody", f"Top of CH: {TOP['iata']}"]


def test_it_tells_how_many_requests_were_sent_and_how_long_it_took(
    swiss: Ended,
) -> None:
    total, *by_operation = summary(swiss.stdout)
    counts = {name: int(count) for count, name in map(str.split, by_operation)}
    assert re.fullmatch(rf"{sum(counts.values()):,} requests in \d+\.\d s", total)
    of_items = ("Item", "Items", "Query")
    assert {name: n for name, n in counts.items() if name.endswith(of_items)} == {
        "BatchWriteItem": 3 * math.ceil(len(ALL) / 25),
        "Query": 9,
        "GetItem": 5,
        "UpdateItem": 2,
        "TransactWriteItems": 1,
    }


def test_a_country_of_one_airport_has_no_second_page() -> None:
    assert [*answers(quickstart("--country", "LU", "--only").stdout)] == [
        "",
        "Which airport is LUX?",
        "Which airports are in LU, from Z to A?",
        "Which names begin with 'Luxembourg-Findel'?",
        "How many lie above 617 feet?",
        "Which transaction renames Luxembourg-Findel International Airport?",
        LOST_RACE,
        INDEX,
        "Which airports are the lowest in Europe/Luxembourg?",
        SECOND_VERSION,
    ]


def test_an_unknown_country_is_one_clear_line() -> None:
    ended = quickstart("--country", "XX")
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (
        2,
        "",
        "quickstart.py: error: there is no airport in 'XX'; try CH, or leave it out",
    )
