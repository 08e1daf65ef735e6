"""What tests through an engine share: a clock that is set, a look into the tables."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from dynamorm_async import Credentials, Database
from dynamorm_async.wire import Item
from tests.conftest import ACCESS_KEY, REGION, Witness
from tests.integration.things import BEFORE, Thing
from tests.models import NOON


class StoppedClock:
    """Shows the same time until it is moved on."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move_on(self, hours: int = 1) -> datetime:
        """The new time, some hours later."""
        self.moment += timedelta(hours=hours)
        return self.moment


class Stored:
    """The items of the tables of this test, as another client reads them."""

    def __init__(self, boto: Witness, prefix: str) -> None:
        self._boto = boto
        self._prefix = prefix

    async def __call__(self, table: str) -> list[Item]:
        """All items of a table, in the order of their keys."""
        read = await self._boto.scan(
            TableName=self._prefix + table, ConsistentRead=True
        )
        return sorted(read["Items"], key=lambda item: repr(sorted(item.items())))

    async def put(self, table: str, item: Item) -> None:
        """Write an item as another program would."""
        await self._boto.put_item(TableName=self._prefix + table, Item=item)

    async def fill(self, table: str, items: list[Item]) -> None:
        """Write many items at once."""
        puts = [{"PutRequest": {"Item": each}} for each in items]
        for start in range(0, len(puts), 25):
            request = {self._prefix + table: puts[start : start + 25]}
            await self._boto.batch_write_item(RequestItems=request)

    async def delete(self, table: str, key: Item) -> None:
        """Delete an item behind our back."""
        await self._boto.delete_item(TableName=self._prefix + table, Key=key)


@pytest.fixture(autouse=True)
def _quick_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read from their bytes, where the transport lets them, small or not."""
    monkeypatch.setattr("dynamorm_async.marshalling.pages.WORTH_IT", 0)


@pytest.fixture
def clock() -> StoppedClock:
    """The clock of `db`; it stands at noon."""
    return StoppedClock(NOON)


@pytest.fixture
def stored(boto: Witness, prefix: str) -> Stored:
    """The witness of what is in the tables."""
    return Stored(boto, prefix)


@pytest.fixture
def settings_of_db(
    endpoint: str, prefix: str, clock: StoppedClock, pytestconfig: pytest.Config
) -> dict[str, Any]:
    """What `db` is made with."""
    return {
        "endpoint_url": endpoint,
        "region": REGION,
        "credentials": Credentials(
            access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY
        ),
        "table_prefix": prefix,
        "clock": clock,
        "transport": pytestconfig.getoption("transport"),
    }


@pytest.fixture
async def db(settings_of_db: dict[str, Any]) -> AsyncIterator[Database]:
    """A `Database` on the engine, with a clock that is set by the test."""
    async with Database(**settings_of_db) as database:
        yield database


@pytest.fixture
async def things(db: Database, stored: Stored) -> None:
    """A table with the one thing that updates are tried on."""
    await db.ensure_table(Thing)
    await stored.put("things", BEFORE)
