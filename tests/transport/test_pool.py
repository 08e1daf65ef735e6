"""The pool: who gets which connection, and what becomes of those that break."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from dynamorm_async.errors import TransportError
from dynamorm_async.transport.connection import Connection, Owner
from dynamorm_async.transport.parsing import Received
from dynamorm_async.transport.pool import IDLE_SECONDS, Pool

from .fault_server import checked

URL = "http://db.test"
REPLY = checked(b"{}")


class Wire(asyncio.Transport):
    """The other end of a connection: what was sent, and whether it was closed."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.sent: list[bytes] = []
        self.unsent = 0
        self.is_aborted = False
        connection.connection_made(self)

    def write(self, data: Any) -> None:
        self.sent.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def abort(self) -> None:
        if not self.is_aborted:
            asyncio.get_running_loop().call_soon(self.connection.connection_lost, None)
        self.is_aborted = True

    def lose(self, error: Exception) -> None:
        """Let the connection break."""
        self.is_aborted = True
        self.connection.connection_lost(error)

    def receive(self, data: bytes) -> None:
        """Let the connection receive this."""
        self.connection.get_buffer(-1)[: len(data)] = data
        self.connection.buffer_updated(len(data))


class World:
    """A pool of two connections, with clocks that are set by hand."""

    def __init__(self, limit: int = 2) -> None:
        self.now = 1000.0
        self.wall = 5000.0
        self.wires: list[Wire] = []
        self.opening: list[asyncio.Future[None]] = []
        self.answers: list[asyncio.Future[Received]] = []
        self.is_slow = False
        self.pool = Pool(
            self.open,
            limit=limit,
            read_timeout=10.0,
            clock=lambda: self.now,
            wall=lambda: self.wall,
        )

    async def open(self, doing: str, owner: Owner) -> Connection:
        if self.is_slow:
            self.opening.append(asyncio.get_running_loop().create_future())
            await self.opening[-1]
        self.wires.append(Wire(Connection(owner, URL)))
        return self.wires[-1].connection

    async def get(self, *, fresh: bool = False) -> Connection:
        found = None if fresh else self.pool.take()
        return found or await self.pool.acquire("GetItem", fresh=fresh)

    async def ask(self) -> tuple[Wire, asyncio.Future[Received]]:
        """A connection that waits for its reply, and its other end."""
        connection = await self.get()
        waiter = connection.ask("GetItem", b"request")
        self.answers.append(waiter)
        [wire] = [each for each in self.wires if each.connection is connection]
        return wire, waiter

    async def use(self) -> Wire:
        """The other end of a connection that was used and is idle now."""
        wire, waiter = await self.ask()
        wire.receive(REPLY)
        await waiter
        return wire


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    for each in world.answers:
        each.cancel()
    await world.pool.aclose()


def soon(waited_for: Awaitable[Connection]) -> asyncio.Task[Connection]:
    async def wait() -> Connection:
        return await waited_for

    return asyncio.create_task(wait())


