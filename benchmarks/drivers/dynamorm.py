"""dynamorm_async: instances of a model."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from benchmarks import work
from dynamorm_async import Attr, Database, Model, field, partition_key, sort_key


class Person(Model, table=work.TABLE):
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
    tags: Attr[set[str]] = field(factory=set)
    marks: Attr[list[int]]
    address: Attr[dict[str, str]]


class Driver:
    """One database."""

    transport = "direct"

    def __init__(self, endpoint: str) -> None:
        self.db = Database(
            region=work.REGION, endpoint_url=endpoint, transport=self.transport
        )
        self.batch = [Person(**work.values(number)) for number in range(work.WRITES)]
        self.keys = [tuple(work.key(number).values()) for number in range(work.ROWS)]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.db.aclose()

    async def get(self, number: int) -> Person | None:
        """One item by its key."""
        return await self.db.get(Person, f"person-{number}", "2026-11-22")

    async def first(self, number: int) -> Person:
        """The same through the query builder."""
        query = self.db.model(Person).where(Person.id == f"person-{number}")
        return await query.where(Person.day == "2026-11-22").first()

    async def put(self, number: int) -> Person:
        """Write a new instance."""
        return await self.db.model(Person(**work.values(number))).put()

    async def update(self, number: int) -> None:
        """Three changes to one item."""
        query = self.db.model(Person).where(Person.id == f"person-{number}")
        await (
            query.where(Person.day == "2026-11-22")
            .update_builder()
            .set(Person.name, "Ada")
            .set(Person.status, "idle")
            .add(Person.rank, 1)
        )

    async def query(self, number: int) -> list[Person]:
        """A page of items of one partition."""
        return await self.db.model(Person).where(Person.id == f"person-{number}")

    async def batch_get(self, _number: int) -> list[Person]:
        """Items by their keys."""
        return await self.db.model(Person).batch_get(self.keys)

    async def batch_write(self, _number: int) -> None:
        """Put instances."""
        await self.db.model(Person).batch_write(self.batch)

    async def stream(self, pages: int) -> int:
        """Rows one by one, none of them kept."""
        rows = 0
        async for _ in self.db.model(Person).limit(pages * work.ROWS).scan():
            rows += 1
        return rows


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{**vars(each)} for each in rows]
