"""A server that does to each connection what a script says, in a thread of its own."""

import asyncio
import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Sequence
from typing import Literal, Self

from attrs import field, frozen

from .requests import read_request

End = Literal["go on", "close", "reset", "say nothing"]
Render = Callable[[bytes], bytes]

DATE = "Sun, 22 Nov 2026 09:00:00 GMT"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@frozen
class Act:
    """What happens when a request has come: bytes in parts, and how it ends."""

    parts: Sequence[bytes] = ()
    end: End = "go on"
    pause: float = 0.0
    """Seconds between two parts."""

    render: Render | None = field(default=None, repr=False)
    """Makes what is sent, from the body of the request."""


def http(
    body: bytes, *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """A reply as DynamoDB sends it."""
    lines = [
        f"HTTP/1.1 {status}",
        "Server: Server",
        f"Date: {DATE}",
        "Content-Type: application/x-amz-json-1.0",
        f"Content-Length: {len(body) if length is None else length}",
        "x-amzn-RequestId: R1",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def checked(body: bytes, *headers: str) -> bytes:
    """A reply with its right checksum."""
    return http(body, f"x-amz-crc32: {zlib.crc32(body)}", *headers)


def chunked(body: bytes, size: int) -> bytes:
    """A reply in chunks of that many bytes."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in [*parts, b""])
    head = http(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    return head + chunks


def cut(reply: bytes, count: int) -> list[bytes]:
    """A reply in that many parts."""
    size = -(-len(reply) // count)
    return [reply[start : start + size] for start in range(0, len(reply), size)]


def echo(request: bytes) -> bytes:
    """A reply with the key that was asked for."""
    return checked(json.dumps({"Item": json.loads(request)["Key"]}).encode())


class FaultServer:
    """Answers the n-th connection by the n-th script; the last script is repeated.

    So is the last act of a script, for requests beyond it.
    """

    def __init__(
        self, scripts: Sequence[Sequence[Act]], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._scripts = scripts
        self._loop = loop
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self.connections = 0
        self.requests: list[bytes] = []
        # Listens from now on; what is to be answered waits for the other loop.
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Answer, in the event loop that runs this."""
        self._server = await asyncio.start_server(
            self._serve, sock=self._socket, ssl=tls
        )

    async def stop(self) -> None:
        """Close everything."""
        self._server.close()
        await self._abort_all()

    async def hang_up(self) -> None:
        """Close all connections from this side, as a server does with idle ones."""
        aborting = asyncio.run_coroutine_threadsafe(self._abort_all(), self._loop)
        await asyncio.wrap_future(aborting)

    async def _abort_all(self) -> None:
        serving = list(self._open.items())
        for writer, _ in serving:
            writer.transport.abort()
        await asyncio.gather(*(task for _, task in serving))

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        self._open[writer] = following = asyncio.create_task(
            self._follow(script, reader, writer)
        )
        await following

    async def _follow(
        self,
        script: Sequence[Act],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            await self._answer(script, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has hung up
        finally:
            writer.transport.abort()
            self._open.pop(writer)

    async def _answer(
        self,
        script: Sequence[Act],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        acts = list(script)
        while request := await read_request(reader):
            self.requests.append(request)
            act = acts.pop(0) if len(acts) > 1 else acts[0]
            body = request.partition(b"\r\n\r\n")[2]
            for part in [act.render(body)] if act.render else act.parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(act.pause)
            if act.end == "reset":
                raw: socket.socket = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            if act.end in {"reset", "close"}:
                return


class FaultServers:
    """Servers in an event loop and thread of their own, started from anywhere."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: list[FaultServer] = []
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __call__(
        self, *scripts: Sequence[Act], tls: ssl.SSLContext | None = None
    ) -> FaultServer:
        """A server that follows these scripts.  Does not block."""
        server = FaultServer(scripts, self._loop)
        asyncio.run_coroutine_threadsafe(server.start(tls), self._loop)
        self._servers.append(server)
        return server

    def __exit__(self, *_error: object) -> None:
        for server in self._servers:
            asyncio.run_coroutine_threadsafe(server.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
