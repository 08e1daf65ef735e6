"""What no engine does: throttling throughout, and tables of any size."""

import tracemalloc
from typing import Any

import pytest

from dynamorm_async import Database, MigrationError, RetryPolicy
from dynamorm_async.wire import Body, Reply
from tests.migrations.models import Clone, UserV1
from tests.scripted import ok, refusal


def table(name: str) -> Body:
    """What the service says of a table of users."""
    return {
        "TableName": name,
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    }


class Endless:
    """A transport over a table of so many users; writes are counted and forgotten."""

    def __init__(self, items: int) -> None:
        self._items = items
        self.written = 0
        self.throttles_writes = False

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Answer what a migration asks."""
        answer: Any = getattr(self, operation, lambda _: ok())
        reply: Reply = answer(body)
        return reply

    async def aclose(self) -> None:
        """There is nothing to close."""

    def DescribeTable(self, body: Body) -> Reply:  # noqa: N802 # the operation's name
        return ok(Table=table(body["TableName"]))

    def DescribeTimeToLive(self, _: Body) -> Reply:  # noqa: N802 # the operation's name
        return ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})

    def Scan(self, body: Body) -> Reply:  # noqa: N802 # the operation's name
        first = int(body.get("ExclusiveStartKey", {"id": {"S": "0"}})["id"]["S"])
        last = min(first + body["Limit"], self._items)
        items = [
            {
                "id": {"S": str(number + 1)},
                "name": {"S": "n" * 100},
                "made": {"S": "2026-11-22T09:00:00.000000Z"},
                "rev": {"N": "0"},
            }
            for number in range(first, last)
        ]
        more = {"LastEvaluatedKey": {"id": {"S": str(last)}}}
        return ok(Items=items, **(more if last < self._items else {}))

    def BatchWriteItem(self, body: Body) -> Reply:  # noqa: N802 # the operation's name
        if self.throttles_writes:
            return refusal("ProvisionedThroughputExceededException")
        (requests,) = body["RequestItems"].values()
        self.written += len(requests)
        return ok(UnprocessedItems={})


async def migrate(items: int, **settings: Any) -> Endless:
    transport = Endless(items)
    db = Database(transport=transport, **settings)
    await db.auto_migrate_with_options(UserV1, target=Clone, copy_data=True, segments=1)
    return transport


async def peak_bytes(items: int) -> int:
    tracemalloc.start()
    try:
        assert (await migrate(items)).written == items
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(120)
async def test_memory_does_not_grow_with_the_table() -> None:
    await migrate(500)  # what is loaded and cached once
    assert await peak_bytes(8_000) < 1.2 * await peak_bytes(1_000)


async def test_throttling_throughout_ends_in_one_error() -> None:
    transport = Endless(1_000)
    transport.throttles_writes = True
    patience = RetryPolicy(attempts=2, base=0.001)
    db = Database(transport=transport, retry=patience)
    message = r"0 items are copied .* Give the tables more capacity, or set items_per"
    with pytest.raises(MigrationError, match=message) as raised:
        await db.auto_migrate_with_options(
            UserV1, target=Clone, copy_data=True, segments=1
        )
    assert (raised.value.copied, transport.written) == (0, 0)
