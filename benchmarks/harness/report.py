"""Figures to pages: the tables and the plot are made of the JSON, never by hand."""

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from . import bars
from .plot import draw
from .results import FOLDER, Row, read

PAGES = Path(__file__).parents[2]
MARKED = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
"""The part of a page that is written anew, and what is written there."""

QUESTIONS = ("warm", "build", "codec", "steps", "cold_start", "scale")
WRITTEN = ("README.md", "docs/explain/performance.md", "docs/guide/telemetry.md")
"""Pages that have such parts."""

PEERS = {
    "dynamorm": "**dynamorm_async**",
    "pydynox": "pydynox",
    "aiodynamo": "aiodynamo",
    "aiobotocore": "aiobotocore",
    "aioboto3": "aioboto3",
    "pynamodb": "PynamoDB",
    "boto3": "boto3",
}
COLUMNS = {
    "GetItem": ("get, {} in flight", "us"),
    "PutItem": ("put, {} in flight", "us"),
    "Query, 100 rows": ("query, {} in flight", "us"),
    "BatchGet, 100": ("batch_get, {} in flight", "us"),
    "BatchWrite, 25": ("batch_write, {} in flight", "us"),
    "first item": ("ms", "ms"),
    "peak memory": ("peak MB", "MB"),
}


def kept_rows() -> list[Row]:
    """The rows of every question that was kept."""
    return [
        row
        for question in QUESTIONS
        if (FOLDER / f"{question}.json").exists()
        for row in read(question)
    ]


def peers(rows: Sequence[Row]) -> str:
    """What users choose between, side by side; who blocks has one call in flight."""
    found = bars.figures_of(rows)
    lines = ["| | " + " | ".join(COLUMNS) + " |", "|---" + "|--:" * len(COLUMNS) + "|"]
    for who, name in PEERS.items():
        cells = [_cell(found, what, who, unit) for what, unit in COLUMNS.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(found: bars.Figures, what: str, who: str, unit: str) -> str:
    alone = found.get((what.format(1), who))
    figure = found.get((what.format(20), who), alone)
    return "-" if figure is None else f"{figure:,.0f} {unit}"


def build(rows: Sequence[Row]) -> str:
    """Requests and items made without sending them."""
    whats = ("get by key", "query, two conditions", "update, three changes")
    whats += ("instance to item", "item to instance")
    found = bars.figures_of(rows)
    lines = ["| us | " + " | ".join(whats) + " |", "|---" + "|--:" * len(whats) + "|"]
    for who in ("dynamorm", "aiodynamo", "pynamodb", "boto3", "cattrs"):
        cells = [found.get((what, who)) for what in whats]
        shown = ["-" if each is None else f"{each:.1f}" for each in cells]
        lines.append(f"| {who} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def scale(rows: Sequence[Row]) -> str:
    """One call as callers, items and pages grow."""
    ours = [row for row in rows if row.who == "dynamorm"]
    wanted = [row for row in ours if row.what.endswith((" callers", " KB", " rows"))]
    lines = ["| | |", "|---|--:|"]
    lines += [f"| {each.what} | {each.middle:,.0f} {each.unit} |" for each in wanted]
    return "\n".join(lines)


def steps(rows: Sequence[Row]) -> str:
    """The steps of one call, and what the whole takes beyond them."""
    operations = {"GetItem": "get, 20 in flight", "Query": "query, 20 in flight"}
    found = bars.figures_of(rows)
    whats = [row.who for row in rows if row.what == "GetItem"]
    whats = [each for each in whats if each != "JSON read to dicts"]
    lines = ["| us | GetItem | Query of 100 |", "|---|--:|--:|"]
    for what in whats:
        cells = [f"{found[each, what]:.1f}" for each in operations]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    rest = [
        found[whole, "dynamorm"] - sum(found[each, what] for what in whats)
        for each, whole in operations.items()
    ]
    lines.append("| all else | " + " | ".join(f"{each:.1f}" for each in rest) + " |")
    return "\n".join(lines)


def telemetry(_rows: Sequence[Row]) -> str:
    """Calls that are told of, as multiples of those that are not."""
    # Read here: its work has names that others have too.
    found = bars.figures_of(read("telemetry"))
    lines = ["| | GetItem | Query of 100 |", "|---|--:|--:|"]
    for who in dict.fromkeys(who for _, who in found):
        cells = [found[what, who] / found[what, "off"] for what in ("get", "query")]
        lines.append(f"| {who} | " + " | ".join(f"{each:.2f}" for each in cells) + " |")
    return "\n".join(lines)


def run(_rows: Sequence[Row]) -> str:
    """When, and with what, the figures were measured."""
    about = msgspec.json.decode((FOLDER / "warm.json").read_bytes())
    versions = ", ".join(f"{name} {said}" for name, said in about["versions"].items())
    return (
        f"Measured on {about['date']}, {about['machine']}, Python {about['python']}; "
        f"{versions}."
    )


PARTS = {
    "peers": peers,
    "bars": lambda rows: bars.table(bars.figures_of(rows)),
    "build": build,
    "scale": scale,
    "steps": steps,
    "telemetry": telemetry,
    "run": run,
}


def written(page: str, rows: Sequence[Row]) -> str:
    """A page with its marked parts written anew."""
    return MARKED.sub(
        lambda found: f"{found[1]}{_part(found[2], rows)}\n{found[3]}", page
    )


def _part(name: str, rows: Sequence[Row]) -> str:
    try:
        return PARTS[name](rows)
    except (KeyError, FileNotFoundError):
        return "Not measured yet."


def report() -> None:
    """Draw the plot, and write the tables of all pages anew."""
    draw()
    rows = kept_rows()
    for path in (PAGES / each for each in WRITTEN):
        if path.exists():
            page = path.read_text(encoding="utf-8")
            path.write_text(written(page, rows), encoding="utf-8")
