"""Every error this library raises, as one tree.

    DynamORMError
    ├─ InvalidModelError             the class is wrong; seen when it is defined
    │    MissingPrimaryKeyError  DuplicatePrimaryKeyError
    │    InvalidFieldError > UnsupportedTypeError
    ├─ QueryError                    the question cannot be asked; nothing was sent
    │    InvalidOperatorError > NotAConditionError  InvalidPrimaryKeyError
    │    IndexNotFoundError  UnknownFieldError  InvalidCursorError
    │    InvalidValueError > EmptyValueError  ItemTooLargeError
    ├─ ConfigurationError > UnknownAccountError       a setting is missing or wrong
    ├─ ItemNotFoundError  MultipleItemsError  ItemShapeError  FieldNotLoadedError
    ├─ ServiceError                  DynamoDB said no
    │    ConditionFailedError > VersionConflictError  TransactionCanceledError
    │    TableNotFoundError  TableInUseError  ThrottledError
    │    AccessDeniedError  RequestRejectedError
    ├─ BatchError                    part of a batch was left over
    ├─ TransportError > CredentialsError              no answer
    ├─ DeadlineExceededError > LambdaTimeoutError     our time ran out
    │    BatchTimeoutError > LambdaBatchTimeoutError  BatchErrors as well
    ├─ TableDriftError  StalePlanError                     see `errors.upkeep`
    │  MigrationError  ImportRowError
    ├─ TaskLeakError                 a Lambda handler left tasks running
    └─ EncryptionError

Messages name classes, fields, tables and settings; never a value of an item, never a
credential.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct


class DynamORMError(Exception):
    """The root: `except DynamORMError` catches everything this library raises on
    purpose.
    """


class InvalidModelError(DynamORMError):
    """The model class is wrong, or is used for what it cannot do."""


class MissingPrimaryKeyError(InvalidModelError):
    """A model has no partition key."""


class DuplicatePrimaryKeyError(InvalidModelError):
    """A model has two partition keys or two sort keys."""


class InvalidFieldError(InvalidModelError):
    """A field is declared in a way that cannot work; the message names it."""


class UnsupportedTypeError(InvalidFieldError):
    """DynamoDB has no type for this Python type; see
    `Database.register_type_converter`.
    """


class QueryError(DynamORMError):
    """The question cannot be asked; nothing was sent."""


class InvalidOperatorError(QueryError):
    """No such operator, or one that cannot be used here."""


class NotAConditionError(InvalidOperatorError, TypeError):
    """A condition was used as a truth value, or a truth value as a condition."""


class InvalidPrimaryKeyError(QueryError):
    """The key is incomplete, or has a part that is not one of the key."""


class IndexNotFoundError(QueryError):
    """The model has no index of that name, or the index cannot answer this."""


class UnknownFieldError(QueryError):
    """The model has no field of that name, neither in Python nor in the table."""


class InvalidCursorError(QueryError):
    """The cursor is malformed, forged, or belongs to another query."""


class InvalidValueError(QueryError, ValueError):
    """A value that DynamoDB cannot store, or that does not fit its field."""


class EmptyValueError(InvalidValueError):
    """An empty value where DynamoDB accepts none: a key, an IN list, a set."""


class ItemTooLargeError(InvalidValueError):
    """The item is over DynamoDB's 400 KB; it was not sent."""


class ConfigurationError(DynamORMError):
    """A setting is missing or wrong; the message names it."""


class UnknownAccountError(ConfigurationError):
    """There is no account of that name."""


class ItemNotFoundError(DynamORMError):
    """`first` or `one` found no item."""


class MultipleItemsError(DynamORMError):
    """`one` found more than one item."""


class ItemShapeError(DynamORMError):
    """A stored item does not fit its model; the message names model, key and field.

    `key` holds the item's key as stored, where it is known; it is not part of the
    message.
    """

    def __init__(self, message: str, *, key: Any = None) -> None:
        super().__init__(message)
        self.key = key


class FieldNotLoadedError(DynamORMError, AttributeError):
    """The item was read with `select`, and this field was not part of it."""


class Fault(Struct, frozen=True, kw_only=True):
    """What a service error says, before it becomes an exception."""

    code: str
    message: str
    operation: str
    status: int | None = None
    request_id: str | None = None
    table: str | None = None
    """The table that was asked, where it was one."""


class ServiceError(DynamORMError):
    """DynamoDB answered with an error.

    `code`, `message`, `request_id`, `status` (HTTP) and `operation` hold what it said.
    A text instead of a fault makes one with the usual code, for tests.
    """

    def __init__(self, fault: Fault | str = "") -> None:
        if isinstance(fault, str):
            fault = Fault(code=_usual_code(type(self)), message=fault, operation="")
        where = f" on {fault.table}" if fault.table else ""
        asked = f"{fault.operation}{where}: " if fault.operation else ""
        request = f" (request {fault.request_id})" if fault.request_id else ""
        said = f"{fault.code}: {fault.message}" if fault.message else fault.code
        super().__init__(f"{asked}{said}{self._advice()}{request}")
        self.fault = fault
        self.code = fault.code
        self.message = fault.message
        self.operation = fault.operation
        self.status = fault.status
        self.request_id = fault.request_id

    def _advice(self) -> str:
        return ""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.fault,)


class ConditionFailedError(ServiceError):
    """The condition of a write did not hold; nothing was written.

    `item` is the stored item, decoded to the model, or None where there is none.
    """

    def __init__(self, fault: Fault | str = "", item: Any = None) -> None:
        self.item = item
        super().__init__(fault)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.fault, self.item)


