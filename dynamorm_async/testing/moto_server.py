"""Moto's server in a thread, with data of its own and nothing on stderr.

Moto keeps its tables per process and account, not per server.  Each server started here
works in its own account, so that two of them share nothing.
"""

from collections.abc import Callable, Iterable
from itertools import count
from threading import Thread
from typing import Any

from moto.backends import get_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

WSGIApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

LIST_TABLES = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/"
    "aws4_request, SignedHeaders=host, Signature=x",
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
}

_accounts = (f"{number:012d}" for number in count(1))


def start_moto() -> tuple[str, Callable[[], None]]:
    """Start a server on a free port; return its URL and what stops it."""
    account = next(_accounts)
    application = in_account(account, DomainDispatcherApplication(create_backend_app))
    # The first request loads the service's code; here no caller waits for it.
    Client(application).post("/", headers=LIST_TABLES, data="{}").close()
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler
    )
    thread = Thread(target=server.serve_forever, args=(0.02,), name="moto", daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        thread.join()
        server.server_close()
        get_backend("dynamodb").pop(account, None)

    return f"http://127.0.0.1:{server.server_port}", stop


def in_account(account: str, application: WSGIApp) -> WSGIApp:
    """The application with every request counted to `account`, whoever signed it."""

    def run(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        return application(environ, start_response)

    return run


class QuietHandler(WSGIRequestHandler):
    """Does not write a line for each request; errors are still written.

    Names its server once: moto does so too, and in Python's development mode aiohttp
    refuses a reply that has the header twice.
    """

    def send_header(self, keyword: str, value: str) -> None:
        """Send a header of the reply, but for moto's name."""
        if keyword != "server":
            super().send_header(keyword, value)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""
