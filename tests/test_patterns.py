"""The programs of `examples/patterns`: each prints what the page of recipes says."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from dynamorm_async import Database, TransactionCanceledError
from examples.patterns.unique_email import (
    Address,
    EmailTakenError,
    Member,
    change_email,
    sign_up,
)
from tests.pages import ROOT

PAGE = ROOT / "docs" / "recipes.md"
FOLDER = ROOT / "examples" / "patterns"

_SHOWN = re.compile(
    r"^```\{literalinclude\} \.\./examples/patterns/(?P<name>\w+)\.py\n.*?^```\n"
    r"\n^```text\n(?P<output>.*?)^```\n",
    re.DOTALL | re.MULTILINE,
)
SHOWN = {
    found["name"]: found["output"]
    for found in _SHOWN.finditer(PAGE.read_text(encoding="utf-8"))
}
NEEDS_STS = {"partners"}


def program_names(folder: Path) -> set[str]:
    return {each.stem for each in folder.glob("[!_]*.py")}


def test_the_page_shows_every_program() -> None:
    assert set(SHOWN) == program_names(FOLDER)


@pytest.mark.parametrize("name", sorted(SHOWN.keys() - NEEDS_STS))
async def test_a_program_prints_what_the_page_says(
    name: str, db: Database, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await import_module(f"examples.patterns.{name}").main(db)
    assert capsys.readouterr().out.replace(prefix, "") == SHOWN[name]


@pytest.mark.engine_lacks(
    dynoxide="a service for roles", dynalite="a service for roles"
)
async def test_a_program_of_partners_prints_what_the_page_says(
    db: Database,
    endpoint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", endpoint)
    await import_module("examples.patterns.partners").main(db)
    assert capsys.readouterr().out == SHOWN["partners"]


async def test_an_old_copy_of_a_member_takes_nobody_elses_address(db: Database) -> None:
    await db.ensure_table(Member)
    await db.ensure_table(Address)
    await sign_up(db, Member(id="1", email="a"))
    await change_email(db, Member(id="1", email="a"), "b")
    await sign_up(db, Member(id="2", email="a"))
    with pytest.raises(TransactionCanceledError, match="ConditionalCheckFailed"):
        await change_email(db, Member(id="1", email="a"), "c")
    with pytest.raises(EmailTakenError, match=r"^$"):
        await change_email(db, Member(id="2", email="a"), "b")
    kept = {each.email: each.member for each in await db.model(Address).scan()}
    assert kept == {"a": "2", "b": "1"}
