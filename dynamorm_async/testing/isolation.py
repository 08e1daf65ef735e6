"""A database for one test, on an engine that others use too."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import wraps
from http.client import HTTPConnection, HTTPSConnection
from inspect import iscoroutinefunction
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from ..database import Database
from ..errors import TransportError
from .engines import Engine
from .local import settings_for

_HEADERS = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/"
    "aws4_request, SignedHeaders=host, Signature=local",
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
}
"""What engines want to see, and don't check."""

_SECONDS = 10.0


@contextmanager
def isolated_database(engine: Engine) -> Generator[Database]:
    """A database whose tables have a prefix of their own, and go when the block ends.

    Needs no event loop: connections are opened in that of the test, and closed there.
    """
    prefix = f"test-{token_hex(6)}-"
    try:
        yield Database(None, **settings_for(engine) | {"table_prefix": prefix})
    finally:
        delete_tables(engine.url, prefix)


def closing_after(test: Any, db: Database) -> None:
    """Have an async test close the database in its own event loop, at its end.

    A loop closes its connections when it ends, but may be that of a whole session.
    """
    function = getattr(test, "obj", None)
    if not iscoroutinefunction(function):
        return

    @wraps(function)
    async def run_and_close(*arguments: Any, **keywords: Any) -> Any:
        try:
            return await function(*arguments, **keywords)
        finally:
            await db.aclose()

    test.obj = run_and_close


def delete_tables(url: str, prefix: str) -> None:
    """Delete the tables that begin with `prefix`.

    In blocking HTTP: there is no event loop between two tests, and making one and a
    client takes longer than the deleting.
    """
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=_SECONDS)
    try:
        for name in [*_tables(connection)]:
            if name.startswith(prefix):
                _ask(connection, "DeleteTable", {"TableName": name})
    except OSError as error:
        raise TransportError(
            f"the engine at {url} did not answer when the tables of a test were to be "
            "deleted"
        ) from error
    finally:
        connection.close()


def _tables(connection: HTTPConnection) -> Iterator[str]:
    asked: dict[str, Any] = {}
    while True:
        page = _ask(connection, "ListTables", asked)
        yield from page.get("TableNames", ())
        if "LastEvaluatedTableName" not in page:
            return
        asked = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}


def _ask(
    connection: HTTPConnection, operation: str, body: dict[str, Any]
) -> dict[str, Any]:
    target = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    connection.request("POST", "/", json.dumps(body), {**_HEADERS, **target})
    reply: dict[str, Any] = json.loads(connection.getresponse().read())
    return reply
