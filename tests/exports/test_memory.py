"""Exports and imports take the same memory for any number of items."""

import gc
import io
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from dynamorm_async import Credentials, Database, export_items, import_items
from dynamorm_async.wire import Body, Item, Reply
from tests.exports.conftest import Thing, thing

PAGE = 500
FEW, MANY = 5_000, 50_000


class Crowd:
    """A transport whose table holds any number of items, and takes any."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.written = 0

    async def send(self, operation: str, body: Body, /) -> Reply:
        """One page of a scan, or nothing left over of a batch."""
        if operation == "BatchWriteItem":
            (writes,) = body["RequestItems"].values()
            self.written += len(writes)
            return Reply(200, {"UnprocessedItems": {}})
        first = int(body.get("ExclusiveStartKey", {}).get("at", {}).get("N", "-1")) + 1
        page = [item(number) for number in range(first, min(first + PAGE, self.size))]
        reply: Body = {"Items": page}
        if first + PAGE < self.size:
            reply["LastEvaluatedKey"] = {name: page[-1][name] for name in ("id", "at")}
        return Reply(200, reply)

    async def aclose(self) -> None:
        """There is nothing to close."""


def item(number: int) -> Item:
    """A stored item of some size."""
    return thing(number, text={"S": "x" * 200}, tags={"SS": ["a", "b"]})


class Nowhere(io.RawIOBase):
    """Takes bytes and forgets them."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return len(data)


class Lines(io.RawIOBase):
    """The lines of a file of any length, made as they are read."""

    def __init__(self, size: int) -> None:
        self._lines: Iterator[bytes] = (
            b'{"id":"%05d","at":%d,"text":"%s"}\n' % (number, number, b"x" * 200)
            for number in range(size)
        )

    def readline(self, _size: int | None = -1, /) -> bytes:
        return next(self._lines, b"")


async def exported(size: int) -> None:
    async with database(Crowd(size)) as db:
        report = await export_items(db.model(Thing), Nowhere(), segments=1)  # type: ignore[arg-type] # no BinaryIO by name, but by what it does
    assert report.items == size


async def imported(size: int) -> None:
    crowd = Crowd(0)
    async with database(crowd) as db:
        report = await import_items(db.model(Thing), Lines(size))  # type: ignore[arg-type] # the same
    assert (report.items, crowd.written) == (size, size)


def database(crowd: Crowd) -> Database:
    """A database of nothing but this crowd."""
    return Database(
        region="us-east-1",
        transport=crowd,
        credentials=Credentials(access_key_id="x", secret_access_key="x"),
    )


async def peak_of(job: Callable[[int], Awaitable[None]], size: int) -> int:
    """The most bytes that Python held during a job."""
    gc.collect()
    tracemalloc.start()
    try:
        await job(size)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("job", [exported, imported])
async def test_ten_times_the_items_take_the_same_memory(
    job: Callable[[int], Awaitable[None]],
) -> None:
    await peak_of(job, 100)  # what is made once
    few, many = await peak_of(job, FEW), await peak_of(job, MANY)
    assert many < few * 1.3
