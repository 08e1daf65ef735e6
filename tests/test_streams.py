"""Stream records to typed changes, and the response for a batch of them."""

import base64
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    Database,
    EncryptionError,
    InvalidModelError,
    ItemShapeError,
    Model,
    StreamChange,
    field,
    parse_stream,
    partition_key,
    process_stream,
)
from tests.models import Account, Note

NOTE = {"owner": {"S": "ann"}, "day": {"S": "d1"}, "text": {"S": "a"}}
KEY = {"owner": {"S": "ann"}, "day": {"S": "d1"}}
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Tagged(Model, table="tagged"):
    id: Attr[str] = partition_key()
    tags: Attr[set[str]] = field(factory=set)


class Secret(Model, table="secrets"):
    id: Attr[str] = partition_key()
    ssn: Attr[str] = field(encrypted=True)


def record(
    kind: str = "INSERT", *, table: str = "notes", number: str = "1", **told: Any
) -> dict[str, Any]:
    """A record as Lambda hands it over."""
    return {
        "eventName": kind,
        "eventSource": "aws:dynamodb",
        "eventSourceARN": f"arn:aws:dynamodb:eu-west-1:1:table/{table}/stream/2026",
        "dynamodb": {
            "ApproximateCreationDateTime": AT.timestamp(),
            "Keys": KEY,
            "SequenceNumber": number,
            **told,
        },
    }


def event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def test_an_insert_has_a_new_item() -> None:
    assert parse_stream(event(record(NewImage=NOTE)), Note) == [
        StreamChange(
            kind="INSERT",
            model=Note,
            key={"owner": "ann", "day": "d1"},
            old=None,
            new=Note(owner="ann", day="d1", text="a"),
            changed=frozenset(),
            sequence_number="1",
            at=AT,
        )
    ]


def test_a_modification_names_the_fields_that_differ() -> None:
    after = {**NOTE, "text": {"S": "b"}, "stars": {"N": "1"}, "unknown": {"S": "?"}}
    (change,) = parse_stream(
        event(record("MODIFY", OldImage=NOTE, NewImage=after)), Note
    )
    assert change.old == Note(owner="ann", day="d1", text="a")
    assert change.new == Note(owner="ann", day="d1", text="b", stars=1)
    assert change.changed == {"text", "stars"}


def test_a_set_in_another_order_has_not_changed() -> None:
    old = {"id": {"S": "1"}, "tags": {"SS": ["a", "b"]}}
    new = {"id": {"S": "1"}, "tags": {"SS": ["b", "a"]}}
    told = record("MODIFY", Keys={"id": {"S": "1"}}, OldImage=old, NewImage=new)
    (change,) = parse_stream(event(told), Tagged)
    assert change.changed == frozenset()


def test_keys_alone_are_enough_to_name_the_item() -> None:
    (change,) = parse_stream(event(record("REMOVE")), Note)
    assert (change.key, change.old, change.new) == (
        {"owner": "ann", "day": "d1"},
        None,
        None,
    )


@pytest.mark.parametrize(
    ("identity", "expired"),
    [
        ({}, False),
        ({"userIdentity": {"principalId": "AROA:me"}}, False),
        (
            {
                "userIdentity": {
                    "type": "Service",
                    "principalId": "dynamodb.amazonaws.com",
                }
            },
            True,
        ),
    ],
)
def test_a_removal_for_the_time_to_live_says_so(
    identity: dict[str, Any], expired: bool
) -> None:
    told = {**record("REMOVE", OldImage=NOTE), **identity}
    (change,) = parse_stream(event(told), Note)
    assert change.expired is expired


def test_each_record_goes_to_the_model_of_its_table() -> None:
    account = {"number": {"N": "7"}, "rev": {"N": "0"}}
    told = event(
        record(NewImage=NOTE),
        record(
            table="accounts", NewImage=account, Keys={"number": {"N": "7"}}, number="2"
        ),
    )
    changes = parse_stream(told, Note, Account)
    assert [change.model for change in changes] == [Note, Account]


def test_the_prefix_of_tables_counts() -> None:
    db = Database(table_prefix="test-")
    told = event(record(table="test-notes", NewImage=NOTE))
    (change,) = parse_stream(told, Note, Account, db=db)
    assert change.new == Note(owner="ann", day="d1", text="a")


