"""aiobotocore: dictionaries of attribute values, as its client returns them."""

from typing import Any, Self

from aiobotocore.session import get_session

from benchmarks import work


class Driver:
    """One client."""

    def __init__(self, endpoint: str) -> None:
        self._making = get_session().create_client("dynamodb", endpoint_url=endpoint)
        self._puts = {
            work.TABLE: [
                {"PutRequest": {"Item": work.stored(number)}}
                for number in range(work.WRITES)
            ]
        }
        self._keys = [
            {name: {"S": text} for name, text in work.key(number).items()}
            for number in range(work.ROWS)
        ]

    async def __aenter__(self) -> Self:
        self.client = await self._making.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._making.__aexit__(*error)

    async def get(self, number: int) -> dict[str, Any]:
        """One item by its key."""
        key = {"id": {"S": f"person-{number}"}, "day": {"S": "2026-11-22"}}
        reply = await self.client.get_item(TableName=work.TABLE, Key=key)
        item: dict[str, Any] = reply["Item"]
        return item

    async def put(self, number: int) -> None:
        """Write an item that is made of attribute values already."""
        await self.client.put_item(TableName=work.TABLE, Item=work.stored(number))

    async def update(self, number: int) -> None:
        """Three changes to one item."""
        await self.client.update_item(
            TableName=work.TABLE,
            Key={"id": {"S": f"person-{number}"}, "day": {"S": "2026-11-22"}},
            UpdateExpression="SET #n0 = :v0, #n1 = :v1 ADD #n2 :v2",
            ExpressionAttributeNames={"#n0": "name", "#n1": "status", "#n2": "rank"},
            ExpressionAttributeValues={
                ":v0": {"S": "Ada"},
                ":v1": {"S": "idle"},
                ":v2": {"N": "1"},
            },
        )

    async def query(self, number: int) -> list[dict[str, Any]]:
        """A page of items of one partition."""
        reply = await self.client.query(
            TableName=work.TABLE,
            KeyConditionExpression="id = :v0",
            ExpressionAttributeValues={":v0": {"S": f"person-{number}"}},
        )
        items: list[dict[str, Any]] = reply["Items"]
        return items

    async def batch_get(self, _number: int) -> list[dict[str, Any]]:
        """Items by their keys."""
        asked = {work.TABLE: {"Keys": self._keys}}
        reply = await self.client.batch_get_item(RequestItems=asked)
        items: list[dict[str, Any]] = reply["Responses"][work.TABLE]
        return items

    async def batch_write(self, _number: int) -> None:
        """Put items that are made of attribute values already."""
        await self.client.batch_write_item(RequestItems=self._puts)


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each["id"]["S"], "name": each["name"]["S"]} for each in rows]
