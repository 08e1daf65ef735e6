"""The documentation does what it says: its Python runs, prints and type-checks.

`tests/pages.py` says how a page is run, and what it may count on.
"""

import asyncio
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from dynamorm_async import Database
from dynamorm_async.testing import start_engine
from tests.conftest import ACCESS_KEY, REGION
from tests.pages import ROOT, as_module, blocks, module_name, pages, printed

PAGES = [page for page in pages() if blocks(page)]
READY = "from dynamorm_async import Database; db = Database()"


@pytest.fixture
def db_of_page(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A database on an engine that no other page sees, as any `Database()` is here."""
    name: str = pytestconfig.getoption("engine")
    # An engine that runs already has tables of others, and pages name their own.
    with start_engine("moto" if "://" in name else name) as engine:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", engine.url)
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ACCESS_KEY)
        yield Database()


@pytest.mark.parametrize("page", PAGES, ids=module_name)
def test_a_page_prints_what_it_says(
    page: Path, db_of_page: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with asyncio.Runner() as runner:
        steps = printed(
            page, {"db": db_of_page}, runner, lambda: capsys.readouterr().out
        )
        try:
            for block, output in steps:
                assert (str(block), output) == (str(block), block.output)
        finally:
            runner.run(db_of_page.aclose())


@pytest.mark.timeout(120)
@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy comes with `tox -e types`")
def test_the_pages_type_check(tmp_path: Path) -> None:
    from mypy import api  # only where it is installed

    files = [tmp_path / f"{module_name(page)}.py" for page in PAGES]
    for page, file in zip(PAGES, files, strict=True):
        file.write_text(as_module(page, READY), encoding="utf-8")
    said, complaints, status = api.run(
        [
            "--strict",
            f"--config-file={ROOT / 'pyproject.toml'}",
            f"--cache-dir={ROOT / '.mypy_cache'}",
            *map(str, files),
        ]
    )
    assert (said.replace(f"{tmp_path}/", ""), complaints, status) == (
        f"Success: no issues found in {len(files)} source files\n",
        "",
        0,
    )
