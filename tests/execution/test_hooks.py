"""Hooks: what they are told, in which order, and what they can do."""

import logging
from typing import Any

import anyio
import pytest

from dynamorm_async import (
    Attr,
    Call,
    Capacity,
    CompiledQuery,
    ConditionFailedError,
    ConfigurationError,
    Credentials,
    Database,
    DeadlineExceededError,
    Hooks,
    Model,
    RetryPolicy,
    ThrottledError,
    measured_capacity,
    partition_key,
    sort_key,
)
from dynamorm_async.execution.hooks import ObservedSender
from dynamorm_async.execution.sending import Sender
from tests.models import NOON, Account, Note
from tests.scripted import Answer, ScriptedTransport, ok, refusal

ACCOUNT = {"number": {"N": "1"}, "rev": {"N": "0"}}
THROTTLED = refusal("ThrottlingException")


def database(*answers: Answer, **settings: Any) -> Database:
    """A database with these answers and settings."""
    said: dict[str, Any] = {
        "transport": ScriptedTransport(*answers),
        "region": "eu-west-1",
        "credentials": Credentials(access_key_id="a", secret_access_key="b"),
        "retry": RetryPolicy(attempts=3, base=0.0),
        "clock": lambda: NOON,
    }
    return Database(**{**said, **settings})


class Notebook:
    """Hooks that write down what they are told."""

    def __init__(self, name: str = "", *, log: list[str] | None = None) -> None:
        self.name = name
        self.log: list[str] = [] if log is None else log
        self.calls: list[Call] = []

    def before_request(self, call: Call) -> None:
        self.log.append(f"{self.name}before {call.operation} {call.attempts}")

    async def after_response(self, call: Call) -> None:
        await anyio.lowlevel.checkpoint()
        error = type(call.error).__name__ if call.error else call.status
        self.log.append(f"{self.name}after {call.operation} {call.attempts} {error}")
        self.calls.append(call)

    async def on_retry(self, call: Call) -> None:
        await anyio.lowlevel.checkpoint()
        error = type(call.error).__name__
        self.log.append(f"{self.name}retry {call.attempts} {error} {call.pause}")


def test_without_hooks_there_is_no_wrapper() -> None:
    assert type(database()._runner.sender) is Sender


@pytest.mark.parametrize(
    "settings",
    [
        {"hooks": [Hooks(before_request=print)]},
        {"slow_call": 1.0},
        {"return_consumed_capacity": "TOTAL"},
    ],
)
def test_each_setting_brings_one(settings: dict[str, Any]) -> None:
    assert type(database(**settings)._runner.sender) is ObservedSender


