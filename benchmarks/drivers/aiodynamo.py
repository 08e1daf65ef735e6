"""aiodynamo over aiohttp: dictionaries of Python values (numbers as floats)."""

from typing import Any, Self

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import Key, StaticCredentials
from aiodynamo.expressions import F, HashKey
from aiodynamo.http.aiohttp import AIOHTTP
from aiodynamo.models import BatchGetRequest, BatchWriteRequest
from yarl import URL

from benchmarks import work


def item_of(number: int) -> dict[str, Any]:
    """The item in the types that it takes: numbers are floats or ints."""
    return {**work.values(number), "balance": 1234.56, "made": work.MADE_TEXT}


class Driver:
    """One client."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._batch = [item_of(number) for number in range(work.WRITES)]
        self._keys = [work.key(number) for number in range(work.ROWS)]

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._client = Client(
            AIOHTTP(self._session),
            StaticCredentials(Key(work.KEY_ID, work.SECRET)),
            work.REGION,
            URL(self._endpoint),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, number: int) -> dict[str, Any]:
        """One item by its key."""
        key = {"id": f"person-{number}", "day": "2026-11-22"}
        return await self._client.get_item(work.TABLE, key)

    async def put(self, number: int) -> None:
        """Write a dictionary."""
        await self._client.put_item(work.TABLE, item_of(number))

    async def update(self, number: int) -> None:
        """Three changes to one item."""
        await self._client.update_item(
            work.TABLE,
            {"id": f"person-{number}", "day": "2026-11-22"},
            F("name").set("Ada") & F("status").set("idle") & F("rank").add(1),
        )

    async def query(self, number: int) -> list[dict[str, Any]]:
        """A page of items of one partition."""
        rows = self._client.query(work.TABLE, HashKey("id", f"person-{number}"))
        return [row async for row in rows]

    async def batch_get(self, _number: int) -> list[dict[str, Any]]:
        """Items by their keys."""
        asked = {work.TABLE: BatchGetRequest(keys=self._keys)}
        reply = await self._client.batch_get(asked)
        return reply.items[work.TABLE]

    async def batch_write(self, _number: int) -> None:
        """Put dictionaries."""
        asked = {work.TABLE: BatchWriteRequest(items_to_put=self._batch)}
        await self._client.batch_write(asked)


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each["id"], "name": each["name"]} for each in rows]
