"""The examples in docstrings as programs, and what they find ready.

An example is the `>>>` lines of one docstring.  `await`, `async with` and `async for`
need no function around them.  What stands below a line is the `repr` of its value, or
what it prints; without anything below, both are of no matter.
"""

import ast
import asyncio
import doctest
import inspect
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import CodeType
from typing import Any

from attrs import field, frozen

from tests.pages import ROOT

PACKAGE = ROOT / "dynamorm_async"

_DOCUMENTED = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Module)


@frozen
class Example:
    """The example of one docstring."""

    file: Path
    name: str
    steps: list[doctest.Example] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.file.relative_to(PACKAGE)}:{self.name}"


def examples() -> list[Example]:
    """Those of the package, in the order of its files."""
    return [
        each for file in sorted(PACKAGE.rglob("*.py")) for each in _examples_of(file)
    ]


def _examples_of(file: Path) -> Iterator[Example]:
    parser = doctest.DocTestParser()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, _DOCUMENTED):
            continue
        steps = parser.get_examples(ast.get_docstring(node) or "")
        if steps:
            yield Example(file, getattr(node, "name", "module"), steps)


async def outcomes(
    example: Example, names: dict[str, Any]
) -> list[tuple[str, str, str]]:
    """Each step whose outcome is shown: its code, what is shown, and what it was."""
    shown = []
    for step in example.steps:
        was = await _outcome(step.source, names)
        if step.want:
            shown.append((step.source, step.want, was))
    return shown


async def _outcome(source: str, names: dict[str, Any]) -> str:
    printed = StringIO()
    with redirect_stdout(printed):
        value = await _run(source, names)
    if value is not None:
        return f"{value!r}\n"
    return printed.getvalue()


async def _run(source: str, names: dict[str, Any]) -> object:
    """Run one step; the value of an expression, None of a statement."""
    tree = ast.parse(source)
    first = tree.body[0]
    code = _compiled(
        ast.Expression(first.value) if isinstance(first, ast.Expr) else tree
    )
    if code.co_flags & inspect.CO_COROUTINE:
        return await eval(code, names)
    # What stands at module scope elsewhere may take its time, and finds no loop.
    return await asyncio.to_thread(eval, code, names)


def _compiled(tree: ast.Expression | ast.Module) -> CodeType:
    compiled: CodeType = compile(
        tree,
        "<example>",
        "eval" if isinstance(tree, ast.Expression) else "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )
    return compiled
