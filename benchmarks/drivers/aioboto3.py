"""aioboto3: dictionaries of Python values, through the resource interface."""

from typing import Any, Self

import aioboto3

from benchmarks import work


def item_of(number: int) -> dict[str, Any]:
    """The item in the types that boto3's serializer takes."""
    return {**work.values(number), "made": work.MADE_TEXT}


class Driver:
    """One table resource."""

    def __init__(self, endpoint: str) -> None:
        self._making = aioboto3.Session().resource("dynamodb", endpoint_url=endpoint)
        self._keys = [work.key(number) for number in range(work.ROWS)]
        self._batch = [item_of(number) for number in range(work.WRITES)]

    async def __aenter__(self) -> Self:
        self._resource = await self._making.__aenter__()
        self._table = await self._resource.Table(work.TABLE)
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._making.__aexit__(*error)

    async def get(self, number: int) -> dict[str, Any]:
        """One item by its key."""
        key = {"id": f"person-{number}", "day": "2026-11-22"}
        item: dict[str, Any] = (await self._table.get_item(Key=key))["Item"]
        return item

    async def put(self, number: int) -> None:
        """Write a dictionary."""
        await self._table.put_item(Item=item_of(number))

    async def update(self, number: int) -> None:
        """Three changes to one item."""
        await self._table.update_item(
            Key={"id": f"person-{number}", "day": "2026-11-22"},
            UpdateExpression="SET #n0 = :v0, #n1 = :v1 ADD #n2 :v2",
            ExpressionAttributeNames={"#n0": "name", "#n1": "status", "#n2": "rank"},
            ExpressionAttributeValues={":v0": "Ada", ":v1": "idle", ":v2": 1},
        )

    async def query(self, number: int) -> list[dict[str, Any]]:
        """A page of items of one partition."""
        reply = await self._table.query(
            KeyConditionExpression="id = :v0",
            ExpressionAttributeValues={":v0": f"person-{number}"},
        )
        items: list[dict[str, Any]] = reply["Items"]
        return items

    async def batch_get(self, _number: int) -> list[dict[str, Any]]:
        """Items by their keys."""
        asked = {work.TABLE: {"Keys": self._keys}}
        reply = await self._resource.batch_get_item(RequestItems=asked)
        items: list[dict[str, Any]] = reply["Responses"][work.TABLE]
        return items

    async def batch_write(self, _number: int) -> None:
        """Put dictionaries."""
        puts = [{"PutRequest": {"Item": item}} for item in self._batch]
        await self._resource.batch_write_item(RequestItems={work.TABLE: puts})


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each["id"], "name": each["name"]} for each in rows]
