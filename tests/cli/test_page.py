"""The page about the program: its commands are accepted, run, and print what it says.

Its blocks of Python that begin with `# app.py` are the file that the commands name.
A block of CSV is the file whose name stands last before it.  What differs from run to
run, such as times, is masked on both sides.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from typer.main import get_command
from typer.testing import CliRunner

from dynamorm_async.cli.app import app
from dynamorm_async.testing import start_engine
from tests.conftest import ACCESS_KEY, REGION
from tests.pages import ROOT, blocks, pages

PAGE = ROOT / "docs" / "guide" / "cli.md"

_BLOCK = re.compile(
    r"^```(?P<kind>sh|csv)\n(?P<text>.*?)^```\n(?:\n^```text\n(?P<output>.*?)^```\n)?",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"`(\w+\.csv)`")
_VARYING = ((r"\d+\.\d s\b", "0.1 s"),)


@frozen
class Step:
    """A file to be written, or commands and what they print together."""

    name: str | None
    text: str
    output: str


def steps(page: Path) -> Iterator[Step]:
    """The files and commands of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        if found["kind"] == "csv":
            name = _NAME.findall(text, 0, found.start())[-1]
            yield Step(name, found["text"], "")
        else:
            yield Step(None, found["text"], found["output"] or "")


def commands(text: str) -> list[list[str]]:
    """The arguments of each command of the program; what it is piped to is left out."""
    return [
        [*takewhile("|".__ne__, shlex.split(line)[1:])]
        for line in text.splitlines()
        if line.startswith("dynamorm ")
    ]


def examples() -> list[list[str]]:
    """Every command that a page or the help of a command shows."""
    shown = [step.text for page in pages() for step in steps(page) if not step.name]
    helped = [each.epilog or "" for each in app.registered_commands]
    return [
        arguments
        for text in [*shown, *(re.sub(r"^ +", "", each, flags=re.M) for each in helped)]
        for arguments in commands(text)
    ]


COMMANDS = [each for each in examples() if each != ["--help"]]


@pytest.mark.parametrize("arguments", COMMANDS, ids=shlex.join)
def test_a_command_that_is_shown_is_accepted(arguments: list[str]) -> None:
    program: Any = get_command(app)
    with program.make_context("dynamorm", [*arguments]) as context:
        name, command, rest = program.resolve_command(context, arguments)
        with command.make_context(name, rest, parent=context) as found:
            assert (found.command_path, found.args) == (f"dynamorm {name}", [])


def test_the_page_shows_every_command() -> None:
    shown = {arguments[0] for arguments in examples()}
    assert {
        str(each.name or each.callback.__name__)
        for each in app.registered_commands
        if each.callback
    } <= shown


def test_the_page_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [each.text for each in blocks(PAGE) if each.text.startswith("# app.py")]
    (tmp_path / "app.py").write_text("\n\n".join(parts))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ACCESS_KEY)
    with start_engine("moto") as engine:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", engine.url)
        for step in steps(PAGE):
            if step.name is not None:
                (tmp_path / step.name).write_text(step.text)
            elif step.output:
                said = "".join(
                    printed(each, monkeypatch) for each in commands(step.text)
                )
                assert (step.text, masked(said)) == (step.text, masked(step.output))


def printed(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command prints, on both of its ways out, in this order."""
    monkeypatch.setattr("sys.argv", ["dynamorm", *arguments])
    result = CliRunner().invoke(app, arguments, prog_name="dynamorm")
    return result.output


def masked(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, instead in _VARYING:
        text = re.sub(pattern, instead, text)
    return text
