"""Whether a driver does the work that it is timed for.

`python -m benchmarks.harness.honesty DRIVER ENDPOINT` prints what is wrong.
"""

import asyncio
import inspect
import json
import sys
from http.client import HTTPConnection
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from benchmarks import work

READS = {"get": 1, "query": work.ROWS, "batch_get": work.ROWS}
"""How many rows each brings."""

WRITES = {
    "put": "PutItem",
    "update": "UpdateItem",
    "batch_write": "BatchWriteItem",
}
NUMBER = 7


def last_request(endpoint: str, operation: str) -> Any:
    """The body of the last request of this operation."""
    connection = HTTPConnection(urlsplit(endpoint).netloc)
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "X-Bench-Last": "1"}
    connection.request("POST", "/", b"", headers)
    body = json.loads(connection.getresponse().read())
    connection.close()
    return body


def tags(item: dict[str, Any]) -> dict[str, list[str]]:
    """How each attribute of an item is stored."""
    return {name: list(value) for name, value in item.items()}


def faults_of_rows(name: str, rows: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the rows that a read brought."""
    if len(rows) != READS[name]:
        return [f"{name}: {len(rows)} rows in place of {READS[name]}"]
    wrong = [
        number
        for number, row in enumerate(rows)
        if (row["id"], row["name"]) != (f"person-{number}", "Ada Lovelace")
    ]
    return [f"{name}: rows {wrong} are others"] if wrong else []


def faults_of_write(name: str, body: Any, otherwise: dict[str, list[str]]) -> list[str]:
    """What is wrong with the request that a write sent.

    `otherwise`: the attributes that the library is known to store in another way.
    """
    wanted = tags(work.stored(NUMBER)) | otherwise
    if name == "update":
        key = {"id": {"S": f"person-{NUMBER}"}, "day": {"S": "2026-11-22"}}
        values = len(body.get("ExpressionAttributeValues", {}))
        return [] if (body["Key"], values) == (key, 3) else [f"update: sent {body}"]
    items = [body.get("Item")]
    if name == "batch_write":
        items = [
            each["PutRequest"]["Item"] for each in body["RequestItems"][work.TABLE]
        ]
    count = work.WRITES if name == "batch_write" else 1
    same = len(items) == count and all(tags(each) == wanted for each in items)
    return [] if same else [f"{name}: sent {tags(items[0])}"]


async def faults(module: Any, endpoint: str) -> list[str]:
    """What is wrong with a driver."""
    driver = module.Driver(endpoint)
    if hasattr(driver, "__aenter__"):
        await driver.__aenter__()
    found: list[str] = []
    for name in (*READS, *WRITES):
        told = getattr(driver, name)(NUMBER)
        result = await told if inspect.isawaitable(told) else told
        if name in READS:
            found += faults_of_rows(name, module.told(result))
        else:
            sent = last_request(endpoint, WRITES[name])
            otherwise = getattr(module, "STORED_OTHERWISE", {})
            found += faults_of_write(name, sent, otherwise)
    if hasattr(driver, "__aexit__"):
        await driver.__aexit__(None, None, None)
    return found


if __name__ == "__main__":
    honest = import_module(f"benchmarks.drivers.{sys.argv[1]}")
    print("\n".join(asyncio.run(faults(honest, sys.argv[2]))), end="")
