"""Servers that are not DynamoDB."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial

import pytest

from .fault_server import FaultServers
from .requests import read_request

SILENCE = b"silence"
"""The answer that never comes."""

HANG_UP = b"hang up"
"""The answer of a server that closes the connection instead."""

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port that nobody listens on, and nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def serving() -> Iterator[FaultServers]:
    """Starts servers that follow scripts."""
    with FaultServers() as servers:
        yield servers


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server that answers its requests with these; returns its URL."""
    async with AsyncExitStack() as servers:

        async def start(*answers: bytes) -> str:
            answer = partial(answer_requests, list(answers))
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            await servers.enter_async_context(server)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start


async def answer_requests(
    answers: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer what comes on one connection."""
    try:
        while await read_request(reader):
            answer = answers.pop(0)
            if answer == HANG_UP:
                return
            if answer != SILENCE:
                writer.write(answer)
                await writer.drain()
    finally:
        writer.close()


def http(status: int, body: bytes, *headers: str) -> bytes:
    """A whole reply."""
    lines = [f"HTTP/1.1 {status} Text", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
