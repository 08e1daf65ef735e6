"""The floor: what asyncio, signing and JSON cost, with nothing checked.

Items stay DynamoDB's JSON: dictionaries of attribute values.
"""

import asyncio
import hashlib
import hmac
import time
from collections import deque
from typing import Any, Self
from urllib.parse import urlsplit

import httptools
import msgspec

from benchmarks import work

encode, decode = msgspec.json.encode, msgspec.json.decode


class Connection(asyncio.BufferedProtocol):
    """One connection, one request at a time, and a buffer that is used again."""

    def __init__(self) -> None:
        self._buffer = bytearray(256 * 1024)
        self._view = memoryview(self._buffer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport: Any = transport

    def get_buffer(self, _hint: int) -> memoryview:
        """The same buffer each time."""
        return self._view

    def buffer_updated(self, size: int) -> None:
        """Feed the parser."""
        self._parser.feed_data(self._view[:size])

    def on_body(self, piece: bytes) -> None:
        """Keep a piece."""
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Hand out the body."""
        self._reply.set_result(b"".join(self._pieces))

    def send(self, request: bytes) -> "asyncio.Future[bytes]":
        """Write, and promise the body."""
        self._pieces: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._reply


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


class Driver:
    """A pool without limits, and signatures with the key of the day."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._host, self._port = str(parts.hostname), parts.port
        self._authority = parts.netloc
        self._idle: deque[Connection] = deque()
        self._day, self._key = "", b""
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
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._idle:
            each._transport.close()

    def _request(self, operation: str, body: bytes) -> bytes:
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        day, scope = now[:8], f"{now[:8]}/{work.REGION}/dynamodb/aws4_request"
        if day != self._day:
            key = _hmac(f"AWS4{work.SECRET}".encode(), day)
            for each in (work.REGION, "dynamodb", "aws4_request"):
                key = _hmac(key, each)
            self._day, self._key = day, key
        target = f"DynamoDB_20120810.{operation}"
        signed = "content-type;host;x-amz-date;x-amz-target"
        canonical = (
            f"POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:{self._authority}\n"
            f"x-amz-date:{now}\nx-amz-target:{target}\n\n{signed}\n"
            f"{hashlib.sha256(body).hexdigest()}"
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest}"
        signature = hmac.digest(self._key, text.encode(), "sha256").hex()
        return (
            f"POST / HTTP/1.1\r\nHost: {self._authority}\r\n"
            f"Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: {now}\r\n"
            f"X-Amz-Target: {target}\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential={work.KEY_ID}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}\r\n\r\n"
        ).encode() + body

    async def send(self, operation: str, body: dict[str, Any]) -> Any:
        """One request."""
        if self._idle:
            connection = self._idle.pop()
        else:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(
                Connection, self._host, self._port
            )
        reply = await connection.send(self._request(operation, encode(body)))
        self._idle.append(connection)
        return decode(reply)

    async def get(self, number: int) -> dict[str, Any]:
        """One item by its key."""
        key = {"id": {"S": f"person-{number}"}, "day": {"S": "2026-11-22"}}
        reply = await self.send("GetItem", {"TableName": work.TABLE, "Key": key})
        item: dict[str, Any] = reply["Item"]
        return item

    async def put(self, number: int) -> None:
        """Write an item that is JSON already."""
        item = work.stored(number)
        await self.send("PutItem", {"TableName": work.TABLE, "Item": item})

    async def update(self, number: int) -> None:
        """Three changes to one item."""
        body = {
            "TableName": work.TABLE,
            "Key": {"id": {"S": f"person-{number}"}, "day": {"S": "2026-11-22"}},
            "UpdateExpression": "SET #n0 = :v0, #n1 = :v1 ADD #n2 :v2",
            "ExpressionAttributeNames": {"#n0": "name", "#n1": "status", "#n2": "rank"},
            "ExpressionAttributeValues": {
                ":v0": {"S": "Ada"},
                ":v1": {"S": "idle"},
                ":v2": {"N": "1"},
            },
        }
        await self.send("UpdateItem", body)

    async def query(self, number: int) -> list[dict[str, Any]]:
        """A page of items of one partition."""
        body = {
            "TableName": work.TABLE,
            "KeyConditionExpression": "#n0 = :v0",
            "ExpressionAttributeNames": {"#n0": "id"},
            "ExpressionAttributeValues": {":v0": {"S": f"person-{number}"}},
        }
        items: list[dict[str, Any]] = (await self.send("Query", body))["Items"]
        return items

    async def batch_get(self, _number: int) -> list[dict[str, Any]]:
        """Items by their keys."""
        asked = {"RequestItems": {work.TABLE: {"Keys": self._keys}}}
        reply = await self.send("BatchGetItem", asked)
        items: list[dict[str, Any]] = reply["Responses"][work.TABLE]
        return items

    async def batch_write(self, _number: int) -> None:
        """Put items that are JSON already."""
        await self.send("BatchWriteItem", {"RequestItems": self._puts})


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each["id"]["S"], "name": each["name"]["S"]} for each in rows]
