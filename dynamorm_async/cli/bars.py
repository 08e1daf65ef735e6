"""Progress bars on standard error, while there is a terminal to draw them on."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext

from attrs import frozen
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@frozen
class Bar:
    """One bar; `show` moves it."""

    progress: Progress
    task: TaskID

    @property
    def is_seen(self) -> bool:
        """Whether there is somebody to look at it."""
        return not self.progress.disable

    def show(self, done: float, total: float | None = None, text: str = "") -> None:
        """How much is done of how much, and a few words beside it."""
        self.progress.update(self.task, completed=done, total=total, text=escape(text))


@contextmanager
def bar(what: str, *, is_quiet: bool) -> Generator[Bar]:
    """A bar for as long as a block lasts; nothing where nobody would see it."""
    console = Console(file=sys.stderr, stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[text]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=is_quiet or not console.is_terminal,
    )
    shown = Bar(progress, progress.add_task(escape(what), total=None, text=""))
    # Even one that is disabled prints an empty line at its end.
    with progress if shown.is_seen else nullcontext():
        yield shown
