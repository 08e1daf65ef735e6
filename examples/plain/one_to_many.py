"""One order, many lines, with plain aiobotocore."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import anyio


@dataclass
class Line:
    order: str
    number: int
    product: str
    price: Decimal

    def to_item(self) -> dict[str, Any]:
        return {
            "order": {"S": self.order},
            "number": {"N": str(self.number)},
            "product": {"S": self.product},
            "price": {"N": str(self.price)},
        }

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> "Line":
        return cls(
            order=item["order"]["S"],
            number=int(item["number"]["N"]),
            product=item["product"]["S"],
            price=Decimal(item["price"]["N"]),
        )


async def create_table(client: Any, prefix: str) -> None:
    await client.create_table(
        TableName=f"{prefix}order-lines",
        KeySchema=[
            {"AttributeName": "order", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "order", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    waiter = client.get_waiter("table_exists")
    await waiter.wait(TableName=f"{prefix}order-lines")


async def write_all(client: Any, prefix: str, lines: list[Line]) -> None:
    table = f"{prefix}order-lines"
    puts = [{"PutRequest": {"Item": line.to_item()}} for line in lines]
    for start in range(0, len(puts), 25):
        left = puts[start : start + 25]
        pause = 0.05
        while left:
            reply = await client.batch_write_item(RequestItems={table: left})
            left = reply.get("UnprocessedItems", {}).get(table, [])
            if left:
                await anyio.sleep(pause)
                pause *= 2


async def lines_of(
    client: Any, prefix: str, order: str, **more: Any
) -> AsyncIterator[Line]:
    paginator = client.get_paginator("query")
    pages = paginator.paginate(
        TableName=f"{prefix}order-lines",
        KeyConditionExpression="#order = :order",
        ExpressionAttributeNames={"#order": "order"},
        ExpressionAttributeValues={":order": {"S": order}},
        **more,
    )
    async for page in pages:
        for item in page["Items"]:
            yield Line.from_item(item)


async def main(client: Any, prefix: str) -> None:
    await create_table(client, prefix)
    await write_all(
        client,
        prefix,
        [
            Line(order="o1", number=1, product="tea", price=Decimal("4.5")),
            Line(order="o1", number=2, product="cup", price=Decimal(12)),
            Line(order="o2", number=1, product="pot", price=Decimal(30)),
        ],
    )
    total = Decimal(0)
    async for line in lines_of(client, prefix, "o1"):
        print(line.number, line.product, line.price)
        total += line.price
    print("total", total)
    backwards = lines_of(client, prefix, "o1", ScanIndexForward=False, Limit=1)
    async for line in backwards:
        print("last", line.product)
        break
