"""Create, read, update and delete, with plain aiobotocore."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class Todo:
    id: str
    title: str
    done: bool = False

    def to_item(self) -> dict[str, Any]:
        return {
            "id": {"S": self.id},
            "title": {"S": self.title},
            "done": {"BOOL": self.done},
        }

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> "Todo":
        done = item.get("done", {"BOOL": False})
        return cls(id=item["id"]["S"], title=item["title"]["S"], done=done["BOOL"])


async def create_table(client: Any, prefix: str) -> None:
    await client.create_table(
        TableName=f"{prefix}todos",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    waiter = client.get_waiter("table_exists")
    await waiter.wait(TableName=f"{prefix}todos")


async def create(client: Any, prefix: str, todo: Todo) -> None:
    await client.put_item(
        TableName=f"{prefix}todos",
        Item=todo.to_item(),
        ConditionExpression="attribute_not_exists(#id)",
        ExpressionAttributeNames={"#id": "id"},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


async def get(client: Any, prefix: str, id: str) -> Todo | None:
    reply = await client.get_item(TableName=f"{prefix}todos", Key={"id": {"S": id}})
    item = reply.get("Item")
    return None if item is None else Todo.from_item(item)


async def main(client: Any, prefix: str) -> None:
    await create_table(client, prefix)
    todo = Todo(id="1", title="Water the plants")
    await create(client, prefix, todo)
    try:
        await create(client, prefix, Todo(id="1", title="Another one"))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        print("there already:", Todo.from_item(error.response["Item"]))

    todo.done = True
    await client.update_item(
        TableName=f"{prefix}todos",
        Key={"id": {"S": todo.id}},
        UpdateExpression="SET #done = :done",
        ConditionExpression="attribute_exists(#id)",
        ExpressionAttributeNames={"#done": "done", "#id": "id"},
        ExpressionAttributeValues={":done": {"BOOL": todo.done}},
    )
    print(await get(client, prefix, "1"))

    await client.delete_item(TableName=f"{prefix}todos", Key={"id": {"S": todo.id}})
    if await get(client, prefix, "1") is None:
        print("no Todo found by GetItem on todos")
