"""The plot of the README: bars, as SVG that reads well on light and on dark pages."""

from pathlib import Path
from xml.sax.saxutils import escape

from .results import FOLDER, Row, read

SHOWN = {
    "warm": ("get, 20 in flight", "put, 20 in flight", "query, 20 in flight"),
    "cold_start": ("ms",),
}
NAMES = {
    "get, 20 in flight": "GetItem to a model (us of CPU)",
    "put, 20 in flight": "PutItem of a model (us of CPU)",
    "query, 20 in flight": "Query, 100 models (us of CPU)",
    "ms": "process start to first item (ms)",
}
LEFT_OUT = frozenset({"floor", "floor_to_models", "dynamorm_over_aiobotocore", "empty"})
WIDTH, LABEL, BAR, GAP = 760, 110, 16, 6


def draw(path: Path = FOLDER / "peers.svg") -> None:
    """Write the plot of the figures that were kept last."""
    groups = []
    for question, whats in SHOWN.items():
        if (FOLDER / f"{question}.json").exists():
            rows = [each for each in read(question) if each.who not in LEFT_OUT]
            groups += [
                (NAMES[what], [each for each in rows if each.what == what])
                for what in whats
            ]
    path.write_text(svg([each for each in groups if each[1]]), encoding="utf-8")


def svg(groups: list[tuple[str, list[Row]]]) -> str:
    """The picture: a group of bars for each title."""
    lines: list[str] = []
    top = 20
    for title, rows in groups:
        lines.append(_text(0, top, title, "title"))
        top += 10
        longest = max(each.middle for each in rows)
        for row in sorted(rows, key=lambda each: each.middle):
            lines += _bar(row, top, longest)
            top += BAR + GAP
        top += 28
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        f'width="{WIDTH}" height="{top}" role="img" '
        'aria-label="dynamorm_async beside its peers">\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(lines) + "\n</svg>\n"
    )


_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#57606a}"
    ".title{font-weight:600}.bar{fill:#afb8c1}.ours{fill:#1f883d}"
    "@media(prefers-color-scheme:dark){text{fill:#8b949e}.bar{fill:#484f58}"
    ".ours{fill:#3fb950}}"
)


def _bar(row: Row, top: int, longest: float) -> list[str]:
    room = WIDTH - LABEL - 70
    width = max(2.0, room * row.middle / longest)
    kind = "ours" if row.who == "dynamorm" else "bar"
    figure = f"{row.middle:,.0f}"
    return [
        _text(0, top + BAR - 4, row.who),
        f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{width:.1f}" '
        f'height="{BAR}" rx="2"/>',
        _text(LABEL + width + 6, top + BAR - 4, figure),
    ]


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}"{attribute}>{escape(text)}</text>'
