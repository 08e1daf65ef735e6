"""What tests of exports and imports share: a table of items of all types."""

import pathlib
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from anyio import Path

from dynamorm_async import Attr, Database, Model, field, partition_key, sort_key, ttl
from dynamorm_async.wire import Item
from tests.conftest import Witness


class Thing(Model, table="things"):
    id: Attr[str] = partition_key()
    at: Attr[int] = sort_key()
    text: Attr[str | None] = field(default=None)
    price: Attr[Decimal | None] = field(default=None)
    made: Attr[datetime | None] = field(default=None)
    data: Attr[bytes | None] = field(default=None)
    tags: Attr[set[str]] = field(factory=set)
    marks: Attr[set[int]] = field(factory=set)
    blobs: Attr[set[bytes]] = field(factory=set)
    parts: Attr[list[dict[str, bytes]]] = field(factory=list)
    anything: Attr[Any] = field(default=None)
    is_new: Attr[bool] = field(default=False)
    nothing: Attr[str | None] = field(default=None, null=True)
    hidden: Attr[str | None] = field(default=None, encrypted=True)
    ends: Attr[datetime | None] = ttl(default=None)


def thing(number: int, **others: Any) -> Item:
    """An item as it is stored."""
    return {"id": {"S": f"{number:05}"}, "at": {"N": str(number)}, **others}


FULL = thing(
    1,
    text={"S": 'null, "or" not\n'},
    price={"N": "1234567890123456789012345678.901234567"},
    made={"S": "2026-01-02T03:04:05.000006Z"},
    data={"B": "AQI="},
    tags={"SS": ["a", "b,c"]},
    marks={"NS": ["-1", "10"]},
    blobs={"BS": ["AQI=", "Aw=="]},
    parts={"L": [{"M": {"a": {"B": "AQI="}}}, {"M": {}}]},
    anything={"M": {"a": {"L": [{"N": "1"}, {"NULL": True}, {"BOOL": True}]}}},
    is_new={"BOOL": True},
    nothing={"NULL": True},
    hidden={
        "M": {
            "v": {"N": "2"},
            "edk": {"B": "AQI="},
            "nonce": {"B": "AQI="},
            "ct": {"B": "AQI="},
        }
    },
    ends={"N": "1767312001"},
)
THINGS = [FULL, thing(2), thing(3, text={"S": ""}, anything={"S": "1"})]

Table = Callable[..., Awaitable[list[Item]]]


@pytest.fixture
async def things(db: Database, boto: Witness, prefix: str) -> None:
    """A table of things, written by somebody else, and an empty copy of it."""
    await db.ensure_table(Thing)
    await db.ensure_table(Thing, table="copies")
    await put_all(boto, f"{prefix}things", THINGS)


async def put_all(boto: Witness, table: str, items: list[Item]) -> None:
    """Write items with another client."""
    puts = [{"PutRequest": {"Item": each}} for each in map(for_boto, items)]
    for start in range(0, len(puts), 25):
        await boto.batch_write_item(RequestItems={table: puts[start : start + 25]})


@pytest.fixture
def stored(boto: Witness, prefix: str) -> Table:
    """The items of a table, as another client reads them, in the order of their ids."""

    async def read(table: str) -> list[Item]:
        found: list[Item] = []
        more: dict[str, Any] = {}
        while True:
            reply = await boto.scan(
                TableName=prefix + table, ConsistentRead=True, **more
            )
            found += reply["Items"]
            if "LastEvaluatedKey" not in reply:
                return sorted(map(ordered, found), key=lambda item: item["id"]["S"])
            more = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}

    return read


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> Path:
    """An empty folder, whose files are read and written in threads."""
    return Path(tmp_path)


def for_boto(stored: Any) -> Any:
    """The same as boto3 wants it: bytes instead of base64."""
    return _walked(stored, b64decode)


def ordered(stored: Any) -> Any:
    """What boto3 returns as it is on the wire, its sets in order."""
    return _walked(stored, lambda data: b64encode(data).decode())


def _walked(stored: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(stored, list):
        return [_walked(each, change) for each in stored]
    if not isinstance(stored, dict):
        return stored
    walked: dict[str, Any] = {}
    for name, value in stored.items():
        if name == "B":
            walked[name] = change(value)
        elif name == "BS":
            walked[name] = sorted(map(change, value))
        elif name in ("SS", "NS"):
            walked[name] = sorted(value)
        else:
            walked[name] = _walked(value, change)
    return walked
