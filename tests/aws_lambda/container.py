"""The endpoint that hands out keys in a container, and in a function with SnapStart."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from threading import Thread

from tests.aws_lambda.line import QuietServer


class Container:
    """Hands out `key`, for an hour."""

    def __init__(self) -> None:
        self.key = "local"
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self._server.server_port}/key"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self) -> bytes:
        """What is handed out now."""
        until = datetime.now(UTC) + timedelta(hours=1)
        return json.dumps(
            {
                "AccessKeyId": self.key,
                "SecretAccessKey": "secret",
                "Token": "token",
                "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        ).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        container = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = container.answer()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler
