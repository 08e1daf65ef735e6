"""A database for examples: they are drawn outside of the event loop, and run on it.

Hypothesis reads source files while it draws, which would block a running loop.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from dynamorm_async import Credentials, Database
from dynamorm_async.testing import Engine
from tests.conftest import ACCESS_KEY, REGION
from tests.reference.engines import LACKS
from tests.reference.rows import ROWS, Row


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """The event loop of a test that is a plain function."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def db(
    loop: asyncio.Runner, endpoint: str, prefix: str, pytestconfig: pytest.Config
) -> Iterator[Database]:
    """A `Database` for calls on `loop`."""
    database = Database(
        endpoint_url=endpoint,
        region=REGION,
        credentials=Credentials(access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY),
        table_prefix=prefix,
        transport=pytestconfig.getoption("transport"),
    )
    yield database
    loop.run(database.aclose())


@pytest.fixture
def witness(boto_client: Any) -> Iterator[Any]:
    """An independent client of the engine, for tests that are plain functions."""
    yield boto_client
    boto_client.close()  # its connections


@pytest.fixture
def lacking(engine: Engine) -> frozenset[str]:
    """What the engine lacks of the language of expressions."""
    return LACKS.get(engine.name, frozenset())


@pytest.fixture
def rows(loop: asyncio.Runner, db: Database) -> None:
    """The rows, in their table."""

    async def fill() -> None:
        await db.ensure_table(Row)
        for each in ROWS:
            await db.model(each).put()

    loop.run(fill())
