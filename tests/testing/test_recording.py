"""`record` holds exactly what was sent, over engines and scripts, and then stops."""

from contextlib import ExitStack, suppress

import pytest

from dynamorm_async import Database, ThrottledError
from dynamorm_async.config import RetryPolicy
from dynamorm_async.errors import ConditionFailedError, ConfigurationError
from dynamorm_async.testing import (
    MockDB,
    RecordingTransport,
    ScriptedTransport,
    ok,
    record,
    refusal,
)
from dynamorm_async.wire import Body, Reply
from dynamorm_async.wire.ready import ReadBytes
from tests.models import Note

NOTE = {"owner": {"S": "a"}, "day": {"S": "1"}, "text": {"S": ""}, "stars": {"N": "0"}}
GET = {"TableName": "notes", "Key": {"owner": {"S": "a"}, "day": {"S": "1"}}}


def database(
    *answers: object, **settings: object
) -> tuple[Database, ScriptedTransport]:
    transport = ScriptedTransport(*answers)  # type: ignore[arg-type] # of a test's own
    return Database(None, transport=transport, **settings), transport


async def test_what_a_block_sends_is_recorded_and_no_more() -> None:
    db, _ = database(ok(Item=NOTE), ok(), ok())
    with record(db) as requests:
        note = await db.get(Note, "a", "1")
        await db.with_timeout(5).get(Note, "a", "1")
    await db.get(Note, "a", "1")
    assert note == Note(owner="a", day="1")
    assert requests == [("GetItem", GET), ("GetItem", GET)]
    assert requests.operations == ["GetItem", "GetItem"]
    assert requests.bodies == [GET, GET]


class Reader(ScriptedTransport):
    """A transport that lets its caller read replies from their bytes."""

    async def send_and_read(
        self, operation: str, body: Body, _read: ReadBytes, /
    ) -> Reply:
        return await self.send(operation, body)


async def test_a_page_that_is_read_from_its_bytes_is_recorded_too() -> None:
    transport = Reader(*[ok(Items=[NOTE], Count=1)] * 2)
    db = Database(transport=transport)
    with record(db) as requests:
        await db.model(Note).scan()
    await db.model(Note).scan()
    assert requests.operations == ["Scan"]
    assert transport.operations == ["Scan", "Scan"]


async def test_it_is_printed_whole() -> None:
    db, _ = database(ok())
    with record(db) as requests:
        assert str(requests) == "no requests"
        await db.get(Note, "ä", "1")
    assert str(requests) == (
        "GetItem {\n"
        '  "TableName": "notes",\n'
        '  "Key": {\n'
        '    "owner": {\n      "S": "ä"\n    },\n'
        '    "day": {\n      "S": "1"\n    }\n'
        "  }\n"
        "}"
    )


async def test_blocks_nest_and_end_by_an_error_too() -> None:
    db, transport = database(ok(), ok(), refusal("ConditionalCheckFailedException"))
    with record(db) as outer:
        await db.get(Note, "a", "1")
        with suppress(ConditionFailedError), record(db) as inner:
            await db.get(Note, "a", "1")
            await db.create(Note(owner="a", day="1"))
    assert inner.operations == ["GetItem", "PutItem"]
    assert outer.operations == ["GetItem", "GetItem", "PutItem"]
    assert db._runner.sender.transport is transport


async def test_blocks_of_two_tasks_need_not_nest() -> None:
    db, transport = database(ok(), ok(), ok())
    with ExitStack() as one, ExitStack() as two:
        first = one.enter_context(record(db))
        second = two.enter_context(record(db))
        one.close()
        await db.get(Note, "a", "1")
        two.close()
        await db.get(Note, "a", "1")
    assert (len(first), len(second), len(transport.requests)) == (0, 1, 2)
    assert "RecordingTransport" not in repr(db)


async def test_requests_that_are_sent_again_are_recorded_again() -> None:
    policy = RetryPolicy(attempts=2, base=0)
    db, _ = database(refusal("ThrottlingException"), ok(), retry=policy)
    with record(db) as requests:
        assert await db.get(Note, "a", "1") is None
    assert requests.operations == ["GetItem", "GetItem"]


async def test_an_engine_is_recorded_as_a_script_is(db: Database, prefix: str) -> None:
    await db.ensure_table(Note)
    with record(db) as requests:
        await db.model(Note(owner="a", day="1")).put()
    assert requests == [("PutItem", {"TableName": f"{prefix}notes", "Item": NOTE})]


async def test_a_recording_transport_records_a_database_from_the_beginning() -> None:
    transport = RecordingTransport(ScriptedTransport(ok()))
    async with Database(transport=transport) as db:
        await db.get(Note, "a", "1")
    assert transport.requests == [("GetItem", GET)]
    assert repr(transport) == (
        "<RecordingTransport over <ScriptedTransport, 0 answers left>>"
    )


def test_a_mock_is_not_recorded() -> None:
    with (
        pytest.raises(ConfigurationError, match="what a mock was asked is in its"),
        record(MockDB()),
    ):
        pass


async def test_a_script_raises_what_it_is_told_and_says_when_it_is_at_its_end() -> None:
    policy = RetryPolicy(attempts=1)
    db, transport = database(ThrottledError("slow down"), retry=policy)
    with pytest.raises(ThrottledError, match="slow down"):
        await db.get(Note, "a", "1")
    with pytest.raises(AssertionError, match="the script has no answer to GetItem"):
        await db.get(Note, "a", "1")
    await db.aclose()
    assert transport.is_closed
