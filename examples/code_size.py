"""Counts what four patterns take with this library, and with plain aiobotocore.

`python -m examples.code_size` prints the table of `examples/code_size.md`.
"""

import ast
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAMS = ("crud", "one_to_many", "counters", "unique_email")


def statements(source: str) -> int:
    """The statements of a program, without docstrings and imports.

    A function, a class and an `if` count as one, and so does each line in them.
    """
    return sum(
        isinstance(node, ast.stmt) and not _is_left_out(node)
        for node in ast.walk(ast.parse(source))
    )


def lines(source: str) -> int:
    """The lines of a program that hold code, docstrings and imports left out."""
    tree = ast.parse(source)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and _is_left_out(node):
            skipped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        bool(text.strip()) and number not in skipped
        for number, text in enumerate(source.splitlines(), 1)
    )


def table() -> str:
    """The table, as Markdown."""
    rows = [
        "| Program | | this library | aiobotocore | less |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in PROGRAMS:
        ours = (FOLDER / "patterns" / f"{name}.py").read_text(encoding="utf-8")
        plain = (FOLDER / "plain" / f"{name}.py").read_text(encoding="utf-8")
        for count in (statements, lines):
            few, many = count(ours), count(plain)
            saved = f"{1 - few / many:.0%}"
            rows.append(f"| {name} | {count.__name__} | {few} | {many} | {saved} |")
    return "\n".join(rows) + "\n"


def _is_left_out(node: ast.stmt) -> bool:
    """Whether it is an import or a docstring."""
    return isinstance(node, (ast.Import, ast.ImportFrom)) or (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


if __name__ == "__main__":
    print(table(), end="")
