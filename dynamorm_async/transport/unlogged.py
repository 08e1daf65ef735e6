"""Secrets of requests and replies, of which botocore's log is to say nothing.

At DEBUG botocore logs the body of every reply, and the headers of every request: the
session token is one of them.
"""

import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_is_secret: ContextVar[bool] = ContextVar("is_secret", default=False)
_is_own: ContextVar[bool] = ContextVar("is_own", default=False)

_TOKEN = re.compile(r"(x-amz-security-token'?: ?b?'?)[^'\s]+", re.IGNORECASE)
"""In the canonical request that is signed, and in the headers that are sent."""


@contextmanager
def unlogged() -> Generator[None]:
    """What is read of replies in this block is not logged, nor a session token."""
    token = _is_secret.set(True)
    try:
        with without_token():
            yield
    finally:
        _is_secret.reset(token)


@contextmanager
def without_token() -> Generator[None]:
    """The session token of requests in this block is not logged."""
    token = _is_own.set(True)
    try:
        yield
    finally:
        _is_own.reset(token)


def _may_be_logged(_record: logging.LogRecord) -> bool:
    return not _is_secret.get()


def _hide_token(record: logging.LogRecord) -> bool:
    if _is_own.get():
        record.msg, record.args = _TOKEN.sub(r"\1***", record.getMessage()), ()
    return True


for _parsers in ("botocore.parsers", "aiobotocore.parsers"):
    logging.getLogger(_parsers).addFilter(_may_be_logged)
for _senders in ("botocore.auth", "botocore.endpoint", "aiobotocore.endpoint"):
    logging.getLogger(_senders).addFilter(_hide_token)
