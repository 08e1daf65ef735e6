"""The direct transport: what it alone promises."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from dynamorm_async.config import Config, Credentials, TransportName
from dynamorm_async.errors import ConfigurationError, CredentialsError, TransportError
from dynamorm_async.transport.choice import transport_of
from dynamorm_async.transport.direct import DirectTransport
from dynamorm_async.transport.line import Line
from dynamorm_async.transport.signing import signer_of_day
from dynamorm_async.transport.writing import amz_date
from dynamorm_async.wire import ITEM_OPERATIONS, Body

from .fault_server import Act, FaultServers, checked, echo, http

KEY = Credentials(access_key_id="local", secret_access_key="local")
GET: Body = {"TableName": "t", "Key": {"id": {"S": "1"}}}
PUT: Body = {"TableName": "t", "Item": {"id": {"S": "1"}}}
GUARDED: Body = {**PUT, "ConditionExpression": "attribute_not_exists(#n0)"}
OK = Act([checked(b"{}")])

Make = Callable[..., DirectTransport]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes transports, and closes them."""
    made: list[DirectTransport] = []

    def make(url: str | None, **settings: Any) -> DirectTransport:
        config = Config(endpoint_url=url, region="us-east-1", credentials=KEY)
        made.append(DirectTransport(Config.of(config, **settings)))
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


def line_of(transport: DirectTransport) -> Line:
    [seat] = transport._seats
    assert seat.line is not None
    return seat.line


@pytest.mark.parametrize("name", ["direct", None])
def test_it_is_chosen_by_its_name_and_by_default(name: TransportName | None) -> None:
    assert isinstance(transport_of(Config(transport=name)), DirectTransport)


async def test_its_repr_shows_where_and_how_busy_it_is(
    make: Make, serving: FaultServers
) -> None:
    server = serving([Act(render=echo)])
    transport = make(server.url, max_connections=2)
    assert repr(transport) == "<DirectTransport, not connected>"
    await asyncio.gather(*(transport.send("GetItem", GET) for _ in range(9)))
    pool = "<Pool 0 busy, 2 idle, 0 opening, 0 waiting>"
    assert repr(transport) == f"<DirectTransport to {server.url}: {pool}>"
    assert repr(line_of(transport).pool) == pool


async def test_what_is_kept_is_closed_by_the_server_and_replaced(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK])
    transport = make(server.url)
    for _ in range(3):
        await transport.send("PutItem", GUARDED)
        await server.hang_up()
        await asyncio.sleep(0.01)  # until the news of it has come
    assert (server.connections, len(server.requests)) == (3, 3)


DEAD = Act(end="reset")
QUIET_END = Act(end="close")


@pytest.mark.parametrize("end", [DEAD, QUIET_END])
@pytest.mark.parametrize(
    ("operation", "body"), [("GetItem", GET), ("PutItem", PUT), ("Query", {})]
)
async def test_a_connection_kept_too_long_is_replaced_unseen(
    make: Make, serving: FaultServers, operation: str, body: Body, end: Act
) -> None:
    server = serving([OK, end], [OK])
    transport = make(server.url)
    for _ in range(2):
        assert (await transport.send(operation, body)).status == 200
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_all_that_were_kept_too_long_are_replaced(
    make: Make, serving: FaultServers
) -> None:
    server = serving(*[[Act(render=echo), DEAD]] * 4, [OK])
    transport = make(server.url, max_connections=4)
    for _ in range(2):
        calls = (transport.send("GetItem", GET) for _ in range(4))
        assert {each.status for each in await asyncio.gather(*calls)} == {200}
    assert server.connections == 8


async def test_a_conditional_write_is_not_repeated_unseen(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK, DEAD], [OK])
    transport = make(server.url)
    await transport.send("PutItem", GUARDED)
    with pytest.raises(TransportError, match="broke before the reply came") as caught:
        await transport.send("PutItem", GUARDED)
    assert caught.value.sent
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "script", [[DEAD], [OK, Act([b"HTTP"], end="reset")]], ids=["new", "half"]
)
async def test_nothing_else_is_repeated(
    make: Make, serving: FaultServers, script: list[Act]
) -> None:
    server = serving(script)
    transport = make(server.url)
    for _ in script[1:]:
        await transport.send("GetItem", GET)
    with pytest.raises(TransportError, match="broke before the reply came"):
        await transport.send("GetItem", GET)
    assert (server.connections, len(server.requests)) == (1, len(script))


