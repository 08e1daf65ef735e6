"""The pytest plugin: an engine for the session, a database for each test.

pytest loads it where the package is installed.  It imports nothing of the library
until a test asks for one of its fixtures.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..database import Database
    from .engines import Engine

DEFAULT = "moto"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--dynamodb-engine`, and the setting `dynamodb_engine`."""
    what = (
        "what the fixtures `dynamodb` and `dynamorm_db` run on: moto (default), "
        "dynoxide, dynalite, or the URL of a running engine"
    )
    group = parser.getgroup("dynamorm_async")
    group.addoption("--dynamodb-engine", metavar="NAME", default=None, help=what)
    parser.addini("dynamodb_engine", what, default=DEFAULT)


@pytest.fixture(scope="session")
def dynamodb(request: pytest.FixtureRequest) -> "Iterator[Engine]":
    """A DynamoDB engine on this machine: `dynamodb.url` is its endpoint.

    Started for the first test that needs it, one in each worker of pytest-xdist; an
    engine that was named by its URL is shared, and goes on afterwards.
    """
    # What it loads is for the tests that use it.
    from .engines import start_engine

    config = request.config
    name = config.getoption("dynamodb_engine") or config.getini("dynamodb_engine")
    with start_engine(name) as engine:
        yield engine


@pytest.fixture
def dynamorm_db(
    request: pytest.FixtureRequest, dynamodb: "Engine"
) -> "Iterator[Database]":
    """A `Database` whose tables are this test's own, and are deleted after it.

    For async tests, whichever plugin runs them, and plain ones.  `create_table` or
    `ensure_table` makes the tables that the test needs.
    """
    # What it loads is for the tests that use it.
    from .isolation import closing_after, isolated_database

    with isolated_database(dynamodb) as db:
        closing_after(request.node, db)
        yield db
