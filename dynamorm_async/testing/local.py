"""A database on this machine, for as long as a block lasts."""

from collections.abc import AsyncGenerator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

from anyio import CancelScope, to_thread

from ..config import Credentials
from ..database import Database
from .engines import Engine, start_engine


@asynccontextmanager
async def local_dynamodb(
    *,
    engine: str = "moto",
    **config: Any,  # the settings of Config, which checks them
) -> AsyncGenerator[Database]:
    """A `Database` on an engine of its own, which starts empty and ends with the block.

    >>> async with local_dynamodb() as db:
    ...     await db.ensure_table(User)

    `engine` is one of `start_engine`; with the URL of a running one the tables get a
    prefix of their own, and stay when the block ends.  The other arguments are settings
    of the `Database`.  Raises `ConfigurationError` where the engine is not installed.
    """
    # The thread owns the engine from the first moment: however this block is left, even
    # cancelled while the engine starts, the closing is queued behind the start.
    thread = ThreadPoolExecutor(1, thread_name_prefix="local_dynamodb")
    starting = thread.submit(start_engine, engine)
    try:
        started = await to_thread.run_sync(starting.result)
        async with Database(**(settings_for(started) | config)) as db:
            yield db
    finally:
        closing = thread.submit(close_started, starting)
        thread.shutdown(wait=False)
        with CancelScope(shield=True):
            await to_thread.run_sync(closing.result)


def settings_for(engine: Engine) -> dict[str, Any]:
    """What a `Database` needs to know to reach the engine, and nothing else there."""
    settings: dict[str, Any] = {
        "endpoint_url": engine.url,
        "region": "us-east-1",
        # A proxy, which a machine may need for packages, can't reach this one.
        "use_proxies": False,
        "credentials": Credentials(
            access_key_id="local", secret_access_key="local", session_token=None
        ),
    }
    if engine.is_shared:
        settings["table_prefix"] = f"local-{token_hex(4)}-"
    return settings


def close_started(starting: "Future[Engine]") -> None:
    """Close the engine, if it ever started."""
    if starting.exception() is None:
        starting.result().close()