@pytest.mark.parametrize(
    "hooks", [[object()], [Notebook], "hooks", 7, [Notebook(), None]]
)
def test_what_is_no_hook_is_refused(hooks: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^hooks: must be a list of objects"):
        database(hooks=hooks)


async def test_a_call_is_told_before_and_after() -> None:
    notes = Notebook()
    db = database(ok(Item=ACCOUNT), hooks=[notes])
    await db.get(Account, 1)
    assert notes.log == ["before GetItem 0", "after GetItem 1 200"]
    (call,) = notes.calls
    assert (call.operation, call.model, call.tables, call.models) == (
        "GetItem",
        "Account",
        ("accounts",),
        {"accounts": "Account"},
    )
    assert call.seconds is not None
    assert call.server is not None
    assert call.server.address == "dynamodb.eu-west-1.amazonaws.com"


async def test_a_retry_is_told_and_the_call_stays_one() -> None:
    notes = Notebook()
    db = database(THROTTLED, THROTTLED, ok(Item=ACCOUNT), hooks=[notes])
    await db.get(Account, 1)
    assert notes.log == [
        "before GetItem 0",
        "retry 1 ThrottledError 0.0",
        "retry 2 ThrottledError 0.0",
        "after GetItem 3 200",
    ]
    assert (notes.calls[0].error, notes.calls[0].pause) == (None, None)


async def test_an_error_is_told_as_the_caller_sees_it() -> None:
    notes = Notebook()
    db = database(
        THROTTLED,
        THROTTLED,
        THROTTLED,
        refusal("ConditionalCheckFailedException"),
        hooks=[notes],
    )
    with pytest.raises(ThrottledError, match="Throttl") as throttled:
        await db.get(Account, 1)
    with pytest.raises(ConditionFailedError, match="Condit") as failed:
        await db.create(Account(number=1))
    assert [each.error for each in notes.calls] == [throttled.value, failed.value]
    assert [each.request_id for each in notes.calls] == ["REQ1", "REQ1"]


async def test_hooks_nest() -> None:
    log: list[str] = []
    db = database(ok(), hooks=[Notebook("a ", log=log), Notebook("b ", log=log)])
    await db.get(Account, 1)
    assert log == [
        "a before GetItem 0",
        "b before GetItem 0",
        "b after GetItem 1 200",
        "a after GetItem 1 200",
    ]


async def test_copies_of_a_database_have_its_hooks() -> None:
    notes = Notebook()
    db = database(ok(), hooks=[notes])
    await db.with_timeout(5).get(Account, 1)
    assert len(notes.calls) == 1


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_hook_may_refuse_a_call(is_async: bool) -> None:
    def refuse(_call: Call) -> None:
        raise PermissionError("not now")

    async def refuse_later(call: Call) -> None:
        await anyio.lowlevel.checkpoint()
        refuse(call)

    transport, notes = ScriptedTransport(), Notebook()
    hooks = [notes, Hooks(before_request=refuse_later if is_async else refuse)]
    db = database(transport=transport, hooks=hooks)
    with pytest.raises(PermissionError, match="not now"):
        await db.get(Account, 1)
    assert transport.requests == []
    assert notes.log == ["before GetItem 0", "after GetItem 0 PermissionError"]


def fail(_call: Call) -> None:
    """A hook with a mistake."""
    raise ZeroDivisionError


async def test_a_mistake_of_a_hook_changes_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notes = Notebook()
    hooks = [notes, Hooks(after_response=fail, on_retry=fail)]
    db = database(THROTTLED, ok(Item=ACCOUNT), hooks=hooks)
    assert await db.get(Account, 1) == Account(number=1)
    assert notes.log[-1] == "after GetItem 2 200"
    failed = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [each.getMessage() for each in failed] == [
        "a hook failed after GetItem",
        "a hook failed after GetItem",
    ]


async def test_what_a_hook_asks_itself_is_not_told() -> None:
    db = database(ok(), ok(), ok())
    notes = Notebook()

    async def look_first(_call: Call) -> None:
        await watched.get(Note, "a", "b")

    transport = db.config.transport
    watched = database(
        transport=transport, hooks=[Hooks(before_request=look_first), notes]
    )
    await watched.get(Account, 1)
    assert transport.operations == ["GetItem", "GetItem"]  # type: ignore[union-attr]
    assert [each.model for each in notes.calls] == ["Account"]


async def test_a_cancelled_call_is_told_in_time() -> None:
    notes = Notebook()
    db = database(anyio.sleep_forever, hooks=[notes])
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(db.get, Account, 1)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert notes.log == ["before GetItem 0", "after GetItem 1 CancelledError"]


async def test_a_hook_cannot_keep_a_cancelled_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dynamorm_async.execution.hooks.AFTER_CANCELLATION", 0.01)
    left: list[str] = []

    async def linger(_call: Call) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            left.append("left")

    db = database(anyio.sleep_forever, hooks=[Hooks(after_response=linger)])
    with anyio.move_on_after(0.01) as scope:
        await db.get(Account, 1)
    assert (left, scope.cancelled_caught) == (["left"], True)


async def test_a_deadline_is_told_as_such() -> None:
    notes = Notebook()
    db = database(anyio.sleep_forever, hooks=[notes], timeout=0.01)
    with pytest.raises(DeadlineExceededError, match="GetItem on accounts"):
        await db.get(Account, 1)
    assert [type(each.error) for each in notes.calls] == [DeadlineExceededError]


async def test_a_batch_is_told_request_by_request() -> None:
    notes = Notebook()
    db = database(ok(), ok(), hooks=[notes])
    accounts = [Account(number=number) for number in range(26)]
    await db.model(Account).batch_create(accounts)
    assert sorted((each.operation, each.size or 0) for each in notes.calls) == [
        ("BatchWriteItem", 1),
        ("BatchWriteItem", 25),
    ]
    assert {each.models["accounts"] for each in notes.calls} == {"Account"}


async def test_a_transaction_is_told_with_all_its_tables() -> None:
    notes = Notebook()
    db = database(ok(), hooks=[notes])
    async with db.transaction() as tx:
        tx.model(Account(number=1)).create()
        tx.model(Note(owner="a", day="b")).create()
    (call,) = notes.calls
    assert (call.operation, call.tables, call.models, call.size) == (
        "TransactWriteItems",
        ("accounts", "notes"),
        {"accounts": "Account", "notes": "Note"},
        2,
    )


async def test_a_call_shows_no_value() -> None:
    notes = Notebook()
    db = database(ok(Items=[], Count=0), hooks=[notes])
    await db.model(Note).where(Note.owner == "secret").filter(Note.text == "secret")
    assert "secret" not in repr(notes.calls)


async def test_a_slow_call_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    db = database(ok(Item=ACCOUNT), slow_call=0.000001)
    await db.get(Account, 1)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("dynamorm_async", logging.WARNING)
    assert record.getMessage().startswith("slow: GetItem on accounts took 0.0")
    assert record.getMessage().endswith("s (attempts: 1, request None)")


async def test_a_quick_call_is_not(caplog: pytest.LogCaptureFixture) -> None:
    await database(ok(), slow_call=10.0).get(Account, 1)
    assert caplog.records == []


async def test_each_request_is_a_line_at_level_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    db = database(THROTTLED, ok(Item=ACCOUNT), retry=RetryPolicy(base=0.0))
    with caplog.at_level(logging.DEBUG, logger="dynamorm_async.requests"):
        await db.get(Account, 12345)
    lines = [each.getMessage() for each in caplog.records]
    shapes = [line.split(" in ")[0] for line in lines]
    assert shapes == ["GetItem on accounts: 400", "GetItem on accounts: 200"]
    assert lines[0].endswith(" ms (request REQ1)")
    assert "12345" not in "".join(lines)


async def test_a_request_without_an_answer_is_a_line_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    db = database(OSError("broken"))
    with (
        caplog.at_level(logging.DEBUG, logger="dynamorm_async.requests"),
        pytest.raises(OSError, match="broken"),
    ):
        await db.get(Account, 1)
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("GetItem on accounts: OSError after ")


def consumed(units: float, table: str = "notes", **more: Any) -> dict[str, Any]:
    """One entry of ConsumedCapacity."""
    return {"TableName": table, "CapacityUnits": units, **more}


NOTE = {"owner": {"S": "a"}, "day": {"S": "b"}}


async def test_capacity_is_asked_for_and_summed_per_model() -> None:
    transport = ScriptedTransport(
        ok(Item=ACCOUNT, ConsumedCapacity=consumed(0.5, "accounts")),
        ok(ConsumedCapacity=consumed(1.0, "accounts")),
        ok(Items=[NOTE], ConsumedCapacity=consumed(2.0), LastEvaluatedKey=NOTE),
        ok(Items=[NOTE], ConsumedCapacity=consumed(2.5)),
    )
    db = database(transport=transport, return_consumed_capacity="TOTAL")
    await db.get(Account, 1)
    await db.create(Account(number=2))
    await db.model(Note).where(Note.owner == "a")
    assert {body["ReturnConsumedCapacity"] for body in transport.bodies} == {"TOTAL"}
    assert db.consumed_capacity == {
        "Account": Capacity(read=0.5, write=1.0, calls=2),
        "Note": Capacity(read=4.5, write=0.0, calls=2),
    }
    assert db.consumed_capacity["Account"].total == 1.5


class Memo(Model, table="notes"):
    """Another model of the table of notes."""

    owner: Attr[str] = partition_key()
    day: Attr[str] = sort_key()


async def test_models_of_one_table_share_what_a_transaction_consumes() -> None:
    notebook = Notebook()
    db = database(
        ok(ConsumedCapacity=[consumed(6.0), consumed(2.0, "accounts")]),
        return_consumed_capacity="TOTAL",
        hooks=[notebook],
    )
    with measured_capacity() as used:
        async with db.transaction() as tx:
            tx.model(Note(owner="a", day="1")).create()
            tx.model(Note(owner="a", day="2")).create()
            tx.model(Account(number=1)).create()
            tx.model(Memo(owner="a", day="3")).create()
    assert db.consumed_capacity == {
        "Note": Capacity(write=4.0, calls=1),
        "Memo": Capacity(write=2.0, calls=1),
        "Account": Capacity(write=2.0, calls=1),
    }
    assert used == Capacity(write=8.0, calls=2)
    (call,) = notebook.calls
    assert call.models == {"accounts": "Account"}
    assert call.parts == (
        ("notes", "Note"),
        ("notes", "Note"),
        ("accounts", "Account"),
        ("notes", "Memo"),
    )


async def test_a_transaction_is_counted_for_each_of_its_models() -> None:
    entries = [consumed(2.0, "accounts"), consumed(4.0, "notes")]
    db = database(ok(ConsumedCapacity=entries), return_consumed_capacity="INDEXES")
    async with db.transaction() as tx:
        tx.model(Account(number=1)).create()
        tx.model(Note(owner="a", day="b")).create()
    assert db.consumed_capacity == {
        "Account": Capacity(write=2.0, calls=1),
        "Note": Capacity(write=4.0, calls=1),
    }


async def test_a_batch_is_counted_for_each_of_its_models() -> None:
    entries = [consumed(2.0, "accounts"), consumed(4.0, "notes")]
    db = database(ok(ConsumedCapacity=entries), return_consumed_capacity="TOTAL")
    async with db.batch_writer() as writer:
        await writer.put(Account(number=1))
        await writer.put(Note(owner="a", day="b"))
    assert db.consumed_capacity == {
        "Account": Capacity(write=2.0, calls=1),
        "Note": Capacity(write=4.0, calls=1),
    }


async def test_what_several_models_of_a_table_consume_is_the_tables() -> None:
    class Memo(Note, table="notes"):
        """Another model of that table."""

    db = database(
        ok(ConsumedCapacity=[consumed(2.0, "notes")]), return_consumed_capacity="TOTAL"
    )
    async with db.batch_writer() as writer:
        await writer.put(Note(owner="a", day="b"))
        await writer.put(Memo(owner="a", day="c"))
    assert db.consumed_capacity == {"notes": Capacity(write=2.0, calls=1)}


async def test_a_page_says_what_its_requests_consumed() -> None:
    db = database(
        ok(Items=[NOTE], ConsumedCapacity=consumed(2.0), LastEvaluatedKey=NOTE),
        ok(Items=[NOTE], ConsumedCapacity=consumed(2.5)),
        return_consumed_capacity="TOTAL",
    )
    page = await db.model(Note).where(Note.owner == "a").all_paginated()
    assert page.consumed_capacity == 4.5


async def test_a_page_says_nothing_where_nothing_was_asked() -> None:
    db = database(ok(Items=[NOTE]))
    page = await db.model(Note).where(Note.owner == "a").all_paginated()
    assert (page.consumed_capacity, db.consumed_capacity) == (None, {})


async def test_each_task_measures_its_own_capacity() -> None:
    db = database(
        *[ok(ConsumedCapacity=consumed(1.0, "accounts"))] * 3,
        return_consumed_capacity="TOTAL",
    )
    found: dict[str, float] = {}

    async def read(name: str, times: int) -> None:
        with measured_capacity() as used:
            for _ in range(times):
                await db.get(Account, 1)
                await anyio.lowlevel.checkpoint()
        found[name] = used.total

    with measured_capacity() as both:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read, "once", 1)
            tasks.start_soon(read, "twice", 2)
    assert (found, both.total) == ({"once": 1.0, "twice": 2.0}, 3.0)


async def test_control_plane_calls_are_not_asked_for_capacity() -> None:
    described = ok(Table={"TableName": "accounts", "TableStatus": "ACTIVE"})
    transport = ScriptedTransport(described)
    db = database(transport=transport, return_consumed_capacity="TOTAL")
    describe = CompiledQuery.of("DescribeTable", {"TableName": "accounts"}, dict)
    await db.execute(describe)
    assert transport.bodies == [{"TableName": "accounts"}]
