"""aiodynamo over aiohttp: one item, as a dictionary."""

import asyncio
import sys

sys.path.pop(0)

import aiohttp
from aiodynamo.client import Client
from aiodynamo.credentials import Credentials
from aiodynamo.http.aiohttp import AIOHTTP
from yarl import URL


async def main() -> None:
    """Read one item."""
    async with aiohttp.ClientSession() as session:
        client = Client(
            AIOHTTP(session), Credentials.auto(), "us-east-1", URL(sys.argv[1])
        )
        item = await client.get_item("people", {"id": "1", "day": "2026"})
        print(item["name"])


asyncio.run(main())
