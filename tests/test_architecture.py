"""The shape of the house: who may import whom, and how long things may get."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import dynamorm_async

PACKAGE = Path(dynamorm_async.__file__).parent

BASE = frozenset({"wire", "errors", "config", "lazily", "urls"})
COMPILER = BASE | {"expressions", "schema", "marshalling"}
ABOVE_THE_WAIST = (*sorted(COMPILER - BASE), "compiler", "query")
TABLES = COMPILER | {"compiler", "query", "transport", "execution"}
DATABASE = TABLES | {"batching", "migrations", "tables", "transactions"}
TOP = DATABASE | {"database", "protocols"}
LAYERS = {
    "wire": BASE,
    "errors": BASE,
    "config": BASE,
    "lazily": BASE,
    "urls": BASE,
    "expressions": BASE,
    "schema": BASE | {"expressions"},
    "marshalling": BASE | {"expressions", "schema"},
    "compiler": COMPILER,
    "query": COMPILER | {"compiler"},
    "transport": BASE,
    "execution": BASE | {"transport"},
    "batching": TABLES,
    "migrations": TABLES | {"tables"},
    "tables": TABLES,
    "transactions": TABLES,
    "database": DATABASE,
    "protocols": DATABASE,
    "aws_lambda": TOP,
    "accounts": TOP,
    "streams": TOP,
    "testing": TOP | {"aws_lambda"},
    "integrations": TOP,
    "exports": TOP,
    "cli": TOP | {"exports"},
}
"""What each part may import beside itself; a new part is a new row."""

WORLD = ("asyncio", "ssl", "botocore", "aiobotocore", "anyio", "httptools", "socket")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 45


def module_name(path: Path) -> str:
    """The dotted name of a file of the package."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(module: str, source: str, *, is_package: bool = False) -> set[str]:
    """The modules of the package that a module imports, wherever in it that is said."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        named.update(
            names_in(node, module if is_package else module.rpartition(".")[0])
        )
    return {
        nearest_module(name)
        for name in named
        if name.partition(".")[0] == "dynamorm_async"
    }


def names_in(node: ast.AST, package: str) -> Iterator[str]:
    """What one statement or call imports, as dotted names."""
    match node:
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases)
        case ast.ImportFrom(module=origin, names=aliases, level=level):
            parts = package.split(".")[: 1 - level or None] if level else []
            start = ".".join([*parts, *([origin] if origin else [])])
            yield from (f"{start}.{alias.name}" for alias in aliases)
        case ast.Call(
            func=ast.Name("import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(str(name)), *_],
        ):
            yield name


def nearest_module(name: str) -> str:
    """The module that a name is, or that holds it."""
    while name not in SOURCES and "." in name:
        name = name.rpartition(".")[0]
    return name


def part(module: str) -> str:
    """Which row of the table a module belongs to; the package itself is ""."""
    return module.partition(".")[2].partition(".")[0]


def wrong_arrows(module: str, imported: set[str]) -> list[str]:
    """The imports that do not point down."""
    here = part(module)
    allowed = LAYERS[here] | {here}
    return [
        f"{module} imports {each}"
        for each in sorted(imported)
        if part(each) not in allowed
    ]


GRAPH = {
    module: imports(
        module, path.read_text(encoding="utf-8"), is_package=path.stem == "__init__"
    )
    for module, path in SOURCES.items()
    if module != "dynamorm_async"  # its table names everything, and imports nothing
}


def test_every_part_has_its_row_in_the_table() -> None:
    assert {part(module) for module in GRAPH} - set(LAYERS) == set()


@pytest.mark.parametrize("module", GRAPH)
def test_imports_point_down(module: str) -> None:
    assert wrong_arrows(module, GRAPH[module]) == []


def test_no_module_imports_itself_round_a_corner() -> None:
    order = TopologicalSorter(GRAPH).static_order()
    assert set(order) >= set(GRAPH)


@pytest.mark.parametrize(
    "source",
    [
        "from dynamorm_async.database import Database",
        "import dynamorm_async.database",
        "from dynamorm_async import Database",
        "from ..database import Database",
        "from .. import database",
        "if TYPE_CHECKING:\n    from dynamorm_async.database import Database",
        "def connect():\n    from dynamorm_async.database import Database",
        "module = importlib.import_module('dynamorm_async.database')",
    ],
)
def test_a_wrong_arrow_is_noticed_however_it_is_written(source: str) -> None:
    found = imports("dynamorm_async.compiler.planner", source)
    assert len(wrong_arrows("dynamorm_async.compiler.planner", found)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from dynamorm_async.expressions import conditions",
        "from . import conditions",
        "from .placeholders import Placeholders",
        "from ..errors import QueryError",
        "import json, attrs.validators",
    ],
)
def test_an_arrow_that_points_down_or_out_is_fine(source: str) -> None:
    found = imports("dynamorm_async.compiler.planner", source)
    assert wrong_arrows("dynamorm_async.compiler.planner", found) == []


def test_a_cycle_is_noticed() -> None:
    with pytest.raises(CycleError, match="cycle"):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def test_everything_above_the_waist_loads_nothing_of_the_world() -> None:
    modules = [module for module in SOURCES if part(module) in ABOVE_THE_WAIST]
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(sorted(set({WORLD!r}) & set(sys.modules)))"
    )
    printed = subprocess.check_output(
        [sys.executable, "-c", program], cwd=PACKAGE.parent, text=True
    )
    assert printed == "[]\n"


@pytest.mark.parametrize("module", SOURCES)
def test_no_file_is_long(module: str) -> None:
    lines = SOURCES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= MAX_FILE_LINES


@pytest.mark.parametrize("module", SOURCES)
def test_no_function_is_long(module: str) -> None:
    tree = ast.parse(SOURCES[module].read_text(encoding="utf-8"))
    lengths = {
        node.name: (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {name: size for name, size in lengths.items() if size > MAX_FUNCTION_LINES}
    assert long == {}


@pytest.mark.parametrize("module", SOURCES)
def test_every_file_says_what_it_is_about(module: str) -> None:
    assert ast.get_docstring(ast.parse(SOURCES[module].read_text(encoding="utf-8")))
