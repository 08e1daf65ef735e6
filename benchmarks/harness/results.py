"""Results: medians of interleaved rounds, as a table and as JSON."""

import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

FOLDER = Path(__file__).parents[1] / "results"
PACKAGES = (
    *("dynamorm_async", "aiobotocore", "aioboto3", "aiodynamo", "aiohttp", "boto3"),
    *("pydynox", "pynamodb", "attrs", "cattrs", "httptools", "msgspec"),
    *("opentelemetry-api", "opentelemetry-sdk"),
)


class Row(msgspec.Struct, frozen=True):
    """One contender's figures in one discipline."""

    what: str
    who: str
    unit: str
    figures: tuple[float, ...]
    """One per round."""

    @property
    def middle(self) -> float:
        """The median."""
        return median(self.figures)


def table(rows: Sequence[Row], against: str | None = None) -> str:
    """Who by what, with the ratio to one contender in brackets."""
    whats = list(dict.fromkeys(each.what for each in rows))
    whos = list(dict.fromkeys(each.who for each in rows))
    found = {(each.what, each.who): each for each in rows}
    lines = ["| | " + " | ".join(whats) + " |", "|---" * (len(whats) + 1) + "|"]
    for who in whos:
        cells = [_cell(found, what, who, against) for what in whats]
        lines.append(f"| {who} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(
    found: Mapping[tuple[str, str], Row], what: str, who: str, against: str | None
) -> str:
    row = found.get((what, who))
    if row is None:
        return "-"
    shown = f"{row.middle:.1f}" if row.middle < 100 else f"{row.middle:.0f}"
    base = found.get((what, against or ""))
    if base is None or who == against:
        return shown
    return f"{shown} ({row.middle / base.middle:.2f})"


def kept(question: str, rows: Sequence[Row], **said: Any) -> Path:
    """Write the figures, and what they were measured on, to `results/`."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{question}.json"
    content = {
        "question": question,
        "date": datetime.now(UTC).date().isoformat(),
        "python": sys.version.split()[0],
        "machine": f"{platform.system()}, {processor()}",
        "versions": {each: found for each in PACKAGES if (found := _version(each))},
        **said,
        "rows": rows,
    }
    path.write_bytes(
        msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"
    )
    return path


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    named = (each.partition(":")[2] for each in lines if each.startswith("model name"))
    return next(named, "").strip() or platform.machine()


def read(question: str) -> list[Row]:
    """The figures of the last run."""
    content = msgspec.json.decode((FOLDER / f"{question}.json").read_bytes())
    return msgspec.convert(content["rows"], list[Row])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
