"""The handlers that the tests run under Lambda's runtime."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from dynamorm_async import get_memory_stats, lambda_init
from tests.models import Note

SETTINGS: dict[str, Any] = {
    "table_prefix": os.environ["TABLE_PREFIX"],
    "transport": os.environ["TRANSPORT"],
}

db = lambda_init(Note, **SETTINGS)


async def write(event: dict[str, Any]) -> str:
    """Store a note; whose."""
    note = await db.save(Note(owner=event["owner"], day="2026-11-22"))
    return note.owner


async def read(event: dict[str, Any]) -> str | None:
    """The text of a note; None where there is none."""
    note = await db.get(Note, event["owner"], "2026-11-22")
    return None if note is None else note.text


async def read_many(event: dict[str, Any]) -> int:
    """Read at once, so many times."""
    async with anyio.create_task_group() as reads:
        for _ in range(event["times"]):
            reads.start_soon(db.get, Note, event["owner"], "2026-11-22")
    return int(event["times"])


async def look(_event: dict[str, Any]) -> dict[str, Any]:
    """The event loop, the memory, and whether the SDK of X-Ray is loaded."""
    return {
        "loop": id(asyncio.get_running_loop()),
        "rss_mb": get_memory_stats().rss_mb,
        "memory_mb": db.lambda_memory_mb,
        "xray": "aws_xray_sdk" in sys.modules,
    }


async def fail(_event: dict[str, Any]) -> None:
    """Raise an error."""
    raise ValueError("mine")


async def leak(event: dict[str, Any]) -> None:
    """Leave a task running."""
    event["task"] = asyncio.create_task(anyio.sleep_forever(), name="leak")


async def rotate(event: dict[str, Any]) -> None:
    """Set another key in the environment."""
    os.environ["AWS_ACCESS_KEY_ID"] = event["key"]


ACTIONS: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
    each.__name__: each for each in (write, read, read_many, look, fail, leak, rotate)
}


@db.handler
async def handler(event: dict[str, Any], _context: Any) -> Any:
    """Do what the event says."""
    return await ACTIONS[event["do"]](event)
