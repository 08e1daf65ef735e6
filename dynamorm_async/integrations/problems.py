"""Errors as an HTTP API tells them: RFC 9457 problems that leak nothing.  Pure.

No table, no value, no message of AWS gets out: the texts stand here.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from attrs import field, frozen

from ..errors import (
    BatchError,
    BatchTimeoutError,
    ConditionFailedError,
    CredentialsError,
    DeadlineExceededError,
    DynamORMError,
    InvalidCursorError,
    InvalidValueError,
    ItemNotFoundError,
    ServiceError,
    ThrottledError,
    TransactionCanceledError,
    TransportError,
)

MEDIA_TYPE = "application/problem+json"


@frozen
class Kind:
    """One kind of problem: the status, a word for programs, a sentence for people."""

    status: int
    code: str
    detail: str
    is_passing: bool = False
    """Whether the same request may succeed a little later."""


NOT_FOUND = Kind(404, "not_found", "There is no such item.")
CONFLICT = Kind(409, "conflict", "The item is not in the state that this requires.")
PRECONDITION = Kind(
    412,
    "precondition_failed",
    "The item is not the one that the preconditions of the request describe.",
)
NO_PRECONDITION = Kind(
    428, "precondition_required", "Send If-Match with the ETag of the item."
)
CURSOR = Kind(400, "invalid_cursor", "The cursor does not belong to this query.")
INVALID = Kind(422, "invalid_input", "The request holds a value that is not possible.")
BUSY = Kind(503, "throttled", "Too many requests; try again later.", is_passing=True)
NO_ANSWER = Kind(503, "unavailable", "The database is not available.", is_passing=True)
TIMEOUT = Kind(504, "timeout", "The request took too long.")
INTERNAL = Kind(500, "internal_error", "Something went wrong here.")

KINDS: dict[type[DynamORMError], Kind] = {
    BatchError: NO_ANSWER,
    BatchTimeoutError: TIMEOUT,
    ConditionFailedError: CONFLICT,
    CredentialsError: INTERNAL,
    DeadlineExceededError: TIMEOUT,
    InvalidCursorError: CURSOR,
    InvalidValueError: INVALID,
    ItemNotFoundError: NOT_FOUND,
    ThrottledError: BUSY,
    TransportError: NO_ANSWER,
}
"""What an error is to who sent the request; what is not here is our own mistake."""

_OF_REASONS: dict[str, Kind] = {
    "ConditionalCheckFailed": CONFLICT,
    "ProvisionedThroughputExceeded": BUSY,
    "ThrottlingError": BUSY,
    "TransactionConflict": CONFLICT,
}
"""The same for why a transaction was cancelled."""


@frozen
class Problem:
    """A problem as it is sent."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(factory=dict)
    more: Mapping[str, Any] = field(factory=dict)
    """Further members, such as `errors`."""

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object."""
        return {
            "type": "about:blank",
            "title": title_of(self.status),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }


_STATUSES = {each.value: each for each in HTTPStatus}


def title_of(status: int) -> str:
    """The words of a status, as `Not Found`; those of its class if it is a new one."""
    return _STATUSES.get(status, HTTPStatus(status // 100 * 100)).phrase


def name_of(status: int) -> str:
    """The name of a status, as `NOT_FOUND`; that of its class if it is a new one."""
    return _STATUSES.get(status, HTTPStatus(status // 100 * 100)).name


def problem_of(
    error: DynamORMError, *, is_conditional: bool = False, retry_after: int = 1
) -> Problem:
    """The problem that an error is.

    `is_conditional`: whether the request came with If-Match or If-None-Match, of which
    a failed condition is the answer.  `retry_after` is in seconds.
    """
    kind = kind_of(error)
    if kind is CONFLICT and is_conditional:
        kind = PRECONDITION
    return told(kind, retry_after=retry_after)


def told(kind: Kind, *, retry_after: int = 1) -> Problem:
    """The problem of a kind; a passing one says when to try again, in seconds."""
    headers = {"Retry-After": str(retry_after)} if kind.is_passing else {}
    return Problem(kind.status, kind.code, kind.detail, headers)


def kind_of(error: DynamORMError) -> Kind:
    """What kind of problem an error is."""
    if isinstance(error, TransactionCanceledError):
        return _kind_of_transaction(error)
    for each in type(error).__mro__:
        if each in KINDS:
            return KINDS[each]
    is_theirs = isinstance(error, ServiceError) and (error.status or 0) >= 500
    return NO_ANSWER if is_theirs else INTERNAL


def _kind_of_transaction(error: TransactionCanceledError) -> Kind:
    """The first kind of the table above of which there is a reason."""
    codes = {each.code for each in error.reasons}
    return next((kind for code, kind in _OF_REASONS.items() if code in codes), INTERNAL)
