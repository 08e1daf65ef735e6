"""What an error reply says: which exception it is, and whether to send again.  Pure."""

import re
from collections.abc import Mapping
from typing import Any

from ..errors import (
    CancellationReason,
    ConditionFailedError,
    Fault,
    ServiceError,
    TransactionCanceledError,
    VersionConflictError,
    service_error,
)
from ..lazily import pattern
from ..wire import Body, CompiledQuery, Item, Reply

CONDITION_FAILED = "ConditionalCheckFailedException"
TRANSACTION_CANCELED = "TransactionCanceledException"

THROTTLING = frozenset(
    {
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes that ask for a pause; the list is that of AWS's standard retry mode."""

PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "ReplicatedWriteConflictException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Codes of troubles that pass by themselves."""

PASSING_REASONS = frozenset(
    {"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"}
)
"""Why a transaction may be cancelled that succeeds when it is sent again."""

_BRACKETED = pattern(r"\[([A-Za-z, ]*)\]\s*$")
_QUOTED_VALUE = pattern(r"Value '.*' at '", re.DOTALL)
_CUTS = pattern(
    # The canonical request, which holds the session token; the header, which holds the
    # signature; a number as it was sent.
    r"\s*(?:\n\s*\n|The Canonical String|The String-to-Sign|Authorization=)"
    r"|(?<=cannot be converted to a numeric value):?",
)


def fault_of(operation: str, reply: Reply, table: str | None = None) -> Fault:
    """What an error reply says, without what must not be repeated."""
    body = reply.body
    kind = body.get("__type") or body.get("code") or body.get("Code")
    message = body.get("message") or body.get("Message") or ""
    if not isinstance(kind, str):
        kind = f"HTTP {reply.status}"
        message = message or "not an answer of DynamoDB; check endpoint_url"
    return Fault(
        code=kind.rpartition("#")[2].partition(":")[0],
        message=presentable(str(message)),
        operation=operation,
        status=reply.status,
        request_id=reply.request_id,
        table=table,
    )


def presentable(message: str) -> str:
    """A message of the service without the values and signatures it may quote."""
    message = _QUOTED_VALUE.sub("Value at '", message)
    cut = _CUTS.search(message)
    return message[: cut.start()] if cut else message


def error_of(compiled: CompiledQuery[Any], reply: Reply) -> ServiceError:
    """The exception for an error reply to this request."""
    fault = fault_of(compiled.operation, reply, compiled.table_name)
    if fault.code == CONDITION_FAILED:
        return _condition_error(compiled, fault, stored_item(reply.body))
    if fault.code == TRANSACTION_CANCELED:
        return TransactionCanceledError(fault, _reasons(compiled, reply.body, fault))
    return service_error(fault)


def stored_item(body: Body) -> Item | None:
    """The item that a failed condition met; None where there is none."""
    item: Item | None = body.get("Item")
    return item or None


def _condition_error(
    compiled: CompiledQuery[Any], fault: Fault, stored: Item | None
) -> ServiceError:
    is_outdated = compiled.check is not None and compiled.check.outdated(stored)
    kind = VersionConflictError if is_outdated else ConditionFailedError
    return kind(fault, _decoded(compiled, stored))


def _decoded(compiled: CompiledQuery[Any], stored: Item | None) -> object:
    if stored is None or compiled.decode_item is None:
        return stored
    try:
        return compiled.decode_item(stored)
    except Exception:
        # An item of another shape, or a hook of its model that raises, must not hide
        # that the condition failed.
        return None


def _reasons(
    compiled: CompiledQuery[Any], body: Body, fault: Fault
) -> list[CancellationReason]:
    writes = compiled.body.get("TransactItems", ())
    given = body.get("CancellationReasons") or _bracketed(fault.message)
    return [
        CancellationReason(
            code=reason.get("Code") or "None",
            message=_optional_message(reason),
            operation=next(iter(writes[place]), None) if place < len(writes) else None,
            item=_decoded(_part(compiled, place), reason.get("Item") or None),
        )
        for place, reason in enumerate(given)
    ]


def _part(compiled: CompiledQuery[Any], place: int) -> CompiledQuery[Any]:
    return compiled.parts[place] if place < len(compiled.parts) else compiled


def _optional_message(reason: Mapping[str, Any]) -> str | None:
    message = reason.get("Message")
    return presentable(message) if message else None


def _bracketed(message: str) -> list[dict[str, Any]]:
    """The codes at the end of the message, where they come no other way."""
    found = _BRACKETED.search(message)
    return [{"Code": code.strip()} for code in found[1].split(",")] if found else []


def is_transient(error: ServiceError) -> bool:
    """Whether the same request may succeed when it is sent again."""
    if isinstance(error, TransactionCanceledError):
        codes = {reason.code for reason in error.reasons} - {"None"}
        return bool(codes) and codes <= PASSING_REASONS
    return error.code in THROTTLING or error.code in PASSING or is_server_error(error)


def is_server_error(error: ServiceError) -> bool:
    """Whether the service broke, and so may have done what was asked all the same."""
    return error.status is not None and error.status >= 500
