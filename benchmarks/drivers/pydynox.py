"""pydynox: instances of its own model class; its core is written in Rust."""

from typing import Any, Self

from pydynox import DynamoDBClient, Model, ModelConfig, set_default_client
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    StringAttribute,
    StringSetAttribute,
)

from benchmarks import work

STORED_OTHERWISE = {"tags": ["L"]}
"""Instances write their sets as lists."""


class Person(Model):
    """The item of every benchmark."""

    model_config = ModelConfig(table=work.TABLE)

    id = StringAttribute(partition_key=True)
    day = StringAttribute(sort_key=True)
    name = StringAttribute()
    email = StringAttribute()
    status = StringAttribute()
    rank = NumberAttribute()
    score = NumberAttribute()
    balance = DecimalAttribute()
    active = BooleanAttribute()
    made = DatetimeAttribute()
    tags = StringSetAttribute()
    marks = ListAttribute()
    address = MapAttribute()


class Driver:
    """One client."""

    def __init__(self, endpoint: str) -> None:
        self._client = DynamoDBClient(
            region=work.REGION,
            access_key=work.KEY_ID,
            secret_key=work.SECRET,
            endpoint_url=endpoint,
        )
        set_default_client(self._client)
        self._keys = [work.key(number) for number in range(work.ROWS)]
        self._batch = [Person(**work.values(number)) for number in range(work.WRITES)]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def get(self, number: int) -> Any:
        """One item by its key."""
        return await Person.get(id=f"person-{number}", day="2026-11-22")

    async def put(self, number: int) -> None:
        """Write a new instance."""
        await Person(**work.values(number)).save()

    async def update(self, number: int) -> None:
        """Three changes to one item; it has no counters without an instance."""
        await Person.update_by_key(
            id=f"person-{number}", day="2026-11-22", name="Ada", status="idle", rank=1
        )

    async def query(self, number: int) -> list[Any]:
        """A page of items of one partition."""
        return [row async for row in Person.query(partition_key=f"person-{number}")]

    async def batch_get(self, _number: int) -> list[Any]:
        """Items by their keys."""
        return await Person.batch_get(self._keys)

    async def batch_write(self, _number: int) -> None:
        """Put instances, as dictionaries: its batches take no instances."""
        items = [each.to_dict() for each in self._batch]
        await self._client.batch_write(work.TABLE, put_items=items)


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each.id, "name": each.name} for each in rows]
