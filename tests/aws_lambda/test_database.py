"""`LambdaDB` on its own: what is made ready, and until when its calls may run."""

import ast
import subprocess
import sys
from datetime import timedelta

import anyio
import pytest

from dynamorm_async import ConfigurationError, Database, LambdaTimeoutError, lambda_init
from dynamorm_async.aws_lambda import LambdaDB
from dynamorm_async.transport.preparing import Preparable
from dynamorm_async.wire import Reply
from tests.aws_lambda.contexts import Remaining
from tests.models import Note, User
from tests.scripted import ScriptedTransport, ok


async def never() -> Reply:
    await anyio.sleep_forever()
    return ok()


class Prepared(ScriptedTransport):
    """A transport that says whether it was prepared."""

    is_prepared = False

    def prepare(self) -> None:
        self.is_prepared = True


def test_the_codecs_and_the_transport_are_ready_before_the_first_request() -> None:
    transport = Prepared()
    db = lambda_init(User, Note, transport=transport, table_prefix="t-")
    assert isinstance(transport, Preparable)
    assert transport.is_prepared
    assert set(db._compiler._items) == {User, Note}
    assert (db.config.table_prefix, transport.requests) == ("t-", [])


def test_a_wrong_setting_is_refused_at_module_scope() -> None:
    with pytest.raises(ConfigurationError, match="there is no setting 'regoin'"):
        lambda_init(User, regoin="eu-west-1")


def test_it_is_ready_without_any_setting() -> None:
    assert isinstance(lambda_init(User), LambdaDB)


def test_importing_it_loads_little_that_a_database_does_not() -> None:
    program = (
        "import sys, dynamorm_async.database\n"
        "before = set(sys.modules)\n"
        "import dynamorm_async.aws_lambda\n"
        "new = set(sys.modules) - before\n"
        "print(sorted(each for each in new if 'dynamorm_async.aws_lambda' not in each))"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert ast.literal_eval(printed) == [
        "dynamorm_async.execution.invocation",
        "dynamorm_async.transport.preparing",
        "dynamorm_async.transport.tracing",
    ]


CALLS = """
import asyncio, sys
from dynamorm_async import lambda_init
from tests.aws_lambda.contexts import Remaining
from tests.models import Note
from tests.scripted import ScriptedTransport, ok

found = {"owner": {"S": "ann"}, "day": {"S": "x"}, "text": {"S": "Hi"}}
db = lambda_init(
    Note, transport=ScriptedTransport(*[ok(Item=found, Items=[found], Count=1)] * 5)
)
note = Note(owner="ann", day="x", text="Hi")

async def calls():
    async with db.lambda_timeout(Remaining(60_000)):
        query = db.model(Note).where(Note.owner == "ann")
        await query.filter(Note.text == "Hi").all()
        await query.all_paginated()
        await db.get(Note, "ann", "x")
        await db.save(note)
        await db.model(note).update_builder().set(Note.text, "Ho").execute()

before = set(sys.modules)
asyncio.run(calls())
print(sorted(set(sys.modules) - before))
"""


def test_the_first_calls_load_nothing() -> None:
    printed = subprocess.check_output([sys.executable, "-c", CALLS], text=True)
    assert printed == "[]\n"


async def test_a_call_ends_before_the_invocation() -> None:
    db = Database(transport=ScriptedTransport(never))
    bound = db.with_lambda_timeout(Remaining(100))
    with pytest.raises(LambdaTimeoutError, match="GetItem on notes") as caught:
        await bound.get(Note, "ann", "x")
    assert str(caught.value) == (
        "GetItem on notes: stopped before the Lambda invocation ends; it had 0.08 s"
    )


async def test_a_buffer_that_leaves_no_time_sends_nothing() -> None:
    transport = ScriptedTransport(ok())
    db = Database(transport=transport)
    bound = db.with_lambda_timeout_buffer(timedelta(seconds=2))
    with pytest.raises(LambdaTimeoutError, match=r"invocation ends; it had 0 s$"):
        await bound.with_lambda_timeout(Remaining(1000)).get(Note, "ann", "x")
    assert transport.requests == []


async def test_copies_share_the_pool_and_leave_the_original_alone() -> None:
    db = Database(transport=ScriptedTransport(ok(), ok()))
    bound = db.with_lambda_timeout_buffer(2).with_lambda_timeout(Remaining(1000))
    assert bound._transport is db._transport
    assert await db.get(Note, "ann", "x") is None
    unbound = db.with_lambda_timeout_buffer(2).with_lambda_timeout(None)
    assert await unbound.get(Note, "ann", "x") is None


async def test_a_block_bounds_the_calls_of_every_database_in_it() -> None:
    db = LambdaDB(transport=ScriptedTransport())
    other = Database(transport=ScriptedTransport(never, ok()))
    async with db.lambda_timeout(Remaining(50)) as same:
        assert same is db
        with pytest.raises(LambdaTimeoutError, match=r"it had 0\.04 s"):
            await other.get(Note, "ann", "x")
    assert await other.get(Note, "ann", "x") is None


async def test_a_block_uses_the_buffer_that_was_set() -> None:
    db = LambdaDB(transport=ScriptedTransport(ok()))
    async with db.with_lambda_timeout_buffer(1).lambda_timeout(Remaining(900)) as same:
        with pytest.raises(LambdaTimeoutError, match="it had 0 s"):
            await same.get(Note, "ann", "x")


async def test_a_block_without_a_context_bounds_nothing() -> None:
    db = LambdaDB(transport=ScriptedTransport(ok()))
    async with db.lambda_timeout(None):
        assert await db.get(Note, "ann", "x") is None


async def test_it_has_the_figures_of_the_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "notes")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
    db = LambdaDB(transport=ScriptedTransport())
    assert (db.is_lambda, db.lambda_memory_mb, db.xray_enabled) == (True, 512, False)
    assert db.get_remaining_time_millis(Remaining(1234)) == 1234
    assert db.get_memory_stats().lambda_memory_mb == 512
