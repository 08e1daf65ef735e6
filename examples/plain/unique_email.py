"""An e-mail address that only one user has, with plain aiobotocore."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError


@dataclass
class Member:
    id: str
    email: str

    def to_item(self) -> dict[str, Any]:
        return {"id": {"S": self.id}, "email": {"S": self.email}}

    @classmethod
    def from_item(cls, item: dict[str, Any]) -> "Member":
        return cls(id=item["id"]["S"], email=item["email"]["S"])


class EmailTakenError(Exception):
    pass


async def create_table(client: Any, name: str, key: str) -> None:
    await client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    waiter = client.get_waiter("table_exists")
    await waiter.wait(TableName=name)


def put_new(table: str, key: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "Put": {
            "TableName": table,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": key},
        }
    }


def address(email: str, member: str) -> dict[str, Any]:
    return {"email": {"S": email}, "member": {"S": member}}


async def transact(client: Any, operations: list[dict[str, Any]]) -> None:
    token = str(uuid4())
    await client.transact_write_items(
        TransactItems=operations, ClientRequestToken=token
    )


async def sign_up(client: Any, prefix: str, member: Member) -> None:
    owned = address(member.email, member.id)
    try:
        await transact(
            client,
            [
                put_new(f"{prefix}addresses", "email", owned),
                put_new(f"{prefix}members", "id", member.to_item()),
            ],
        )
    except ClientError as error:
        reasons = error.response.get("CancellationReasons")
        if reasons and reasons[0]["Code"] == "ConditionalCheckFailed":
            raise EmailTakenError from error
        raise


async def change_email(client: Any, prefix: str, member: Member, email: str) -> None:
    try:
        await transact(
            client,
            [
                put_new(f"{prefix}addresses", "email", address(email, member.id)),
                {
                    "Delete": {
                        "TableName": f"{prefix}addresses",
                        "Key": {"email": {"S": member.email}},
                        "ConditionExpression": "#member = :member",
                        "ExpressionAttributeNames": {"#member": "member"},
                        "ExpressionAttributeValues": {":member": {"S": member.id}},
                    }
                },
                {
                    "Update": {
                        "TableName": f"{prefix}members",
                        "Key": {"id": {"S": member.id}},
                        "UpdateExpression": "SET #email = :email",
                        "ConditionExpression": "attribute_exists(#id)",
                        "ExpressionAttributeNames": {"#email": "email", "#id": "id"},
                        "ExpressionAttributeValues": {":email": {"S": email}},
                    }
                },
            ],
        )
    except ClientError as error:
        reasons = error.response.get("CancellationReasons")
        if reasons and reasons[0]["Code"] == "ConditionalCheckFailed":
            raise EmailTakenError from error
        raise
    member.email = email


async def get(client: Any, prefix: str, id: str) -> Member | None:
    reply = await client.get_item(TableName=f"{prefix}members", Key={"id": {"S": id}})
    item = reply.get("Item")
    return None if item is None else Member.from_item(item)


async def main(client: Any, prefix: str) -> None:
    await create_table(client, f"{prefix}members", "id")
    await create_table(client, f"{prefix}addresses", "email")
    ann = Member(id="1", email="ann@example.org")
    await sign_up(client, prefix, ann)
    try:
        await sign_up(client, prefix, Member(id="2", email="ann@example.org"))
    except EmailTakenError:
        print("taken, and nothing was written:", await get(client, prefix, "2"))
    await change_email(client, prefix, ann, "ann@example.com")
    await sign_up(client, prefix, Member(id="2", email="ann@example.org"))
    keys = [{"id": {"S": each}} for each in ("1", "2")]
    table = f"{prefix}members"
    reply = await client.batch_get_item(RequestItems={table: {"Keys": keys}})
    found = {each["id"]["S"]: each for each in reply["Responses"][table]}
    print([Member.from_item(found[each]).email for each in ("1", "2")])
