"""Replies that hold secrets, of which botocore's log is to say nothing.

At DEBUG botocore logs the body of every reply.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_is_secret: ContextVar[bool] = ContextVar("is_secret", default=False)


@contextmanager
def unlogged() -> Generator[None]:
    """What is read of replies in this block is not logged."""
    token = _is_secret.set(True)
    try:
        yield
    finally:
        _is_secret.reset(token)


def _may_be_logged(_record: logging.LogRecord) -> bool:
    return not _is_secret.get()


for _parsers in ("botocore.parsers", "aiobotocore.parsers"):
    logging.getLogger(_parsers).addFilter(_may_be_logged)
