"""Modules of this package that load botocore, loaded when they are needed."""

import asyncio
from importlib import import_module
from typing import Any


async def load(name: str) -> Any:
    """The module of this package with that name.

    botocore takes some 200 ms to load, which is spent in a thread.
    """
    return await asyncio.to_thread(load_now, name)


def load_now(name: str) -> Any:
    """The module of this package with that name; blocks until it is loaded."""
    return import_module(f"{__package__}.{name}")
