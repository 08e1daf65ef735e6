"""Compiled requests and an executor whose time stands still, for the tests beside."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from dynamorm_async.config import Config
from dynamorm_async.execution.executor import Executor
from dynamorm_async.wire import Body, CompiledQuery, Item, Paging
from tests.scripted import ScriptedTransport


class StillTime:
    """A clock that moves only when somebody sleeps; `pauses` holds for how long."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def executor(
    transport: ScriptedTransport, time: StillTime | None = None, **config: Any
) -> Executor:
    """An executor that draws the longest pauses, and does not really wait for them."""
    time = time or StillTime()
    return Executor.over(
        transport,
        Config(**config),
        sleep=time.sleep,
        rand=lambda: 1.0,
        clock=time.clock,
    )


def get_item(**facts: Any) -> CompiledQuery[str | None]:
    """The GetItem whose result is the id of the item."""
    return CompiledQuery.of(
        "GetItem",
        {"TableName": "t", "Key": {"id": {"S": "1"}}},
        lambda reply: reply["Item"]["id"]["S"] if "Item" in reply else None,
        model="User",
        **facts,
    )


def put_item(**facts: Any) -> CompiledQuery[None]:
    """A conditional PutItem that asks for the stored item where the condition fails."""
    body = {
        "TableName": "t",
        "Item": item("1"),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return CompiledQuery.of("PutItem", body, lambda _: None, model="User", **facts)


def query(body: Body | None = None, **facts: Any) -> CompiledQuery[Sequence[str]]:
    """A Query on an index whose rows are the ids; its cursor is the id in the key."""
    return CompiledQuery.of(
        "Query",
        {"TableName": "t", **(body or {})},
        lambda reply: [each["id"]["S"] for each in reply.get("Items", [])],
        model="User",
        paging=Paging(
            start_key=("id", "rank"), write_cursor=lambda key: f"after {key['id']['S']}"
        ),
        **facts,
    )


def count_query(body: Body | None = None, **facts: Any) -> CompiledQuery[int]:
    """A Query that only counts."""
    whole = {"TableName": "t", "Select": "COUNT", **(body or {})}
    return CompiledQuery.of("Query", whole, itemgetter("Count"), model="User", **facts)


def item(name: str) -> Item:
    """A whole item."""
    return {"id": {"S": name}, "rank": {"N": "1"}, "more": {"S": "text"}}


def key(name: str) -> Item:
    """Its key, that of the index included."""
    return {"id": {"S": name}, "rank": {"N": "1"}}


def page(names: str, after: str | None = None, scanned: int | None = None) -> Body:
    """The reply with an item for each letter, and perhaps more `after` one."""
    body: Body = {"Items": [item(each) for each in names], "Count": len(names)}
    body["ScannedCount"] = len(names) if scanned is None else scanned
    if after is not None:
        body["LastEvaluatedKey"] = key(after)
    return body
