"""dynamorm_async: one model, one item."""

import asyncio
import sys
from datetime import datetime
from decimal import Decimal

from dynamorm_async import Attr, Database, Model, partition_key, sort_key


class Person(Model, table="people"):
    """The item of every benchmark."""

    id: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
    name: Attr[str]
    email: Attr[str]
    status: Attr[str]
    rank: Attr[int]
    score: Attr[int]
    balance: Attr[Decimal]
    active: Attr[bool]
    made: Attr[datetime]
    tags: Attr[set[str]]
    marks: Attr[list[int]]
    address: Attr[dict[str, str]]


async def main() -> None:
    """Read one item."""
    async with Database(endpoint_url=sys.argv[1]) as db:
        query = db.model(Person).where(Person.id == "1").where(Person.day == "2026")
        print((await query.first()).name)


asyncio.run(main())
