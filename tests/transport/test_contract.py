"""What every transport promises, against a server that misbehaves."""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import pytest

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import TransportError
from dynamorm_async.transport.aiobotocore import AiobotocoreTransport
from dynamorm_async.transport.direct import DirectTransport
from dynamorm_async.wire import Body, Reply, Transport

from .fault_server import DATE, Act, FaultServers, checked, chunked, cut, echo, http

KEY = Credentials(access_key_id="local", secret_access_key="local")
GET: Body = {"TableName": "t", "Key": {"id": {"S": "1"}}}
ITEM = {"Item": {"id": {"S": "1"}, "b": {"B": "AAE="}}}
RAW = json.dumps(ITEM).encode()
GOOD = checked(RAW)
OK = Act([GOOD])
FOUND = Reply(status=200, body=ITEM, request_id="R1", date=DATE)
HUGE = {"Items": [{"id": {"S": "x" * 1000}}] * 5000}
HUGE_RAW = json.dumps(HUGE).encode()
ECHO = Act(render=echo)


def key_of(number: object) -> Body:
    """A request that is answered with its own key."""
    return {"TableName": "t", "Key": {"id": {"S": str(number)}}}


def id_in(reply: Reply) -> str:
    """The key that a reply is for."""
    found: str = reply.body["Item"]["id"]["S"]
    return found


def ids(count: int) -> list[str]:
    """The keys of so many requests."""
    return [str(number) for number in range(count)]


Make = Callable[..., Transport]


