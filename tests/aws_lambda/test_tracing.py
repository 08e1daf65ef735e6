"""X-Ray: what it is told of each request, and that nothing is loaded without it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from anyio import to_thread

from dynamorm_async import AccountConfig, Credentials, Database, MultiAccountDB
from dynamorm_async.config import TRANSPORT_NAMES
from dynamorm_async.errors import TransportError
from dynamorm_async.testing import Engine
from dynamorm_async.transport.tracing import TracedTransport, facts_of
from dynamorm_async.wire import Body
from tests.accounts.fake_sts import FakeSts
from tests.aws_lambda.runtime_api import Function, needs_runtime
from tests.models import Note
from tests.scripted import ScriptedTransport, ok
from tests.transport.fault_server import checked
from tests.transport.requests import read_request

pytestmark = needs_runtime

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={}"
HANDLER = "tests.aws_lambda.functions.handler"


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Where the X-Ray daemon would listen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        yield listener


@pytest.fixture
def function(engine: Engine, prefix: str, daemon: socket.socket) -> Iterator[Function]:
    """A function whose table does not exist: each read is an error of the service."""
    environment = {
        "AWS_ENDPOINT_URL_DYNAMODB": engine.url,
        "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{daemon.getsockname()[1]}",
        "TABLE_PREFIX": prefix,
        "TRANSPORT": TRANSPORT_NAMES[0],
    }
    function = Function(HANDLER, environment)
    yield function
    function.close()


def received(daemon: socket.socket) -> dict[str, Any]:
    """The next document that the daemon got, without ids and times."""
    document = json.loads(daemon.recv(65536).partition(b"\n")[2])
    for each in ("id", "start_time", "end_time"):
        del document[each]
    return dict(document)


def test_each_request_of_a_sampled_invocation_is_a_subsegment(
    function: Function, daemon: socket.socket, prefix: str
) -> None:
    read = {"do": "read", "owner": "ann"}
    assert function.invoke(read, trace=TRACE.format(1)).error[0] == "TableNotFoundError"
    document = received(daemon)
    request_id = document["aws"].pop("request_id")
    assert isinstance(request_id, str)
    assert document == {
        "name": "DynamoDB",
        "namespace": "aws",
        "type": "subsegment",
        "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
        "parent_id": "53995c3f42cd8ad8",
        "in_progress": False,
        "aws": {"operation": "GetItem", "table_name": f"{prefix}notes"},
        "http": {"response": {"status": 400}},
        "error": True,
    }


def test_calls_at_once_are_subsegments_beside_each_other(
    function: Function, daemon: socket.socket
) -> None:
    many = {"do": "read_many", "owner": "ann", "times": 3}
    function.invoke(many, trace=TRACE.format(1))
    parents = {received(daemon)["parent_id"] for _ in range(3)}
    assert parents == {"53995c3f42cd8ad8"}


@pytest.mark.parametrize("trace", [None, TRACE.format(0)])
def test_an_invocation_that_is_not_sampled_loads_nothing(
    function: Function, trace: str | None
) -> None:
    function.invoke({"do": "read", "owner": "ann"}, trace=trace)
    assert function.invoke({"do": "look"}, trace=trace).result["xray"] is False


@pytest.fixture
async def recorder(
    daemon: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Any]:
    """X-Ray's recorder in a sampled invocation; what it sends goes to the daemon."""
    core: Any = await to_thread.run_sync(import_module, "aws_xray_sdk.core")
    recorder = core.xray_recorder
    address = f"127.0.0.1:{daemon.getsockname()[1]}"
    configure = partial(recorder.configure, sampling=False, daemon_address=address)
    await to_thread.run_sync(configure)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "notes")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE.format(1))
    yield recorder
    recorder.emitter._socket.close()


async def test_a_request_without_an_answer_is_a_fault(recorder: Any) -> None:
    transport = TracedTransport(ScriptedTransport(TransportError("broken"), ok()))
    with recorder.in_segment("test") as segment:
        with pytest.raises(TransportError, match="broken"):
            await transport.send("Scan", {"TableName": "t"})
        await transport.send("Scan", {"TableName": "t"})
        first, second = segment.subsegments
    assert (first.fault, first.annotations) == (True, {"error": "TransportError"})
    assert (hasattr(second, "fault"), second.annotations) == (False, {})


@pytest.mark.parametrize("transport", TRANSPORT_NAMES)
async def test_requests_to_partners_are_subsegments_too(
    transport: Any, recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        await asyncio.start_server(FakeSts().serve, "127.0.0.1", 0) as sts,
        await asyncio.start_server(empty_table, "127.0.0.1", 0) as engine,
        MultiAccountDB(
            {"one": AccountConfig("arn:aws:iam::111111111111:role/reader")},
            credentials=Credentials(access_key_id="a", secret_access_key="b"),
            region="us-east-1",
            endpoint_url=url_of(engine),
            transport=transport,
        ) as accounts,
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url_of(sts))
        with recorder.in_segment("test") as segment:
            for name in ("", "one"):
                await accounts.partner(name).get(Note, "ann", "x")
            facts = [each.aws for each in segment.subsegments]
    known = {"operation": "GetItem", "table_name": "notes", "request_id": "R1"}
    assert facts == [known, known]


async def empty_table(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Find no item, as often as it is asked for on one connection."""
    while await read_request(reader):
        writer.write(checked(b"{}"))
        await writer.drain()
    writer.close()


def url_of(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_database_outside_lambda_is_not_traced() -> None:
    transport = ScriptedTransport()
    assert Database(transport=transport)._transport is transport


async def test_outside_a_segment_requests_are_just_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE.format(1))
    monkeypatch.setenv("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR")
    transport = TracedTransport(ScriptedTransport(ok(Item={})))
    assert (await transport.send("GetItem", {"TableName": "t"})).body == {"Item": {}}


@pytest.mark.parametrize(
    ("body", "tables"),
    [
        ({"TableName": "a"}, {"table_name": "a"}),
        ({"RequestItems": {"b": {}, "a": {}}}, {"table_names": ["a", "b"]}),
        ({"RequestItems": {"a": []}}, {"table_name": "a"}),
        (
            {
                "TransactItems": [
                    {"Put": {"TableName": "b", "Item": {"id": {"S": "secret"}}}},
                    {"ConditionCheck": {"TableName": "a"}},
                    {"Update": {"TableName": "b"}},
                ]
            },
            {"table_names": ["a", "b"]},
        ),
        ({}, {"table_names": []}),
    ],
)
def test_the_tables_of_a_request_are_named_and_no_values(
    body: Body, tables: dict[str, Any]
) -> None:
    assert facts_of("X", body) == {"operation": "X", **tables}
