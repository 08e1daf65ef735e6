"""A server with canned replies, in a process of its own.

It does as little as it can, so that the client is what is measured.  The last request
of each operation is kept, and given back to whoever sends the header `X-Bench-Last`.
"""

import asyncio
import sys
from zlib import crc32

import msgspec

from benchmarks.work import ROWS, TABLE, stored

encode = msgspec.json.encode


def replies(rows: int, text: int) -> dict[bytes, bytes]:
    """The body of the reply to each operation."""
    items = [stored(number) for number in range(rows)]
    for each in items:
        if text:
            each["name"] = {"S": "x" * text}
    page = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
    return {
        b"GetItem": encode({"Item": items[0]}),
        b"GetItem.Attributes": encode({"Attributes": items[0]}),
        b"PutItem": b"{}",
        b"UpdateItem": b"{}",
        b"Query": encode(page),
        b"Scan": encode(
            {**page, "LastEvaluatedKey": {"id": {"S": "x"}, "day": {"S": "y"}}}
        ),
        b"BatchGetItem": encode({"Responses": {TABLE: items}, "UnprocessedKeys": {}}),
        b"BatchWriteItem": b'{"UnprocessedItems":{}}',
        b"DescribeTable": encode(_description()),
    }


def _description() -> dict[str, object]:
    schema = [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "day", "KeyType": "RANGE"},
    ]
    kinds = [{"AttributeName": each, "AttributeType": "S"} for each in ("id", "day")]
    table = {
        "TableName": TABLE,
        "TableStatus": "ACTIVE",
        "KeySchema": schema,
        "AttributeDefinitions": kinds,
    }
    return {"Table": table}


def framed(body: bytes) -> bytes:
    """The whole HTTP reply."""
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Server: Server\r\n"
        "Date: Sun, 22 Nov 2026 09:00:00 GMT\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        "x-amzn-RequestId: 4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG\r\n"
        f"x-amz-crc32: {crc32(body)}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: keep-alive\r\n\r\n"
    )
    return head.encode() + body


class Canned(asyncio.Protocol):
    """One connection."""

    def __init__(self, answers: dict[bytes, bytes], last: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._last = last
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._received[:end])
            lower = head.lower()
            size = _number_after(lower, b"content-length:")
            whole = end + 4 + size
            if len(self._received) < whole:
                return
            body = bytes(self._received[end + 4 : whole])
            del self._received[:whole]
            self._transport.write(self._answer(head, lower, body))

    def _answer(self, head: bytes, lower: bytes, body: bytes) -> bytes:
        place = lower.find(b"x-amz-target:")
        name = head[place:].split(b"\r\n", 1)[0].rpartition(b".")[2].strip()
        if b"x-bench-last" in lower:
            return framed(self._last.get(name, b"{}"))
        self._last[name] = body
        if b'"ALL_NEW"' in body:
            name = b"GetItem.Attributes"
        return self._answers[name]


def _number_after(head: bytes, word: bytes) -> int:
    place = head.find(word)
    if place < 0:
        return 0
    return int(head[place + len(word) :].split(b"\r\n", 1)[0])


async def main(rows: int, text: int) -> None:
    """Serve until the process is ended; the first line printed is the port."""
    answers = {name: framed(body) for name, body in replies(rows, text).items()}
    last: dict[bytes, bytes] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Canned(answers, last), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    asyncio.run(main(*(given or [ROWS, 0])))
