"""Modules of this package that load botocore, loaded when they are needed."""

import asyncio
from importlib import import_module
from typing import Any

from ..errors import ConfigurationError


async def load(name: str) -> Any:
    """The module of this package with that name.

    botocore takes some 200 ms to load, which is spent in a thread.
    """
    return await asyncio.to_thread(load_now, name)


def load_now(name: str) -> Any:
    """The module of this package with that name; blocks until it is loaded.

    Raises `ConfigurationError` where botocore was left out of the installation.
    """
    try:
        return import_module(f"{__package__}.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise ConfigurationError(
            f"aiobotocore is not installed (no module {error.name!r}); without it "
            "there are requests for items alone, with a key from the environment or "
            "from credentials=: no tables, profiles, proxies, roles or other sources "
            "of keys"
        ) from error
