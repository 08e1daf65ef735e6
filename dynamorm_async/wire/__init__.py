"""The waist: a compiled request, what comes back, and how the one runs the other.

Pure values and protocols.  Everything above makes a `CompiledQuery`; everything below
sends it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    NamedTuple,
    Protocol,
    TypeAlias,
    TypeVar,
    runtime_checkable,
)

from msgspec import Struct

from .ready import ReadBytes
from .sealed import Awaited

if TYPE_CHECKING:
    from .batches import Batch, BatchReply

AttributeValue = dict[str, Any]
"""One typed value as DynamoDB's JSON has it: `{"S": "x"}`, `{"N": "1"}`, `{"B":
"<base64>"}`.
"""

Item = dict[str, AttributeValue]
"""A whole item, or a key: attribute name to typed value."""

Body = dict[str, Any]
"""The JSON object of a request or of a reply."""

R = TypeVar("R")
M = TypeVar("M")
R_co = TypeVar("R_co", covariant=True)
M_co = TypeVar("M_co", covariant=True)

FIELD_OF_BODY = {
    "TableName": "table_name",
    "IndexName": "index_name",
    "KeyConditionExpression": "key_condition_expression",
    "FilterExpression": "filter_expression",
    "ProjectionExpression": "projection_expression",
    "UpdateExpression": "update_expression",
    "ConditionExpression": "condition_expression",
    "ExpressionAttributeNames": "expression_attribute_names",
    "ExpressionAttributeValues": "expression_attribute_values",
    "ExclusiveStartKey": "exclusive_start_key",
    "ScanIndexForward": "scan_index_forward",
    "ConsistentRead": "consistent_read",
    "Select": "select",
    "ReturnValues": "return_values",
    "Segment": "segment",
    "TotalSegments": "total_segments",
    "Key": "key",
    "Item": "item",
}
"""Which part of a body each field of `CompiledQuery` repeats."""


ITEM_OPERATIONS = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    }
)
"""The operations on items, as against those on tables: the data plane."""


class WriteCheck(Struct, frozen=True, kw_only=True):
    """What a conditional write can tell of the stored item when its condition fails."""

    applied: Callable[[Item | None, Body], bool]
    """Whether the stored item is what this very write, sent with this body, leaves
    behind (its reply was lost).
    """

    outdated: Callable[[Item | None], bool]
    """Whether the stored version is another than the one in memory."""


class Paging(Struct, frozen=True, kw_only=True):
    """What a read of many pages needs to know beside its first request."""

    start_key: tuple[str, ...]
    """The attributes of an ExclusiveStartKey: the table's key, then the index's."""

    write_cursor: Callable[[Item], str]
    """Turns the key after which to go on into the text a caller keeps."""


def decode_nothing(_reply: Body, /) -> None:
    """The decoder of requests whose reply holds nothing to keep."""


@dataclass(frozen=True, kw_only=True, repr=False)
class CompiledQuery(Generic[R_co]):
    """One request, ready to send: print it, compare it, or hand it to
    `Database.execute`.

    `body` is exactly the JSON object that is sent; the fields named after parts of it
    repeat those parts.  `limit` is the rows wanted in all, which is more than one
    request may read.
    """

    operation: str
    body: Body
    decode: Callable[[Body], R_co] = field(compare=False)
    """Turns a reply into what the caller gets: rows of a page, one item, or None."""

    table_name: str | None = None
    index_name: str | None = None
    key_condition_expression: str | None = None
    filter_expression: str | None = None
    projection_expression: str | None = None
    update_expression: str | None = None
    condition_expression: str | None = None
    expression_attribute_names: Mapping[str, str] | None = None
    expression_attribute_values: Mapping[str, AttributeValue] | None = None
    limit: int | None = None
    exclusive_start_key: Item | None = None
    scan_index_forward: bool | None = None
    consistent_read: bool | None = None
    select: str | None = None
    offset: int | None = None
    return_values: str | None = None
    segment: int | None = None
    total_segments: int | None = None
    key: Item | None = None
    item: Item | None = None

    model: str = ""
    """The model's name, for messages."""

    page_size: int | None = None
    """Rows read per request, before the filter; None leaves it to the service (1 MB).
    """

    first_page: int | None = None
    """Rows that the first of many requests reads; each later one reads four times as
    many.
    """

    warning: str | None = field(default=None, compare=False)
    """What a `ScanWarning` says of it."""

    paging: Paging | None = field(default=None, compare=False)
    check: WriteCheck | None = field(default=None, compare=False)
    read: ReadBytes | None = field(default=None, compare=False)
    """Reads a reply to what `decode` takes quicker than by way of dicts."""

    decode_item: Callable[[Item], object] | None = field(default=None, compare=False)
    """Decodes a stored item that came with a failed condition."""

    parts: tuple["CompiledQuery[Any]", ...] = field(default=(), compare=False)
    """The operations of a transaction, or what a batch does to each of its tables."""

    awaited: Awaited | None = field(default=None, compare=False)
    """What is awaited before it leaves, as encryption, and before `decode`."""

    def __repr__(self) -> str:
        # Values stay out: this ends up in logs and tracebacks.  `body` has them.
        said = (
            f"{each.name}={value!r}"
            for each in fields(self)
            if each.name.endswith(("_expression", "_name", "_names", "limit"))
            and (value := getattr(self, each.name)) is not None
        )
        return f"<CompiledQuery {self.operation}: {', '.join(said)}>"

    @classmethod
    def of(
        cls, operation: str, body: Body, decode: Callable[[Body], R_co], **facts: Any
    ) -> "CompiledQuery[R_co]":
        """The query that sends `body`, its fields filled from it."""
        for part, value in body.items():
            if part in FIELD_OF_BODY:
                facts[FIELD_OF_BODY[part]] = value
        # The constructor sets thirty fields, most to what the class says anyway.
        made = object.__new__(cls)
        vars(made).update(facts, operation=operation, body=body, decode=decode)
        return made

    def but(self, **facts: Any) -> "CompiledQuery[Any]":
        """A copy with other facts."""
        made = object.__new__(type(self))
        known = vars(made)
        known.update(vars(self))
        known.update(facts)
        return made


class PaginatedResult(Struct, Generic[M_co], frozen=True, kw_only=True):
    """One page of rows.

    One of `Query.pages` may be short or empty and not be the last: ask `has_more`.
    """

    items: Sequence[M_co]
    next_cursor: str | None
    """Hand it to `Query.cursor` to read on after the last row of this page; None at the
    end.
    """

    scanned_count: int
    """Rows the service read, and billed, for this page."""

    last_evaluated_key: Item | None = None
    """The key that `next_cursor` holds, as DynamoDB has it."""

    consumed_capacity: float | None = None
    """Capacity units of all its requests, with `Config.return_consumed_capacity`."""

    @property
    def count(self) -> int:
        """Rows in this page."""
        return len(self.items)

    @property
    def has_more(self) -> bool:
        """Whether there may be rows after this page."""
        return self.next_cursor is not None

    def __len__(self) -> int:
        return len(self.items)


class ReadAgain(Struct, Generic[M_co], frozen=True, kw_only=True):
    """How often and how patiently a read is repeated until it finds what it should."""

    attempts: int
    """Reads in all, the first included."""

    delay: float
    """Seconds before the second read; doubles, jittered, up to `longest`."""

    longest: float = 5.0
    until: Callable[[Any], bool] | None = None
    """What must hold of the result; None: that something was found."""


Read = CompiledQuery[M | None] | CompiledQuery[Sequence[M]]
"""A read whose first row is wanted: a GetItem, or a Query or Scan."""

CompiledBatch: TypeAlias = "Batch[CompiledQuery[BatchReply]]"


class Reply(NamedTuple):
    """An answer of the service, decoded from JSON, errors included."""

    status: int
    body: Body
    request_id: str | None = None
    date: str | None = None
    """The HTTP `Date` header."""


class Transport(Protocol):
    """How bytes get to DynamoDB and back.

    Bodies are DynamoDB's JSON in both directions (binary values as base64 text).  An
    error reply of the service is a `Reply` like any other; no reply at all is a
    `TransportError`.
    """

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Send one request and wait for its reply."""
        ...

    async def aclose(self) -> None:
        """Close all connections.  A later `send` opens new ones."""
        ...


@runtime_checkable
class ReadingTransport(Protocol):
    """A transport that lets its caller read replies from their bytes."""

    async def send_and_read(
        self, operation: str, body: Body, read: ReadBytes, /
    ) -> Reply:
        """Do as `send` does, and let `read` make the body of a success, if it can."""
        ...