async def settle() -> None:
    """Let everything happen that can happen now."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_one_used_last_is_used_next(world: World) -> None:
    (first, a), (second, b) = await world.ask(), await world.ask()
    second.receive(REPLY)
    first.receive(REPLY)
    await asyncio.gather(a, b)
    assert repr(world.pool) == "<Pool 0 busy, 2 idle, 0 opening, 0 waiting>"
    assert await world.use() is first
    assert await world.use() is first
    assert repr(first.connection) == f"<Connection to {URL}, idle, 3 replies>"
    assert len(world.wires) == 2


async def test_the_longest_waiting_is_served_first(world: World) -> None:
    (first, _), (second, _) = await world.ask(), await world.ask()
    waiting = [soon(world.get()) for _ in range(3)]
    await settle()
    assert repr(world.pool) == "<Pool 2 busy, 0 idle, 0 opening, 3 waiting>"
    second.receive(REPLY)
    assert await waiting[0] is second.connection
    first.receive(REPLY)
    assert await waiting[1] is first.connection
    waiting[2].cancel()
    await settle()
    assert repr(world.pool) == "<Pool 2 busy, 0 idle, 0 opening, 0 waiting>"


async def test_who_is_cancelled_in_the_queue_is_passed_over(world: World) -> None:
    (first, _), _ = await world.ask(), await world.ask()
    waiting = [soon(world.get()) for _ in range(3)]
    await settle()
    waiting[0].cancel()
    first.receive(REPLY)
    await settle()
    assert waiting[1].done()
    waiting[2].cancel()
    await settle()


async def test_who_is_cancelled_when_served_passes_it_on(world: World) -> None:
    (first, _), _ = await world.ask(), await world.ask()
    waiting = [soon(world.get()) for _ in range(2)]
    await settle()
    first.receive(REPLY)
    waiting[0].cancel()
    assert await waiting[1] is first.connection
    assert waiting[0].cancelled()


async def test_who_is_cancelled_with_a_place_passes_it_on(world: World) -> None:
    (first, _), _ = await world.ask(), await world.ask()
    waiting = [soon(world.get()) for _ in range(2)]
    await settle()
    first.connection.discard()
    waiting[0].cancel()
    assert await waiting[1] is world.wires[2].connection
    assert repr(world.pool) == "<Pool 2 busy, 0 idle, 0 opening, 0 waiting>"


async def test_cancelling_while_opening_gives_the_place_to_the_next(
    world: World,
) -> None:
    world.is_slow = True
    opening = [soon(world.get()) for _ in range(3)]
    await settle()
    assert repr(world.pool) == "<Pool 0 busy, 0 idle, 2 opening, 1 waiting>"
    opening[0].cancel()
    await settle()
    assert repr(world.pool) == "<Pool 0 busy, 0 idle, 2 opening, 0 waiting>"
    for each in world.opening[1:]:
        each.set_result(None)
    assert await opening[1] is not await opening[2]


async def test_a_failure_to_open_gives_the_place_to_the_next(world: World) -> None:
    world.is_slow = True
    opening = [soon(world.get()) for _ in range(3)]
    await settle()
    world.opening[0].set_exception(TransportError("no connection"))
    with pytest.raises(TransportError, match="no connection"):
        await opening[0]
    await settle()
    for each in world.opening[1:]:
        each.set_result(None)
    assert await opening[1] is not await opening[2]


@pytest.mark.parametrize("clock", ["now", "wall"])
async def test_what_was_idle_for_too_long_is_not_used(world: World, clock: str) -> None:
    first, second = await world.use(), await world.ask()
    second[0].receive(REPLY)
    setattr(world, clock, getattr(world, clock) + IDLE_SECONDS + 1)
    third = await world.use()
    assert (first.is_aborted, third.is_aborted) == (True, False)
    assert repr(world.pool) == "<Pool 0 busy, 1 idle, 0 opening, 0 waiting>"


async def test_a_wall_clock_set_back_ends_nothing(world: World) -> None:
    first = await world.use()
    world.wall -= 10_000
    assert await world.use() is first


@pytest.mark.parametrize("clock", ["now", "wall"])
async def test_a_sweep_closes_what_nobody_needs(world: World, clock: str) -> None:
    (old, a), (young, b) = await world.ask(), await world.ask()
    old.receive(REPLY)
    young.receive(REPLY)
    await asyncio.gather(a, b)
    setattr(world, clock, getattr(world, clock) + IDLE_SECONDS - 1)
    assert await world.use() is young
    setattr(world, clock, getattr(world, clock) + 2)
    world.pool.sweep()
    assert (old.is_aborted, young.is_aborted) == (True, False)
    assert repr(world.pool) == "<Pool 0 busy, 1 idle, 0 opening, 0 waiting>"


async def test_a_sweep_ends_waits_that_take_too_long(world: World) -> None:
    (slow, a), (lively, b) = await world.ask(), await world.ask()
    world.now += 9
    lively.receive(REPLY[:20])
    world.pool.sweep()
    assert not a.done()
    world.now += 1
    world.pool.sweep()
    with pytest.raises(TransportError, match=r"db\.test was silent for longer"):
        await a
    assert (slow.is_aborted, lively.is_aborted, b.done()) == (True, False, False)
    lively.receive(REPLY[20:])
    assert (await b).status == 200


async def test_a_request_that_broke_leaves_its_place_to_the_next(world: World) -> None:
    (first, answer), _ = await world.ask(), await world.ask()
    waiting = soon(world.get())
    await settle()
    first.lose(ConnectionResetError())
    with pytest.raises(TransportError, match=r"broke before .*\(ConnectionResetError"):
        await answer
    assert await waiting is world.wires[2].connection


async def test_what_breaks_on_its_way_to_the_next_is_not_used(world: World) -> None:
    (first, _), _ = await world.ask(), await world.ask()
    waiting = soon(world.get())
    await settle()
    first.receive(REPLY)
    first.receive(b"stray")
    assert first.is_aborted
    assert await waiting is world.wires[2].connection


async def test_what_breaks_while_idle_is_forgotten(world: World) -> None:
    first = await world.use()
    first.connection.eof_received()
    assert repr(world.pool) == "<Pool 0 busy, 0 idle, 0 opening, 0 waiting>"
    assert repr(first.connection) == f"<Connection to {URL}, closed, 1 replies>"
    assert await world.use() is not first


async def test_a_fresh_one_takes_the_place_of_the_oldest_idle_one(
    world: World,
) -> None:
    (first, _), (second, _) = await world.ask(), await world.ask()
    first.receive(REPLY)
    second.receive(REPLY)
    assert await world.get(fresh=True) is world.wires[2].connection
    assert (first.is_aborted, second.is_aborted) == (True, False)


async def test_who_needs_a_fresh_one_goes_first(world: World) -> None:
    (first, _), _ = await world.ask(), await world.ask()
    waiting = [soon(world.get()), soon(world.get(fresh=True))]
    await settle()
    first.receive(REPLY)
    await settle()
    assert [each.done() for each in waiting] == [False, True]
    waiting[0].cancel()
    await settle()


async def test_the_reply_of_a_cancelled_call_is_for_nobody(world: World) -> None:
    wire, waiter = await world.ask()
    waiter.cancel()
    wire.connection.leave(waiter)
    assert (wire.is_aborted, len(wire.sent)) == (True, 1)
    assert repr(world.pool) == "<Pool 0 busy, 0 idle, 0 opening, 0 waiting>"


async def test_leaving_after_the_reply_does_not_disturb_the_next(world: World) -> None:
    wire, first = await world.ask()
    wire.receive(REPLY)
    again, second = await world.ask()
    wire.connection.leave(first)
    assert again is wire
    wire.receive(REPLY)
    assert (await second).status == 200


async def test_a_reply_to_half_a_large_request_is_the_last(world: World) -> None:
    connection = await world.get()
    answer = connection.ask("PutItem", b"x" * 5000)
    world.wires[0].unsent = 100
    world.wires[0].receive(REPLY)
    assert (await answer).status == 200
    assert world.wires[0].is_aborted


async def test_a_damaged_reply_leaves_the_connection_usable(world: World) -> None:
    wire, answer = await world.ask()
    wire.receive(REPLY.replace(b"x-amz-crc32: ", b"x-amz-crc32: 1"))
    received = await answer
    with pytest.raises(TransportError, match="CRC32 differs"):
        received.reply()
    assert await world.use() is wire


@pytest.mark.parametrize(
    ("before", "received", "was_stale"),
    [(0, [], False), (1, [], True), (1, [b"HTTP"], False)],
)
async def test_stale_is_what_was_kept_and_breaks_without_a_byte(
    world: World, before: int, received: list[bytes], was_stale: bool
) -> None:
    for _ in range(before):
        await world.use()
    wire, answer = await world.ask()
    for each in received:
        wire.receive(each)
    wire.connection.eof_received()
    await settle()
    with pytest.raises(TransportError, match="closed by the other end"):
        await answer
    assert wire.connection.was_stale is was_stale


async def test_closing_ends_what_is_under_way(world: World) -> None:
    (_, answer), _ = await world.ask(), await world.ask()
    waiting = soon(world.get())
    await settle()
    await world.pool.aclose()
    with pytest.raises(TransportError, match=r"broke .* \(the pool was closed\)"):
        await answer
    with pytest.raises(TransportError, match="the pool was closed; nothing was sent"):
        await waiting
    with pytest.raises(TransportError, match="the pool was closed; nothing was sent"):
        await world.get()
    assert [each.is_aborted for each in world.wires] == [True, True]
    assert repr(world.pool) == "<Pool 0 busy, 0 idle, 0 opening, 0 waiting>"


async def test_what_opens_after_closing_is_closed(world: World) -> None:
    world.is_slow = True
    opening = soon(world.get())
    await settle()
    await world.pool.aclose()
    world.opening[0].set_result(None)
    with pytest.raises(TransportError, match="the pool was closed; nothing was sent"):
        await opening
    assert world.wires[0].is_aborted


async def test_a_thousand_callers_share_two_connections(world: World) -> None:
    served: list[int] = []

    async def call(number: int, get: Callable[[], Awaitable[Wire]]) -> None:
        await get()
        served.append(number)

    async def answered() -> Wire:
        wire, waiter = await world.ask()
        asyncio.get_running_loop().call_soon(wire.receive, REPLY)
        await waiter
        return wire

    await asyncio.gather(*(call(number, answered) for number in range(1000)))
    assert served == list(range(1000))
    assert len(world.wires) == 2
