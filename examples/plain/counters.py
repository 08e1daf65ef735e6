"""Counters that many writers raise at once, with plain aiobotocore."""

from dataclasses import dataclass
from typing import Any

import anyio
from botocore.exceptions import ClientError


@dataclass
class Page:
    path: str
    views: int = 0

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> "Page":
        return cls(path=item["path"]["S"], views=int(item["views"]["N"]))


@dataclass
class Ticket:
    show: str
    left: int = 0

    def to_item(self) -> dict[str, Any]:
        return {"show": {"S": self.show}, "left": {"N": str(self.left)}}

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> "Ticket":
        return cls(show=item["show"]["S"], left=int(item["left"]["N"]))


async def create_table(client: Any, name: str, key: str) -> None:
    await client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    waiter = client.get_waiter("table_exists")
    await waiter.wait(TableName=name)


async def count_view(client: Any, prefix: str, path: str) -> None:
    await client.update_item(
        TableName=f"{prefix}pages",
        Key={"path": {"S": path}},
        UpdateExpression="ADD #views :one",
        ExpressionAttributeNames={"#views": "views"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


async def sell(client: Any, prefix: str, show: str, pieces: int) -> bool:
    try:
        await client.update_item(
            TableName=f"{prefix}tickets",
            Key={"show": {"S": show}},
            UpdateExpression="ADD #left :less",
            ConditionExpression="#left >= :pieces",
            ExpressionAttributeNames={"#left": "left"},
            ExpressionAttributeValues={
                ":less": {"N": str(-pieces)},
                ":pieces": {"N": str(pieces)},
            },
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


async def main(client: Any, prefix: str) -> None:
    await create_table(client, f"{prefix}pages", "path")
    await create_table(client, f"{prefix}tickets", "show")
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(count_view, client, prefix, "/")
    reply = await client.get_item(TableName=f"{prefix}pages", Key={"path": {"S": "/"}})
    print(Page.from_item(reply["Item"]))

    await client.put_item(
        TableName=f"{prefix}tickets",
        Item=Ticket(show="opera", left=3).to_item(),
        ConditionExpression="attribute_not_exists(#show)",
        ExpressionAttributeNames={"#show": "show"},
    )
    print([await sell(client, prefix, "opera", 2) for _ in range(2)])
    reply = await client.get_item(
        TableName=f"{prefix}tickets", Key={"show": {"S": "opera"}}
    )
    print(Ticket.from_item(reply["Item"]))