@pytest.mark.parametrize(
    ("precision", "at"),
    [
        ({}, AT.timestamp() * 1e3),
        (
            {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
            AT.timestamp() * 1e6,
        ),
    ],
)
def test_kinesis_carries_the_same_records(precision: dict[str, str], at: float) -> None:
    inner = record(NewImage=NOTE, ApproximateCreationDateTime=at, **precision)
    del inner["eventSourceARN"], inner["dynamodb"]["SequenceNumber"]
    inner["tableName"] = "notes"
    carried = {
        "kinesis": {
            "data": base64.b64encode(json.dumps(inner).encode()).decode(),
            "sequenceNumber": "49",
        }
    }
    (change,) = parse_stream(event(carried), Note, Account)
    assert (change.new, change.sequence_number, change.at) == (
        Note(owner="ann", day="d1", text="a"),
        "49",
        AT,
    )


@pytest.mark.parametrize(
    ("told", "models", "error", "message"),
    [
        (record(), (), InvalidModelError, "name the models whose changes"),
        (
            record(table="others"),
            (Note, Account),
            InvalidModelError,
            "a record is of the table 'others'; the models are stored in 'notes', "
            "'accounts'",
        ),
        (
            {"eventName": "ObjectCreated:Put", "s3": {}},
            (Note,),
            ItemShapeError,
            "expected a record of DynamoDB Streams, got 'ObjectCreated:Put'",
        ),
        (
            record(NewImage={"owner": {"S": "ann"}}),
            (Note,),
            ItemShapeError,
            "Note.day: the stored item has no attribute 'day'",
        ),
        (
            record(),
            (Secret,),
            EncryptionError,
            "Secret: ssn are encrypted, and decrypting takes I/O",
        ),
    ],
)
def test_what_is_no_change_of_a_model_is_refused(
    told: dict[str, Any],
    models: tuple[type[Model], ...],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        parse_stream(event(told), *models)


def test_two_models_of_one_table_are_refused() -> None:
    class Other(Model, table="notes"):
        id: Attr[str] = partition_key()

    with pytest.raises(InvalidModelError, match="Note and Other share the table"):
        parse_stream(event(), Note, Other)


def test_a_change_keeps_values_out_of_its_repr() -> None:
    (change,) = parse_stream(event(record(NewImage=NOTE)), Note)
    assert repr(change) == "<StreamChange INSERT of Note>"


async def test_a_batch_that_was_handled_has_no_failures() -> None:
    seen: list[str] = []

    async def handle(change: StreamChange[Note]) -> None:
        seen.append(change.sequence_number)

    told = event(record(number="1"), record(number="2"))
    assert await process_stream(told, handle, Note) == {"batchItemFailures": []}
    assert seen == ["1", "2"]


async def test_a_plain_function_handles_changes_too() -> None:
    seen: list[StreamChange[Note]] = []
    await process_stream(event(record()), seen.append, Note)
    assert [change.sequence_number for change in seen] == ["1"]


async def test_a_failure_ends_the_batch_at_its_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[str] = []

    def handle(change: StreamChange[Note]) -> None:
        seen.append(change.sequence_number)
        if change.sequence_number == "2":
            raise RuntimeError("no search engine")

    told = event(*(record(number=each) for each in "123"))
    response = await process_stream(told, handle, Note)
    assert response == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert seen == ["1", "2"]
    assert caplog.record_tuples == [
        ("dynamorm_async", logging.ERROR, "the stream's record 2 is to come again")
    ]


async def test_an_image_that_cannot_be_read_is_a_failure_of_its_record() -> None:
    told = event(
        record(number="1", NewImage=NOTE), record(number="2", NewImage={"owner": {}})
    )
    seen: list[StreamChange[Note]] = []
    response = await process_stream(told, seen.append, Note)
    assert response == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert len(seen) == 1


class Point:
    def __init__(self, x: int) -> None:
        self.x = x


def test_registered_types_are_read_as_everywhere() -> None:
    class Spot(Model, table="spots"):
        id: Attr[str] = partition_key()
        at: Attr[Point] = field()

    db = Database()
    db.register_type_converter(Point, lambda point: point.x, Point)
    image = {"id": {"S": "1"}, "at": {"N": "7"}}
    told = record(table="spots", Keys={"id": {"S": "1"}}, NewImage=image)
    (change,) = parse_stream(event(told), Spot, db=db)
    assert change.new is not None
    assert change.new.at.x == 7
