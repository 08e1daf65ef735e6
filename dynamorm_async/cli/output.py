"""Answers on standard output, everything else on standard error."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from attrs import frozen
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 10_000
"""Columns of what is no terminal: nothing is folded in a file."""


@frozen
class Output:
    """Where a command speaks."""

    is_quiet: bool = False
    """Whether only answers and errors are wanted."""

    def json(self, answer: Any) -> None:
        """One JSON value and the end of its line."""
        self.lines([msgspec.json.encode(answer).decode()])

    def text(self, text: str) -> None:
        """A text and the end of its line."""
        self.lines([text])

    def lines(self, lines: Iterable[str]) -> None:
        """Lines, each with its end."""
        # In UTF-8, wherever it goes: this is what files and scripts expect.
        stream = getattr(sys.stdout, "buffer", None)
        for line in lines:
            if stream is None:
                sys.stdout.write(line + "\n")
            else:
                stream.write(line.encode() + b"\n")
        (stream or sys.stdout).flush()

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table as wide as its content, or folded into the terminal.

        Columns in which nothing stands are left out.
        """
        cells = [[str(each) for each in row] for row in rows]
        used = [at for at in range(len(columns)) if any(row[at] for row in cells)]
        shown = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for at in used:
            shown.add_column(_safe(columns[at]), overflow="fold")
        for row in cells:
            shown.add_row(*[_safe(row[at]) for at in used])
        sys.stdout.flush()
        width = None if sys.stdout.isatty() else _WIDE
        console = Console(width=width, highlight=False)
        with console.capture() as captured:
            console.print(shown)
        lines = captured.get().splitlines()
        self.lines(line.rstrip() for line in lines)

    def facts(self, facts: Mapping[str, object]) -> None:
        """Names and values, one pair in a line."""
        width = max(map(len, facts), default=0)
        self.lines(
            f"{name:<{width}}  {printable(str(each))}" for name, each in facts.items()
        )

    def note(self, text: str) -> None:
        """A line beside the answer."""
        if not self.is_quiet:
            self.complaint(text)

    def complaint(self, text: str) -> None:
        """A line that has to be seen."""
        sys.stderr.write(printable(text, keep="\n") + "\n")
        sys.stderr.flush()


def counted(number: int, what: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def printable(text: str, keep: str = "") -> str:
    """The text without what would steer the terminal: stored values are strangers'."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in keep else ascii(each)[1:-1]
        for each in text
    )


def _safe(text: str) -> Text:
    return Text(printable(text))
