"""The pytest plugin: one engine, tables of one's own, whoever runs async tests.

Each test runs a session of its own in a process of its own.
"""

from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

import pytest

from dynamorm_async.testing import Engine
from tests.pages import ROOT

pytest_plugins = ["pytester"]

PLUGIN = "dynamorm_async.testing.pytest_plugin"
IS_INSTALLED = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
"""Whether pytest finds it: not where the package was installed before it had one."""

FILE = """
import pytest

from dynamorm_async import Attr, Database, Model, TableNotFoundError, partition_key


class Note(Model, table="notes"):
    id: Attr[str] = partition_key()


{mark}
@pytest.mark.parametrize("number", range(3))
async def test_tables_are_the_tests_own(dynamorm_db: Database, number: int) -> None:
    with pytest.raises(TableNotFoundError, match="ResourceNotFoundException"):
        await dynamorm_db.describe_table(Note)
    await dynamorm_db.ensure_table(Note)
    await dynamorm_db.create(Note(id=str(number)))
    assert await dynamorm_db.model(Note).scan() == [Note(id=str(number))]
"""

AUTO = (
    *("-p", "no:anyio", "-o", "asyncio_mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)

MODES = {
    "pytest-asyncio, auto": ("", AUTO),
    "pytest-asyncio, strict": (
        "@pytest.mark.asyncio",
        (*AUTO, "-o", "asyncio_mode=strict"),
    ),
    "pytest-asyncio, one loop for all": (
        "",
        (*AUTO, "-o", "asyncio_default_test_loop_scope=session"),
    ),
    "anyio": ("@pytest.mark.anyio", ("-p", "no:asyncio")),
}

ANYIO = """
import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
"""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """One session, with no plugins but the wanted, and warnings as errors."""
    load = [] if IS_INSTALLED else ["-p", PLUGIN]
    return pytester.runpytest_subprocess(
        *load,
        *("-p", "no:pydynox", "-p", "no:randomly", "-p", "no:cacheprovider"),
        *("-W", "error"),
        *arguments,
        timeout=60,
    )


@pytest.fixture(autouse=True)
def nothing_of_this_session(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the options of this session nor the folder it runs in."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_PLUGINS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.mark.timeout(90)
@pytest.mark.parametrize(("mark", "arguments"), MODES.values(), ids=MODES)
def test_every_test_has_tables_of_its_own(
    pytester: pytest.Pytester, mark: str, arguments: tuple[str, ...]
) -> None:
    pytester.makeconftest(ANYIO)
    pytester.makepyfile(FILE.format(mark=mark))
    run(pytester, *arguments).assert_outcomes(passed=3)


@pytest.mark.timeout(90)
@pytest.mark.skipif(find_spec("xdist") is None, reason="needs pytest-xdist")
def test_workers_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FILE.format(mark=""))
    run(pytester, *AUTO, "-n", "2").assert_outcomes(passed=3)


@pytest.mark.timeout(90)
@pytest.mark.skipif(find_spec("xdist") is None, reason="needs pytest-xdist")
def test_workers_share_an_engine_that_was_named_by_its_url(
    pytester: pytest.Pytester, engine: Engine
) -> None:
    pytester.makepyfile(FILE.format(mark=""))
    result = run(
        pytester,
        *(*AUTO, "-n", "2"),
        f"--dynamodb-engine={engine.url}",
    )
    result.assert_outcomes(passed=3)


@pytest.mark.timeout(90)
def test_tables_are_gone_after_the_session(
    pytester: pytest.Pytester, engine: Engine, boto_client: Any
) -> None:
    before = boto_client.list_tables()["TableNames"]
    pytester.makepyfile(FILE.format(mark=""))
    result = run(
        pytester,
        *AUTO,
        f"--dynamodb-engine={engine.url}",
    )
    result.assert_outcomes(passed=3)
    assert boto_client.list_tables()["TableNames"] == before
    boto_client.close()


PLAIN = """
import asyncio

from dynamorm_async import Attr, Model, partition_key


class Note(Model, table="notes"):
    id: Attr[str] = partition_key()


def test_a_plain_test_runs_its_own_loop(dynamorm_db, dynamodb):
    async def write():
        await dynamorm_db.ensure_table(Note)
        return await dynamorm_db.create(Note(id="1"))

    assert asyncio.run(write()) == Note(id="1")
    assert dynamodb.url.startswith("http://127.0.0.1")
"""


@pytest.mark.timeout(90)
def test_a_plain_test_needs_no_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PLAIN)
    run(pytester, "-p", "no:asyncio", "-p", "no:anyio").assert_outcomes(passed=1)


@pytest.mark.timeout(90)
def test_the_engine_is_named_in_the_settings_or_by_option(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\ndynamodb_engine = nonsense")
    pytester.makepyfile(PLAIN)
    result = run(pytester, "-p", "no:asyncio", "-p", "no:anyio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*engine='nonsense' is not known*")
    result = run(
        pytester, "-p", "no:asyncio", "-p", "no:anyio", "--dynamodb-engine=moto"
    )
    result.assert_outcomes(passed=1)


@pytest.mark.timeout(60)
def test_a_session_that_does_not_use_it_loads_nothing(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_what_is_loaded():
            loaded = {name for name in sys.modules if name.startswith("dynamorm_async")}
            assert loaded == {
                "dynamorm_async",
                "dynamorm_async.testing",
                "dynamorm_async.testing.pytest_plugin",
            }
            assert not {"moto", "botocore", "attrs", "msgspec"} & set(sys.modules)
        """
    )
    plugins = ("asyncio", "anyio", "hypothesispytest", "faker", "xdist")
    run(
        pytester, *(part for each in plugins for part in ("-p", f"no:{each}"))
    ).assert_outcomes(passed=1)


@pytest.mark.timeout(60)
def test_test_db_is_not_taken_for_a_class_of_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from dynamorm_async.testing import TestDB

        def test_it_is_usable():
            TestDB().assert_expectations()
        """
    )
    run(pytester, "-p", "no:asyncio", "-p", "no:anyio").assert_outcomes(passed=1)


def test_the_package_announces_its_plugin() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'dynamorm_async = "{PLUGIN}"' in text.partition("pytest11]")[2]
