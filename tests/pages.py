"""The pages of the documentation as programs.

Every ```` ```python ```` block of `README.md` and of the pages below `docs` is run, in
order, in one namespace per page.  What a block prints has to stand in the ```` ```text
```` block right after it, to the letter; without one it must print nothing.  `await`,
`async with` and `async for` need no function around them.

A page finds ready: `db`, an open `Database` on an engine of the page's own;
environment variables that lead every `Database()` to the same engine; and nothing else,
so a page shows all its imports and models.
"""

import ast
import inspect
import re
import sys
from asyncio import Runner
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from attrs import field, frozen

ROOT = Path(__file__).parent.parent

_FENCED = re.compile(
    r"^```(?P<kind>\w+)\n(?P<text>.*?)^```\n(?:\n^```text\n(?P<output>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)


@frozen
class Block:
    """One block of a page, and what it has to print."""

    page: Path
    line: int
    """Where its first line stands in the page, counted from 0."""

    text: str = field(repr=False)
    output: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line + 1}"

    def compiled(self) -> CodeType:
        """Its code; a traceback shows the lines of the page."""
        code: CodeType = compile(
            "\n" * self.line + self.text,
            self.page,
            "exec",
            flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            dont_inherit=True,
        )
        return code


def pages() -> list[Path]:
    """All pages, in the order of their names."""
    written = (ROOT / "docs").rglob("*.md")
    return [
        ROOT / "README.md",
        *sorted(each for each in written if "_build" not in each.parts),
    ]


def blocks(page: Path) -> list[Block]:
    """The Python of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("text")),
            found["text"],
            found["output"] or "",
        )
        for found in _FENCED.finditer(text)
        if found["kind"] == "python"
    ]


def module_name(page: Path) -> str:
    """The name under which the page's classes are defined."""
    inside = page.relative_to(ROOT).with_suffix("")
    return "_".join(re.findall(r"\w+", str(inside))).lower()


def printed(
    page: Path, ready: dict[str, Any], runner: Runner, read: Callable[[], str]
) -> Iterator[tuple[Block, str]]:
    """Run a page; yield each block with what it printed, which `read` returns.

    A block without `await` runs outside of the loop, where it can start its own.
    """
    module = ModuleType(module_name(page))
    vars(module).update(ready)
    # Where libraries look for the module of a class.
    sys.modules[module.__name__] = module
    try:
        for each in blocks(page):
            running = eval(each.compiled(), vars(module))
            if inspect.iscoroutine(running):
                runner.run(running)
            yield each, read()
    finally:
        del sys.modules[module.__name__]


def as_module(page: Path, ready: str) -> str:
    """The page's Python as one async function, each line where it is in the page."""
    lines = [""] * page.read_text(encoding="utf-8").count("\n")
    for each in blocks(page):
        code = each.text.splitlines()
        lines[each.line : each.line + len(code)] = [f"    {line}" for line in code]
    lines[0] = ready  # a page begins with its title
    lines[1] = "async def page() -> None:"
    return "\n".join(lines) + "\n"
