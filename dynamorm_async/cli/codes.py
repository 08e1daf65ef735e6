"""Exit codes, and the problems that have one of their own."""

from enum import IntEnum

from ..errors import ConfigurationError, InvalidModelError, QueryError


class Code(IntEnum):
    """What a command came to, for scripts."""

    DONE = 0
    FAILED = 1
    """An error of DynamoDB, of the connection or of a file; or the answer was no."""

    USAGE = 2
    """A mistake in what was asked: nothing was sent that changes anything."""

    CHANGES = 3
    """`plan --detailed-exitcode`: there is something to apply."""

    PARTLY = 4
    """Done, but for what was left out: rejected rows, steps that were held back, or a
    table that a model cannot work with.
    """

    INTERRUPTED = 130
    """Ctrl-C; the last line says how to go on."""

    NO_READER = 141
    """Who read the output has closed it, as `head` does."""


class UsageError(Exception):
    """What was asked cannot be done as it was asked."""


class DeclinedError(Exception):
    """The answer to a question was no."""


MISTAKES = (UsageError, QueryError, InvalidModelError, ConfigurationError)
"""Errors that end with `Code.USAGE`."""
