"""DynamoDB Streams: the records that a function is handed, as typed changes.

Reads with the codec of all other reads, and does no I/O.
"""

import base64
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

from .database import Database
from .errors import (
    EncryptionError,
    InvalidModelError,
    InvalidOperatorError,
    ItemShapeError,
)
from .execution.awaited import reshaped
from .marshalling.items import ItemCodec
from .schema.model import Model, table_of
from .wire import Item

logger = logging.getLogger("dynamorm_async")

M = TypeVar("M", bound=Model)

ChangeKind = Literal["INSERT", "MODIFY", "REMOVE"]

Event = Mapping[str, Any]
"""What Lambda hands to the function: `{"Records": [...]}`."""

_KINDS = ("INSERT", "MODIFY", "REMOVE")
_IMAGES = frozenset({"OldImage", "NewImage"})
_TIME_TO_LIVE = "dynamodb.amazonaws.com"


class StreamChange(Struct, Generic[M], frozen=True, kw_only=True):
    """One change of one item.

    `old` and `new` are None where there was no item, and where the stream's view type
    leaves the image out.
    """

    kind: ChangeKind
    model: type[M]
    key: Mapping[str, Any]
    """The key's values, by Python name; they are there in every view type."""

    old: M | None
    new: M | None
    changed: frozenset[str]
    """The Python names of the fields that differ; empty without both images."""

    sequence_number: str
    """Names the record in the response of a batch; it grows with each change of a key.
    """

    at: datetime | None
    """About when it happened; DynamoDB rounds to the second."""

    expired: bool = False
    """Whether it is a REMOVE by DynamoDB itself, for the time to live."""

    def __repr__(self) -> str:
        # Values stay out: this ends up in logs.
        return f"<StreamChange {self.kind} of {self.model.__name__}>"


def parse_stream(
    event: Event, *models: type[M], db: Database | None = None
) -> list[StreamChange[M]]:
    """The changes that the records of an event tell of, in their order.

    >>> for change in parse_stream(event, User):
    ...     print(change.kind, change.key["id"], sorted(change.changed))

    Takes the records of DynamoDB Streams, and those of Kinesis Data Streams.  With
    several models, each record goes to the model whose table it names.  `db` knows
    registered types, and the prefix of tables.  A model with an encrypted field, or an
    async `before_load`, is refused: only `process_stream` can wait.

    Raises `ItemShapeError` for an image that is not an item of the model, and
    `InvalidModelError` for a record that none of several models fits.
    """
    codecs = _codecs(models, db)
    for each in codecs.values():
        if each.sealed is not None:
            raise EncryptionError(
                f"{each.table.model_name}: {', '.join(each.sealed.attributes)} are "
                "encrypted, and decrypting takes I/O; use process_stream"
            )
        if each.table.awaits_load:
            raise InvalidOperatorError(
                f"{each.table.model_name}: before_load is async, and nothing can wait "
                "for it here; use process_stream"
            )
    return [_change(_record(each), codecs) for each in event.get("Records", ())]


async def process_stream(
    event: Event,
    handle: Callable[[StreamChange[M]], Awaitable[object] | object],
    *models: type[M],
    db: Database | None = None,
) -> dict[str, list[dict[str, str]]]:
    """Hand one change after the other to a function; return what Lambda wants to hear.

    >>> @db.handler
    ... async def handler(event, context):
    ...     return await process_stream(event, index_user, User, db=db)

    The first change that cannot be read, or whose function raises, ends it.  Its error
    is logged, and the response names its record, so that Lambda comes again with this
    record and those after it, and not with those before.  That takes
    `FunctionResponseTypes: [ReportBatchItemFailures]` on the event source; without it,
    Lambda takes the batch for done.
    """
    db = db or Database()
    codecs = _codecs(models, db)
    for raw in event.get("Records", ()):
        try:
            record = await _made_ready(_record(raw), codecs, db)
            done = handle(_change(record, codecs))
            if isinstance(done, Awaitable):
                await done
        except Exception:
            failed = _identifier(raw)
            logger.exception("the stream's record %s is to come again", failed)
            return {"batchItemFailures": [{"itemIdentifier": failed}]}
    return {"batchItemFailures": []}


def _codecs(
    models: tuple[type[M], ...], db: Database | None
) -> dict[str, ItemCodec[M]]:
    """The codecs of the models, by table name; for one model that of any table."""
    if not models:
        raise InvalidModelError("name the models whose changes the records tell of")
    compiler = (db or Database())._compiler
    codecs: dict[str, ItemCodec[M]] = {}
    for model in models:
        codec = compiler.codec(table_of(model))
        table_name = compiler.question(model, None).table_name
        other = codecs.setdefault(table_name, codec)
        if other is not codec:
            raise InvalidModelError(
                f"{other.table.model_name} and {model.__name__} share the table "
                f"{table_name!r}, so its records fit both; ask for one at a time"
            )
    (first, *others) = codecs.values()
    return codecs if others else {"": first}


def _record(raw: Event) -> Event:
    """A record of the form that DynamoDB Streams has; Kinesis carries it as text."""
    if "kinesis" not in raw:
        return raw
    carried: dict[str, Any] = msgspec.json.decode(
        base64.b64decode(raw["kinesis"]["data"])
    )
    told = carried.get("dynamodb", {})
    told.setdefault("SequenceNumber", _identifier(raw))
    told.setdefault("ApproximateCreationDateTimePrecision", "MILLISECOND")
    return carried


def _identifier(raw: Event) -> str:
    carrier = raw.get("kinesis") or raw.get("dynamodb") or {}
    number: str = carrier.get("sequenceNumber") or carrier.get("SequenceNumber") or ""
    return number


async def _made_ready(
    record: Event, codecs: Mapping[str, ItemCodec[M]], db: Database
) -> Event:
    """The record with its images decrypted, and reshaped by async hooks."""
    codec = _codec_for(record, codecs)
    if codec.awaited is None:
        return record
    told = {**record["dynamodb"]}
    for name in _IMAGES & told.keys():
        item = told[name] = {**told[name]}
        if codec.sealed is not None:
            vault = db._runner.sender.vault_for(codec.sealed, codec.table.model_name)
            await vault.open_item(item, codec.sealed)
        if codec.table.awaits_load:
            told[name] = await reshaped(item, codec.reshape)
    return {**record, "dynamodb": told}


def _codec_for(record: Event, codecs: Mapping[str, ItemCodec[M]]) -> ItemCodec[M]:
    if record.get("eventName") not in _KINDS or "dynamodb" not in record:
        raise ItemShapeError(
            f"expected a record of DynamoDB Streams, got {record.get('eventName')!r}"
        )
    if "" in codecs:
        return codecs[""]
    table_name = record.get("tableName") or _table_in(record.get("eventSourceARN", ""))
    codec = codecs.get(table_name)
    if codec is None:
        raise InvalidModelError(
            f"a record is of the table {table_name!r}; the models are stored in "
            f"{', '.join(map(repr, codecs))}"
        )
    return codec


def _table_in(arn: str) -> str:
    """`arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL` names a table."""
    _, _, path = arn.partition(":table/")
    return path.partition("/")[0]


def _change(record: Event, codecs: Mapping[str, ItemCodec[M]]) -> StreamChange[M]:
    codec = _codec_for(record, codecs)
    told = record["dynamodb"]
    old, new = told.get("OldImage"), told.get("NewImage")
    return StreamChange(
        kind=record["eventName"],
        model=codec.table.model,
        key=_key(codec, told.get("Keys", {})),
        old=None if old is None else codec.decode(old),
        new=None if new is None else codec.decode(new),
        changed=_changed(codec, old, new),
        sequence_number=_identifier(record),
        at=_moment(told),
        expired=record.get("userIdentity", {}).get("principalId") == _TIME_TO_LIVE,
    )


def _key(codec: ItemCodec[Any], key: Item) -> dict[str, Any]:
    return {
        each.name: codec.fields[each.attribute].decode(key[each.attribute])
        for each in codec.table.key
        if each.attribute in key
    }


def _changed(
    codec: ItemCodec[Any], old: Item | None, new: Item | None
) -> frozenset[str]:
    if old is None or new is None:
        return frozenset()
    return frozenset(
        each.name
        for each in codec.table.fields
        if _comparable(old.get(each.attribute)) != _comparable(new.get(each.attribute))
    )


def _comparable(stored: Any) -> Any:
    """A stored value as one that equals another of the same meaning, sets too."""
    if not stored:
        return stored
    ((tag, value),) = stored.items()
    return (tag, frozenset(value)) if tag in ("SS", "NS", "BS") else (tag, value)


def _moment(told: Event) -> datetime | None:
    at = told.get("ApproximateCreationDateTime")
    if at is None:
        return None
    scale = _SCALES[told.get("ApproximateCreationDateTimePrecision", "SECOND")]
    return datetime.fromtimestamp(at / scale, UTC)


_SCALES = {"SECOND": 1, "MILLISECOND": 1_000, "MICROSECOND": 1_000_000}