class VersionConflictError(ConditionFailedError):
    """Another writer was faster: the stored version is not the one in memory.

    Read the item again, apply the change to it, and write that.
    """

    def _advice(self) -> str:
        if self.item is None:
            return ": there is no item of this key, or another version of it"
        return ": the stored version is not the one in memory; read the item again"


class CancellationReason(Struct, frozen=True, kw_only=True):
    """Why one operation of a transaction stopped it; `code` is "None" for one that did
    not.
    """

    code: str
    message: str | None = None
    operation: str | None = None
    item: Any = None
    """The stored item, decoded to its model."""

    def __repr__(self) -> str:
        # The item stays out: its values would end up in logs.
        return (
            f"CancellationReason(code={self.code!r}, message={self.message!r}, "
            f"operation={self.operation!r})"
        )


class TransactionCanceledError(ServiceError):
    """A transaction was refused as a whole.  `reasons` has one entry per operation, in
    order.
    """

    def __init__(
        self, fault: Fault | str = "", reasons: Sequence[CancellationReason] = ()
    ) -> None:
        super().__init__(fault)
        self.reasons = tuple(reasons)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.fault, self.reasons)


class TableNotFoundError(ServiceError):
    """There is no such table or index in this account and region."""

    def _advice(self) -> str:
        return (
            "; check its name, table_prefix, region and endpoint_url, or make it with "
            "ensure_table"
        )


class TableInUseError(ServiceError):
    """The table is being created, changed or deleted."""


class ThrottledError(ServiceError):
    """The table is over its capacity, still after the retries.  Safe to send again
    later.
    """


class AccessDeniedError(ServiceError):
    """The credentials were refused, or are not allowed to do this."""


class RequestRejectedError(ServiceError):
    """DynamoDB found the request invalid (ValidationException and its like)."""


CODES: dict[str, type[ServiceError]] = {
    "ConditionalCheckFailedException": ConditionFailedError,
    "TransactionCanceledException": TransactionCanceledError,
    "ResourceNotFoundException": TableNotFoundError,
    "TableNotFoundException": TableNotFoundError,
    "ResourceInUseException": TableInUseError,
    "TableInUseException": TableInUseError,
    "ProvisionedThroughputExceededException": ThrottledError,
    "RequestLimitExceeded": ThrottledError,
    "ThrottlingException": ThrottledError,
    "Throttling": ThrottledError,
    "LimitExceededException": ThrottledError,
    "AccessDeniedException": AccessDeniedError,
    "UnrecognizedClientException": AccessDeniedError,
    "InvalidSignatureException": AccessDeniedError,
    "IncompleteSignatureException": AccessDeniedError,
    "MissingAuthenticationTokenException": AccessDeniedError,
    "InvalidClientTokenId": AccessDeniedError,
    "ExpiredTokenException": AccessDeniedError,
    "OptInRequired": AccessDeniedError,
    "ValidationException": RequestRejectedError,
    "ValidationError": RequestRejectedError,
    "SerializationException": RequestRejectedError,
    "ItemCollectionSizeLimitExceededException": RequestRejectedError,
    "IdempotentParameterMismatchException": RequestRejectedError,
}
"""Error codes of the service; what is not here is a plain `ServiceError`."""


def _usual_code(kind: type[ServiceError]) -> str:
    return next(
        (code for code, each in CODES.items() if issubclass(kind, each)), kind.__name__
    )


def service_error(fault: Fault) -> ServiceError:
    """The exception for what the service said."""
    return CODES.get(fault.code, ServiceError)(fault)


class BatchError(DynamORMError):
    """Part of a batch was not carried out.

    `unprocessed` holds every leftover: the keys, instances or writes that were handed
    in. `failures` pairs a leftover with the error it met, where it met one.
    """

    def __init__(
        self,
        message: str,
        *,
        unprocessed: Sequence[Any] = (),
        failures: Sequence[tuple[Any, Exception]] = (),
    ) -> None:
        super().__init__(message)
        self.unprocessed = list(unprocessed)
        self.failures = list(failures)


class TransportError(DynamORMError):
    """No answer came: the endpoint could not be reached, or the connection broke.

    `sent` tells whether the request may have reached the service all the same.
    """

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent


class CredentialsError(TransportError):
    """No AWS credentials were found, or they could not be refreshed."""


class DeadlineExceededError(DynamORMError, TimeoutError):
    """The time set for this call ran out; the call was cancelled."""


class LambdaTimeoutError(DeadlineExceededError):
    """The Lambda invocation is about to end; the call was cancelled before that."""


class BatchTimeoutError(BatchError, DeadlineExceededError):
    """The time for a batch ran out; `unprocessed` holds all that is not known to be
    done.
    """


class LambdaBatchTimeoutError(BatchTimeoutError, LambdaTimeoutError):
    """The Lambda invocation is about to end, and part of a batch was left over."""


class TaskLeakError(DynamORMError):
    """A Lambda handler returned while tasks it had started were still running.

    `tasks` names them, as `Task-5 (refresh)`; they were cancelled.
    """

    def __init__(self, message: str, *, tasks: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.tasks = list(tasks)


class EncryptionError(DynamORMError):
    """A field could not be encrypted, and nothing was sent; or not be decrypted.

    A write that returns an item it cannot decrypt was carried out.
    """


class ScanWarning(UserWarning):
    """The conditions hold no key: DynamoDB will read the whole table, and bill it.

    Call `scan()` where that is meant, or name a key or an index.
    """
