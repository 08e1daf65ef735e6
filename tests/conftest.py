"""What all tests share: an engine, a `Database` on it, and an independent witness.

`--engine` chooses the engine.  A test that an engine cannot pass says so:
`@pytest.mark.engine_lacks(dynalite="transactions")`.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any, Protocol
from uuid import uuid4

import boto3
import pytest
from anyio import to_thread
from hypothesis import settings

from dynamorm_async import Credentials, Database
from dynamorm_async.testing import Engine, start_engine

pytest_plugins = ["tests.guards"]

# Examples share two cores with an engine, so their time says nothing.
settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("thorough", settings.get_profile("tests"), max_examples=2000)
settings.load_profile("tests")

REGION = "us-east-1"
ACCESS_KEY = "local"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        default="moto",
        metavar="NAME",
        help="moto (default), dynoxide, dynalite, or the URL of a running engine",
    )
    parser.addoption(
        "--transport",
        default="direct",
        choices=("direct", "aiobotocore"),
        help="how tests reach their engine: direct (default), or through aiobotocore",
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Load the transport that is asked for before any loop: it looks at the disk."""
    import_module(f"dynamorm_async.transport.{session.config.getoption('transport')}")


def pytest_report_header(config: pytest.Config) -> str:
    engine, transport = config.getoption("engine"), config.getoption("transport")
    return f"DynamoDB engine: {engine}, reached by transport: {transport}"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs an engine, and skip what the one at hand cannot do."""
    if "engine" in getattr(item, "fixturenames", ()):
        item.add_marker("engine")
    engine = item.config.getoption("engine")
    for mark in item.iter_markers("engine_lacks"):
        if engine in mark.kwargs:
            reason = f"{engine} lacks {mark.kwargs[engine]}"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine() -> Iterator[None]:
    """Tests see no AWS settings but their own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engine of this run, started when the first test needs it."""
    with start_engine(request.config.getoption("engine")) as started:
        yield started


@pytest.fixture
def endpoint(engine: Engine) -> str:
    """The URL of the engine."""
    return engine.url


@pytest.fixture
def prefix() -> str:
    """What the tables of this test begin with, here and on the engine."""
    return f"t{uuid4().hex[:8]}-"


class Operation(Protocol):
    """One operation of the witness."""

    def __call__(self, **arguments: Any) -> Awaitable[dict[str, Any]]: ...


class Witness:
    """A boto3 client of which every operation is awaited.

    `(await boto.get_item(TableName=..., Key=...))["Item"]` is what the table holds.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Operation:
        operation: Callable[..., dict[str, Any]] = getattr(self._client, name)
        return lambda **arguments: to_thread.run_sync(partial(operation, **arguments))


@pytest.fixture(scope="session")
def boto_client(engine: Engine, no_settings_of_this_machine: None) -> Any:
    """The plain boto3 client, for tests that are not async."""
    return boto3.client(
        "dynamodb",
        endpoint_url=engine.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=ACCESS_KEY,
    )


@pytest.fixture
def boto(boto_client: Any) -> Iterator[Witness]:
    """An independent client of the same engine: the witness of what was written."""
    yield Witness(boto_client)
    boto_client.close()  # its connections; the next call opens new ones


@pytest.fixture
async def db(
    endpoint: str, prefix: str, pytestconfig: pytest.Config
) -> AsyncIterator[Database]:
    """A `Database` whose tables all begin with `prefix`."""
    async with Database(
        endpoint_url=endpoint,
        region=REGION,
        credentials=Credentials(access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY),
        table_prefix=prefix,
        use_proxies=False,
        transport=pytestconfig.getoption("transport"),
    ) as database:
        yield database