@pytest.fixture(params=[AiobotocoreTransport, DirectTransport], ids=["aiob", "direct"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Makes transports to a URL, and closes them."""
    made: list[Transport] = []

    def make(url: str, **settings: Any) -> Transport:
        made.append(transport_to(request.param, url, **settings))
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


WHOLE = {
    "in one piece": Act([GOOD]),
    "in 100 segments": Act(cut(GOOD, 100)),
    "byte by byte, slowly": Act(cut(GOOD, len(GOOD)), pause=0.0005),
    "with the head apart": Act([GOOD[: -len(RAW)], RAW]),
    "chunked": Act([chunked(RAW, 7)]),
    "chunked, in 100 segments": Act(cut(chunked(RAW, 3), 100)),
    "before it closes": Act([checked(RAW, "Connection: close")], end="close"),
    "until it closes": Act([GOOD.replace(b"Content-Length", b"X-Length")], end="close"),
    "in small letters": Act([GOOD.replace(b"x-amz-crc", b"X-AMZ-CRC")]),
    "without a checksum": Act([http(RAW)]),
    "after a wait": Act([b"HTTP/1.1 100 Continue\r\n\r\n", GOOD]),
}


@pytest.mark.parametrize("act", WHOLE.values(), ids=WHOLE)
async def test_a_reply_is_read_however_it_comes(
    make: Make, serving: FaultServers, act: Act
) -> None:
    server = serving([act])
    transport = make(server.url)
    assert await transport.send("GetItem", GET) == FOUND
    assert await transport.send("GetItem", GET) == FOUND


@pytest.mark.parametrize(
    "reply", [checked(HUGE_RAW), chunked(HUGE_RAW, 9999)], ids=["plain", "chunked"]
)
async def test_a_reply_may_be_larger_than_any_buffer(
    make: Make, serving: FaultServers, reply: bytes
) -> None:
    server = serving([Act([reply])])
    transport = make(server.url)
    assert (await transport.send("Query", {"TableName": "t"})).body == HUGE


async def test_a_request_may_be_larger_than_any_buffer(
    make: Make, serving: FaultServers
) -> None:
    key = {"id": {"S": "y" * 900_000}}
    server = serving([ECHO])
    transport = make(server.url)
    reply = await transport.send("GetItem", {"TableName": "t", "Key": key})
    assert reply.body == {"Item": key}


BROKEN = {
    "reset before a byte": Act(end="reset"),
    "closed before a byte": Act(end="close"),
    "reset in the head": Act([GOOD[:30]], end="reset"),
    "closed in the head": Act([GOOD[:30]], end="close"),
    "reset in the body": Act([GOOD[:-9]], end="reset"),
    "closed in the body": Act([GOOD[:-9]], end="close"),
    "closed in a chunk": Act([chunked(RAW, 9)[:-20]], end="close"),
    "shorter than it says": Act([http(RAW, length=len(RAW) + 5)], end="close"),
    "longer than it says": Act([http(RAW, length=len(RAW) - 5)]),
    "with a wrong checksum": Act([http(RAW, "x-amz-crc32: 1")]),
    "garbage": Act([b"SSH-2.0-OpenSSH_9.9\r\n\r\n"], end="close"),
    "binary garbage": Act([bytes(range(256))], end="close"),
    "with a head of garbage": Act([b"HTTP/1.1 200 OK\r\n\0\r\n\r\n"], end="close"),
    "with a bad chunk": Act([chunked(RAW, 9).replace(b"\r\n9\r\n", b"\r\nz\r\n")]),
    "a page of somebody else": Act([http(b"<html>Welcome")]),
    "silent": Act(end="say nothing"),
    "silent in the head": Act([GOOD[:30]], end="say nothing"),
    "silent in the body": Act([GOOD[:-9]], end="say nothing"),
}


@pytest.mark.parametrize("act", BROKEN.values(), ids=BROKEN)
async def test_what_is_no_reply_is_an_error_and_the_next_call_succeeds(
    make: Make, serving: FaultServers, act: Act
) -> None:
    server = serving([act, OK], [OK])
    transport = make(server.url, read_timeout=0.2)
    with pytest.raises(TransportError, match=r"GetItem: .*http|the reply") as caught:
        await transport.send("GetItem", GET)
    assert caught.value.sent
    assert await transport.send("GetItem", GET) == FOUND


async def test_silence_is_told_as_a_timeout(make: Make, serving: FaultServers) -> None:
    server = serving([Act(end="say nothing")])
    transport = make(server.url, read_timeout=0.05)
    with pytest.raises(TransportError, match="was silent for longer") as caught:
        await transport.send("GetItem", GET)
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_a_slow_reply_is_no_silent_one(make: Make, serving: FaultServers) -> None:
    server = serving([Act(cut(GOOD, 10), pause=0.05)])
    transport = make(server.url, read_timeout=0.3)
    assert await transport.send("GetItem", GET) == FOUND


@pytest.mark.parametrize("status", ["403 Forbidden", "503 Unavailable"])
@pytest.mark.parametrize("body", [b"", b"<html>no", b"[1]", b"\xff"])
async def test_an_error_without_json_is_an_empty_error(
    make: Make, serving: FaultServers, status: str, body: bytes
) -> None:
    server = serving([Act([http(body, status=status)])])
    reply = await make(server.url).send("GetItem", GET)
    assert reply == Reply(status=int(status[:3]), body={}, request_id="R1", date=DATE)


async def test_an_error_of_dynamodb_is_a_reply(
    make: Make, serving: FaultServers
) -> None:
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}
    raw = json.dumps(body).encode()
    server = serving([Act([http(raw, status="400 Bad")])])
    reply = await make(server.url).send("GetItem", GET)
    assert (reply.status, reply.body) == (400, body)


async def test_nobody_gets_one_of_100_replies_to_one_request(
    make: Make, serving: FaultServers
) -> None:
    flood = Act(
        [
            echo(b'{"Key": {"id": {"S": "mine"}}}')
            + http(b'{"Item": {"id": {"S": "stray"}}}') * 99
        ]
    )
    server = serving([flood], [ECHO])
    transport = make(server.url)
    first = await transport.send("GetItem", key_of("mine"))
    others = [await transport.send("GetItem", key_of(n)) for n in range(3)]
    assert id_in(first) == "mine"
    assert [id_in(each) for each in others] == ["0", "1", "2"]


async def test_a_connection_is_used_again(make: Make, serving: FaultServers) -> None:
    server = serving([ECHO])
    transport = make(server.url)
    for number in range(5):
        await transport.send("GetItem", key_of(number))
    assert server.connections == 1


async def test_there_are_never_more_connections_than_allowed(
    make: Make, serving: FaultServers
) -> None:
    server = serving([ECHO])
    transport = make(server.url, max_connections=3)
    replies = await asyncio.gather(
        *(transport.send("GetItem", key_of(number)) for number in range(40))
    )
    assert server.connections == 3
    assert [id_in(each) for each in replies] == ids(40)


async def test_cancelling_a_call_leaves_the_pool_usable(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK, Act(end="say nothing")], [OK])
    transport = make(server.url, max_connections=1)
    await transport.send("GetItem", GET)
    with anyio.move_on_after(0.2) as scope:
        await transport.send("GetItem", GET)
    assert scope.cancelled_caught
    assert await transport.send("GetItem", GET) == FOUND


async def test_cancelling_a_waiting_call_leaves_the_pool_usable(
    make: Make, serving: FaultServers
) -> None:
    server = serving([Act(cut(GOOD, 2), pause=0.05)])
    transport = make(server.url, max_connections=1)
    await transport.send("GetItem", GET)
    calls = [asyncio.create_task(transport.send("GetItem", GET)) for _ in range(3)]
    await asyncio.wait(calls, timeout=0.03)
    calls[1].cancel()
    assert await calls[0] == await calls[2] == FOUND
    assert calls[1].cancelled()


@pytest.mark.parametrize(
    ("kind", "count"), [(AiobotocoreTransport, 1000), (DirectTransport, 10_000)]
)
async def test_calls_cancelled_at_any_moment_disturb_nobody(
    serving: FaultServers, kind: Callable[[Config], Transport], count: int
) -> None:
    chance = random.Random(1)
    slow = Act(render=echo, pause=0.001)
    server = serving([ECHO, slow, ECHO, slow, slow])
    transport = transport_to(kind, server.url, max_connections=8)
    assert id_in(await transport.send("GetItem", key_of("first"))) == "first"
    answered: list[int] = []

    async def caller(numbers: range) -> None:
        for number in numbers:
            with anyio.move_on_after(chance.random() * 0.02):
                reply = await transport.send("GetItem", key_of(number))
                assert id_in(reply) == str(number)
                answered.append(number)

    async with anyio.create_task_group() as group:
        for start in range(50):
            group.start_soon(caller, range(start, count, 50))
    assert id_in(await transport.send("GetItem", key_of("last"))) == "last"
    assert 0 < len(answered) < count
    await transport.aclose()  # the guards see that nothing is left


async def test_a_closed_transport_opens_again(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK])
    transport = make(server.url)
    await transport.aclose()
    for _ in range(2):
        assert await transport.send("GetItem", GET) == FOUND
        await transport.aclose()
        await transport.aclose()
    assert "not connected" in repr(transport)


async def test_first_calls_at_once_are_all_answered(
    make: Make, serving: FaultServers
) -> None:
    server = serving([ECHO])
    transport = make(server.url)
    calls = (transport.send("GetItem", key_of(number)) for number in range(20))
    replies = await asyncio.gather(*calls)
    assert [id_in(each) for each in replies] == ids(20)


async def test_cancelling_the_first_call_leaves_it_usable(
    make: Make, serving: FaultServers
) -> None:
    server = serving([OK])
    transport = make(server.url)
    first = asyncio.create_task(transport.send("GetItem", GET))
    second = asyncio.create_task(transport.send("GetItem", GET))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == FOUND
    assert first.cancelled()


async def test_two_event_loops_in_two_threads_do_not_meet(
    make: Make, serving: FaultServers
) -> None:
    server = serving([ECHO])
    transport = make(server.url)

    async def send_many() -> list[str]:
        calls = (transport.send("GetItem", key_of(each)) for each in range(50))
        return [id_in(each) for each in await asyncio.gather(*calls)]

    elsewhere = anyio.to_thread.run_sync(lambda: asyncio.run(send_many()))
    here, there = await asyncio.gather(send_many(), elsewhere)
    assert here == there == ids(50)


KINDS = pytest.mark.parametrize("kind", [AiobotocoreTransport, DirectTransport])


def transport_to(
    kind: Callable[[Config], Transport], url: str, **settings: Any
) -> Transport:
    config = Config(endpoint_url=url, region="us-east-1", credentials=KEY)
    return kind(Config.of(config, **settings))


@KINDS
def test_a_second_event_loop_opens_its_own_connections(
    kind: Callable[[Config], Transport], serving: FaultServers
) -> None:
    server = serving([OK])
    transport = transport_to(kind, server.url)
    for _ in range(3):  # without closing: the loop's end closes what is open
        assert asyncio.run(_send(transport)) == FOUND
    assert server.connections == 3


async def _send(transport: Transport) -> Reply:
    return await transport.send("GetItem", GET)


@KINDS
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_opens_its_own_connections(
    kind: Callable[[Config], Transport], serving: FaultServers
) -> None:
    server = serving([OK])
    transport = transport_to(kind, server.url)

    async def before_and_after() -> int:
        await transport.send("GetItem", GET)
        child = os.fork()
        if child == 0:
            os._exit(_send_in_child(transport))
        status = await anyio.to_thread.run_sync(lambda: os.waitpid(child, 0)[1])
        assert await transport.send("GetItem", GET) == FOUND
        await transport.aclose()
        return os.waitstatus_to_exitcode(status)

    assert asyncio.run(before_and_after()) == 0
    assert server.connections == 2


def _send_in_child(transport: Transport) -> int:
    """The exit code of a child that could send: 0."""
    try:
        return int(asyncio.run(_send(transport)) != FOUND)
    except BaseException:
        return 2
