"""A line to an engine that keeps its connections, can be held, and can be cut."""

import socket
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from urllib.parse import urlsplit

PATIENCE = 15.0
"""Seconds that closing a connection may take."""

PASSED_ON = ("content-type", "x-amz-crc32", "x-amzn-requestid")


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    def handle_error(self, *_arguments: object) -> None:
        """Say nothing."""


class Line:
    """Takes requests as DynamoDB does, over connections that last.

    Embedded engines close theirs after each request.  `opened` counts those there were,
    `signers` holds the ids of the keys that requests were signed with.
    """

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url).netloc
        self.opened = 0
        self.signers: list[str] = []
        self._flows = Event()
        self._flows.set()
        self._connections: set[socket.socket] = set()
        self._changed = Condition()
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The endpoint at this end of the line."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def hold(self) -> None:
        """Let no reply through."""
        self._flows.clear()

    def release(self) -> None:
        """Let every reply through that was held back."""
        self._flows.set()

    def cut(self) -> None:
        """Close all connections, as a server does with those nobody has used."""
        for each in list(self._connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def is_quiet(self) -> bool:
        """Whether nothing is connected; waits for what is just being closed."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._connections, PATIENCE)

    def close(self) -> None:
        """Stop listening, and close everything."""
        self._server.shutdown()
        self._thread.join()
        self.release()
        self.cut()
        self._server.server_close()  # waits for those who serve a connection

    def forward(self, headers: dict[str, str], raw: bytes) -> tuple[int, bytes, str]:
        """Status, body and headers of the engine's reply."""
        engine = HTTPConnection(self._target)
        try:
            engine.request("POST", "/", raw, headers)
            reply = engine.getresponse()
            kept = [f"{name}: {reply.headers.get(name, '')}" for name in PASSED_ON]
            return reply.status, reply.read(), "\r\n".join(kept)
        finally:
            engine.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                line.opened += 1
                line._connections.add(self.connection)

            def finish(self) -> None:
                with line._changed:
                    line._connections.discard(self.connection)
                    line._changed.notify_all()
                with suppress(OSError):
                    super().finish()

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                signed = self.headers["Authorization"].partition("Credential=")[2]
                line.signers.append(signed.partition("/")[0])
                status, body, headers = line.forward(dict(self.headers), raw)
                line._flows.wait()
                head = f"HTTP/1.1 {status} Text\r\n{headers}"
                with suppress(OSError):  # the function may have hung up
                    self.wfile.write(
                        f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                    )

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler
