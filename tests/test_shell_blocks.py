"""What pages tell a reader to type: the commands, extras and options exist.

`tests/cli/test_page.py` runs the commands of the program `dynamorm`.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.pages import ROOT, pages

WRITTEN = [
    *pages(),
    *sorted((ROOT / "examples").rglob("README.md")),
    ROOT / "benchmarks" / "README.md",
]

_SHELL = re.compile(r"^```sh\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:tox|pip install|python -m examples)\b[^`]*)`")
_SETTING = re.compile(r"[A-Z_]+=.*")

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]


def commands(page: Path) -> Iterator[list[str]]:
    """The commands of a page, in words."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in _SHELL.findall(text) for line in block.splitlines()]
    for line in [*lines, *_INLINE.findall(text)]:
        for command in line.split("&&"):
            words = shlex.split(command, comments=True)
            yield [each for each in words if not _SETTING.fullmatch(each)]


COMMANDS = sorted(
    {(shlex.join(words), page) for page in WRITTEN for words in commands(page) if words}
)


def tox(words: list[str], page: Path) -> list[str]:
    """`tox -e NAME`, whose program knows the options behind `--`."""
    if words == ["list"]:
        return []
    run, name, *rest = words
    settings = ConfigParser(interpolation=None)
    settings.read(ROOT / "tox.ini")
    if run != "-e" or not settings.has_section(f"testenv:{name}"):
        return [name]
    said = settings[f"testenv:{name}"].get("commands", settings["testenv"]["commands"])
    options = [each for each in rest if re.match("--.", each) and each != "--help"]
    return [each for each in options if each not in program_of(said)]


def program_of(said: str) -> str:
    """The text of the program that an environment of tox runs."""
    found = re.search(r"(?:python -m )?(pytest|[\w./]+?)(?:\.py)? \{posargs\}", said)
    assert found, said
    if found[1] == "pytest":
        return (ROOT / "tests" / "conftest.py").read_text()
    place = ROOT / found[1].replace(".", "/")
    files = place.rglob("*.py") if place.is_dir() else [ROOT / f"{found[1]}.py"]
    return "\n".join(each.read_text() for each in files)


def pip(words: list[str], page: Path) -> list[str]:
    """`pip install` of this package, with extras that it has."""
    install, *names = words
    known = re.findall(r"(?:dynamorm_async|\.)\[([\w,]+)\]", " ".join(names))
    extras = {each for extras in known for each in extras.split(",")}
    return [*({install} - {"install"}), *(extras - EXTRAS.keys())]


def python(words: list[str], page: Path) -> list[str]:
    """A module that can be run, or a file that is there."""
    if words[0] != "-m":
        return [each for each in words[:1] if not (ROOT / each).is_file()]
    modules = words[1:2]
    if modules == ["examples.patterns"]:
        modules += [f"examples.patterns.{name}" for name in words[2:]]
    return [each for each in modules if find_spec(each) is None]


def cd(words: list[str], page: Path) -> list[str]:
    """A folder that is there."""
    return [each for each in words if not (ROOT / each).is_dir()]


def uvicorn(words: list[str], page: Path) -> list[str]:
    """A factory of an application."""
    module, _, name = words[-1].partition(":")
    found = find_spec(module)
    text = Path(found.origin).read_text() if found and found.origin else ""
    return [] if f"def {name}(" in text else words[-1:]


def dynamorm(words: list[str], page: Path) -> list[str]:
    """Only on the page whose commands are run."""
    return [] if page.name == "cli.md" else [page.name]


# What each misses of what it is told to work with.
KNOWN = {each.__name__: each for each in (cd, dynamorm, pip, python, tox, uvicorn)}


@pytest.mark.parametrize(
    ("command", "page"), [pytest.param(*each, id=each[0]) for each in COMMANDS]
)
def test_what_a_reader_is_told_to_type_exists(command: str, page: Path) -> None:
    name, *words = shlex.split(command)
    assert KNOWN[name](words, page) == []
