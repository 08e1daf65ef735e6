"""X-Ray: a subsegment for each request, where the SDK is installed and records."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import PathFinder
from typing import Any

from msgspec import Struct

from ..errors import TransportError
from ..wire import Body, Reply, Transport
from .preparing import prepare

SEGMENT_NAME = "DynamoDB"
"""How X-Ray's own patches name it; the service map shows it as DynamoDB."""

_SDK = "aws_xray_sdk"
_PARTS_OF_TRANSACTION = "TransactItems"


class Sdk(Struct, frozen=True):
    """What is used of the X-Ray SDK; loaded when something is recorded."""

    recorder: Any
    make_subsegment: Callable[[str, str, Any], Any]


def traced(transport: Transport) -> Transport:
    """A transport whose requests X-Ray sees, where its SDK is installed.

    Does not load the SDK.
    """
    if PathFinder.find_spec(_SDK) is not None:
        return TracedTransport(transport)
    return transport


def is_sampled() -> bool:
    """Whether X-Ray records the invocation that is running now."""
    return "Sampled=1" in os.environ.get("_X_AMZN_TRACE_ID", "")


def tables_in(body: Body) -> list[str]:
    """The tables that a request is about."""
    if "TableName" in body:
        return [body["TableName"]]
    if "RequestItems" in body:
        return sorted(body["RequestItems"])
    parts = body.get(_PARTS_OF_TRANSACTION, ())
    return sorted({each["TableName"] for part in parts for each in part.values()})


def facts_of(operation: str, body: Body) -> dict[str, Any]:
    """What X-Ray shows of a request: the operation and its tables, and no values."""
    tables = tables_in(body)
    if len(tables) == 1:
        return {"operation": operation, "table_name": tables[0]}
    return {"operation": operation, "table_names": tables}


class TracedTransport:
    """A transport whose requests X-Ray sees, while it records the invocation.

    A request that is sent again is a subsegment of its own.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._sdk: Sdk | None = None

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Send one request and wait for its reply."""
        if not is_sampled():
            return await self.transport.send(operation, body)
        if self._sdk is None:
            self._sdk = await _loaded()
        sdk = self._sdk
        above = sdk.recorder.get_trace_entity()
        if above is None:
            return await self.transport.send(operation, body)
        with subsegment(sdk, above, facts_of(operation, body)) as segment:
            reply = await self.transport.send(operation, body)
            segment.put_http_meta("status", reply.status)
            segment.set_aws({**segment.aws, "request_id": reply.request_id})
            return reply

    def prepare(self) -> None:
        """Prepare the transport within."""
        prepare(self.transport)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.transport.aclose()

    def __repr__(self) -> str:
        return f"<TracedTransport over {self.transport!r}>"


@contextmanager
def subsegment(sdk: Sdk, above: Any, facts: dict[str, Any]) -> Generator[Any]:
    """A part of `above`, which X-Ray records.

    It is no "current" one, as the SDK's own would be: of those there is one per thread,
    and calls that run at once would end each other's.
    """
    whole = getattr(above, "parent_segment", above)
    segment = sdk.make_subsegment(SEGMENT_NAME, "aws", whole)
    segment.set_aws(facts)
    above.add_subsegment(segment)
    try:
        yield segment
    except TransportError as error:
        segment.add_fault_flag()
        segment.put_annotation("error", type(error).__name__)
        raise
    except BaseException:
        segment.add_error_flag()
        raise
    finally:
        segment.close()
        sdk.recorder.stream_subsegments()


async def _loaded() -> Sdk:
    # Needed for this alone.  Loading the SDK makes a client of botocore, which takes
    # longer than an event loop may stand still.
    from anyio import to_thread

    return await to_thread.run_sync(_load)


def _load() -> Sdk:
    core = import_module(f"{_SDK}.core")
    model = import_module(f"{_SDK}.core.models.subsegment")
    return Sdk(core.xray_recorder, model.Subsegment)
