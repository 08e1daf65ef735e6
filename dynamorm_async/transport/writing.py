"""A request as the bytes that are sent.  Pure."""

import time
from functools import lru_cache
from typing import Any

import msgspec

from ..config import Credentials
from ..errors import InvalidValueError
from ..wire import Body
from .signing import CONTENT_TYPE, authorization

READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})
"""The operations that change nothing."""

TARGET = "DynamoDB_20120810."
"""The version of DynamoDB's interface, which stands before every operation."""

_encode = msgspec.json.Encoder().encode


def encode_body(body: Body) -> bytes:
    """The JSON of a request.  Raises `InvalidValueError` for what is not Unicode."""
    try:
        return _encode(body)
    except UnicodeEncodeError:
        # Not chained: the error below holds the text.
        raise InvalidValueError(
            "a text of the request holds half of a surrogate pair, which UTF-8 has not"
        ) from None


def write_request(
    payload: bytes, *, operation: str, host: str, region: str, key: Credentials, at: int
) -> bytes:
    """The signed request; `at` is the time in seconds since 1970."""
    date = amz_date(at)
    target = TARGET + operation
    token = key.session_token
    signature = authorization(
        payload,
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
        session_token=token,
        region=region,
        host=host,
        target=target,
        date=date,
    )
    token_line = "" if token is None else f"X-Amz-Security-Token: {token}\r\n"
    head = (
        f"POST / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: dynamorm_async\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nX-Amz-Target: {target}\r\n"
        f"X-Amz-Date: {date}\r\n{token_line}Authorization: {signature}\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode("ascii") + payload


@lru_cache(maxsize=8)
def amz_date(at: int) -> str:
    """A time as signatures have it."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))


def may_repeat(operation: str, body: dict[str, Any]) -> bool:
    """Whether sending it again, unseen, is as good as having sent it once.

    A conditional write whose reply was lost may fail its condition on what it itself
    wrote: whoever repeats it has to know that it is a repetition.
    """
    if operation in READS or "ClientRequestToken" in body:
        return True
    return operation != "TransactWriteItems" and "ConditionExpression" not in body
