"""One line for each request on the wire, at level DEBUG; never a value of an item."""

import logging
import time
from collections.abc import Awaitable

from ..transport.tracing import tables_in
from ..wire import Body, Reply

requests = logging.getLogger("dynamorm_async.requests")


async def logged(operation: str, body: Body, sending: Awaitable[Reply]) -> Reply:
    """The reply that is waited for, and a line about it."""
    started = time.perf_counter()
    tables = ", ".join(tables_in(body)) or "no table"
    try:
        reply = await sending
    except BaseException as error:
        took = (time.perf_counter() - started) * 1000
        name = type(error).__name__
        requests.debug("%s on %s: %s after %.1f ms", operation, tables, name, took)
        raise
    took = (time.perf_counter() - started) * 1000
    requests.debug(
        "%s on %s: %d in %.1f ms (request %s)",
        operation,
        tables,
        reply.status,
        took,
        reply.request_id,
    )
    return reply
