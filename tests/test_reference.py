"""The reference pages: every public name has one entry, and the site builds."""

import inspect
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import attrs
import pytest

import dynamorm_async
from dynamorm_async import Config, Database, DynamORMError, Query
from tests.pages import ROOT

PAGES = sorted((ROOT / "docs" / "reference").glob("*.md"))
PACKAGES = (
    "dynamorm_async",
    "dynamorm_async.testing",
    "dynamorm_async.integrations.fastapi",
)
# Where it is explained that both modules have them.
IN_BOTH = {
    f"dynamorm_async.integrations.{name}"
    for name in ("fastapi.Preconditions", "fastapi.database_lifespan")
}

_MODULE = re.compile(r"\.\. currentmodule:: (\S+)")
_ENTRY = re.compile(r"\s*\.\. auto(?:class|data|exception|function)::\s+(\S+)")
_METHOD = re.compile(r"^\.\. auto(?:method|property):: (\S+)$", re.MULTILINE)


def entries(page: Path) -> Iterator[str]:
    """The full names that a page has entries of."""
    module = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if found := _MODULE.match(line):
            module = found[1]
        elif found := _ENTRY.match(line):
            yield f"{module}.{found[1]}"


def methods(page: str) -> set[str]:
    """The methods that a page lists one by one."""
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    return set(_METHOD.findall(text))


def public_methods(kind: type) -> set[str]:
    return {
        f"{kind.__name__}.{name}"
        for name, _ in inspect.getmembers(kind)
        if not name.startswith("_")
    }


def tree(kind: type, indent: str = "") -> Iterator[str]:
    """A class and those below it that are exported, a line each."""
    yield kind.__name__
    below: list[type] = [
        each
        for each in kind.__subclasses__()
        if each.__bases__[0] is kind and each.__name__ in dynamorm_async.__all__
    ]
    for number, each in enumerate(below, 1):
        is_last = number == len(below)
        first, *rest = tree(each)
        yield f"{'└─' if is_last else '├─'} {first}"
        yield from (f"{'  ' if is_last else '│ '} {line}" for line in rest)


def test_every_public_name_has_one_entry() -> None:
    public = {
        f"{package}.{name}"
        for package in PACKAGES
        for name in import_module(package).__all__
    }
    found = Counter(name for page in PAGES for name in entries(page))
    assert {name: found[name] for name in public - IN_BOTH if found[name] != 1} == {}
    assert [name for name, times in found.items() if times > 1] == []


def test_what_is_listed_by_hand_is_listed_whole() -> None:
    assert methods("queries.md") == public_methods(Query)
    assert methods("database.md") == public_methods(Database)


def test_the_tree_of_errors_is_that_of_the_classes() -> None:
    for name in dynamorm_async.__all__:
        getattr(dynamorm_async, name)
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```\n", page, re.DOTALL | re.MULTILINE)
    assert shown.splitlines() == list(tree(DynamORMError))


def test_the_guide_names_every_error_and_every_setting() -> None:
    guide = ROOT / "docs" / "guide"
    errors = (guide / "errors.md").read_text(encoding="utf-8")
    (drawn,) = re.findall(
        r"^DynamORMError\n.*?^```\n", errors, re.DOTALL | re.MULTILINE
    )
    exported = {each for each in dynamorm_async.__all__ if each.endswith("Error")}
    assert set(re.findall(r"\w+Error\b", drawn)) - {"TimeoutError"} == exported

    settings = (guide / "settings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", settings, re.MULTILINE)
    assert listed == [each.name for each in attrs.fields(Config)]


@pytest.mark.timeout(180)
@pytest.mark.skipif(find_spec("sphinx") is None, reason="sphinx is for `tox -e docs`")
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    built = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"),
            *(ROOT / "docs", tmp_path),
        ],
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stderr) == (0, "")