async def test_what_breaks_twice_is_an_error(make: Make, serving: FaultServers) -> None:
    server = serving([OK, DEAD], [DEAD])
    transport = make(server.url)
    await transport.send("GetItem", GET)
    with pytest.raises(TransportError, match="broke before the reply came"):
        await transport.send("GetItem", GET)
    assert len(server.requests) == 3


async def test_nobody_listening_is_said(make: Make, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    with pytest.raises(TransportError, match=f"GetItem: no connection to {url} .*endp"):
        await make(url).send("GetItem", GET)


async def test_a_host_that_is_none_is_said(make: Make) -> None:
    with pytest.raises(
        TransportError, match=r"GetItem: no connection to http://x.+:80"
    ):
        await make(f"http://x{'.' * 3}x:80").send("GetItem", GET)


async def test_connecting_may_not_take_for_ever(make: Make) -> None:
    transport = make("http://127.0.0.1:1", connect_timeout=1e-9)
    with pytest.raises(TransportError, match=r"within connect_timeout; .*endpoint_url"):
        await transport.send("GetItem", GET)


async def test_no_region_is_said(make: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"region: none is set; .*AWS_REGION"):
        await make(None, region=None).send("GetItem", GET)


async def test_no_credentials_are_said(make: Make, serving: FaultServers) -> None:
    transport = make(serving([OK]).url, credentials=None)
    with pytest.raises(CredentialsError, match="GetItem: no AWS credentials found"):
        await transport.send("GetItem", GET)


def late(date: str) -> Act:
    """A refusal of a signature for its time."""
    error = {
        "__type": "com.amazon.coral.service#InvalidSignatureException",
        "message": "Signature expired: 20200101T000000Z is now earlier than",
    }
    reply = http(json.dumps(error).encode(), status="400 Bad Request")
    head, _, rest = reply.partition(b"Date: ")
    return Act([head + b"Date: " + date.encode() + rest[29:]])


async def test_a_wrong_clock_is_set_by_the_reply(
    make: Make, serving: FaultServers, caplog: pytest.LogCaptureFixture
) -> None:
    server = serving([late("Sun, 22 Nov 2099 09:00:00 GMT"), OK])
    transport = make(server.url)
    for _ in range(2):
        assert (await transport.send("PutItem", GUARDED)).status == 200
    dates = [request.partition(b"X-Amz-Date: ")[2][:8] for request in server.requests]
    assert dates[1:] == [b"20991122", b"20991122"]
    assert dates[0] < b"20991122"
    assert "the clock of this machine is wrong by -" in caplog.text


async def test_a_clock_is_set_only_once_for_a_call(
    make: Make, serving: FaultServers
) -> None:
    server = serving([late("Sun, 22 Nov 2099 09:00:00 GMT")])
    reply = await make(server.url).send("GetItem", GET)
    assert (reply.status, len(server.requests)) == (400, 2)


async def test_a_freeze_opens_new_connections(
    make: Make, serving: FaultServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving([OK])
    transport = make(server.url)
    await transport.send("GetItem", GET)
    pool = line_of(transport).pool
    wall = pool._wall
    monkeypatch.setattr(pool, "_wall", lambda: wall() + 900)
    await transport.send("PutItem", GUARDED)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_tables_are_managed_through_botocore(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK])
    transport = make(server.url)
    assert "ListTables" not in ITEM_OPERATIONS
    await transport.send("ListTables", {})
    assert repr(transport) == "<DirectTransport, not connected>"
    await transport.send("GetItem", GET)
    agents = [request.lower().count(b"botocore") > 0 for request in server.requests]
    assert agents == [True, False]


async def test_it_steps_aside_for_a_proxy_and_says_so_once(
    make: Make,
    serving: FaultServers,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    proxy = serving([OK])
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "localhost")
    caplog.set_level(logging.INFO, "dynamorm_async")
    transport = make("http://db.test")
    for _ in range(2):
        assert (await transport.send("GetItem", GET)).status == 200
    assert proxy.requests[0].startswith(b"POST http://db.test/ HTTP/1.1\r\n")
    assert [each.message for each in caplog.records] == [
        "requests go through aiobotocore: a proxy stands between here and db.test"
    ]


@pytest.mark.parametrize(
    ("url", "loads_botocore"), [("http://db.test", False), ("http://db.test/x", True)]
)
def test_preparing_does_what_needs_no_event_loop(
    url: str, loads_botocore: bool
) -> None:
    transport = DirectTransport(
        Config(endpoint_url=url, region="us-east-1", credentials=KEY)
    )
    transport.prepare()
    assert (transport._through_botocore is not None) is loads_botocore


def test_preparing_makes_the_signing_key_of_the_day() -> None:
    config = Config(region="eu-west-9", endpoint_url="http://db.test", credentials=KEY)
    signer_of_day.cache_clear()
    DirectTransport(config).prepare()
    assert signer_of_day.cache_info().misses == 1
    for at in (time.time(), time.time() - 60):  # it may have been midnight
        signer_of_day(KEY.secret_access_key, amz_date(int(at))[:8], "eu-west-9")
    assert signer_of_day.cache_info().hits >= 1


async def test_preparing_leaves_complaints_to_the_first_request() -> None:
    transport = DirectTransport(Config(region=None))
    await anyio.to_thread.run_sync(transport.prepare)
    with pytest.raises(ConfigurationError, match="region"):
        await transport.send("GetItem", GET)


async def test_a_source_of_keys_is_asked_before_every_request(
    make: Make, serving: FaultServers
) -> None:
    class Source:
        asked = 0

        async def credentials(self) -> Credentials:
            self.asked += 1
            return Credentials(access_key_id=f"K{self.asked}", secret_access_key="x")

    server = serving([OK])
    transport = make(server.url, credentials=Source())
    await transport.send("GetItem", GET)
    await transport.send("GetItem", GET)
    assert [b"Credential=K1/" in server.requests[0], len(server.requests)] == [True, 2]
    assert b"Credential=K2/" in server.requests[1]


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop does not run there")
def test_it_runs_on_uvloop(serving: FaultServers) -> None:
    uvloop = pytest.importorskip("uvloop")
    server = serving([Act(render=echo), Act(render=echo), DEAD], [Act(render=echo)])
    transport = DirectTransport(
        Config(endpoint_url=server.url, region="us-east-1", credentials=KEY)
    )

    async def send() -> list[int]:
        replies = [await transport.send("GetItem", GET) for _ in range(5)]
        return [each.status for each in replies]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(send()) == [200] * 5
        runner.run(transport.aclose())
    assert server.connections == 2


WRONG = Act([http(b'{"Items":[]}', "x-amz-crc32: 1")])
REFUSED = Act([http(b'{"__type":"X"}', status="400 Bad")])


@pytest.mark.parametrize("made", [{"Items": ["ready"]}, None])
async def test_a_caller_may_read_the_bytes_of_a_success(
    make: Make, serving: FaultServers, made: Body | None
) -> None:
    raw = b'{"Items":[]}'
    seen: list[bytes] = []

    def read(raw: bytes) -> Body | None:
        seen.append(raw)
        return made

    transport = make(serving([Act([checked(raw)])]).url)
    replies = [await transport.send_and_read("Query", {}, read) for _ in range(2)]
    assert seen == [raw] * 2
    assert [each.body for each in replies] == [made or {"Items": []}] * 2


async def test_a_caller_reads_no_bytes_of_a_failure(
    make: Make, serving: FaultServers
) -> None:
    def read(raw: bytes) -> Body | None:
        raise AssertionError(raw)

    transport = make(serving([REFUSED, WRONG]).url)
    refused = await transport.send_and_read("Query", {}, read)
    assert (refused.status, refused.body) == (400, {"__type": "X"})
    with pytest.raises(TransportError, match="CRC32"):
        await transport.send_and_read("Query", {}, read)
