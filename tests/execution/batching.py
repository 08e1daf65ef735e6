"""Batches of notes over scripted answers, for the tests beside."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import anyio

from dynamorm_async.execution.executor import Executor
from dynamorm_async.query.query import Query
from dynamorm_async.wire import Body, Reply
from tests.asking import COMPILER
from tests.models import Account, Note
from tests.scripted import ScriptedTransport, ok

from .requests import StillTime, executor


def batch(
    transport: ScriptedTransport, time: StillTime | None = None, **config: Any
) -> Query[Note]:
    """A query about notes over these answers."""
    return over(executor(transport, time, **config))


def over(runner: Executor) -> Query[Note]:
    """A query about notes."""
    return Query(COMPILER, runner, COMPILER.question(Note, None))


def accounts_over(runner: Executor) -> Query[Account]:
    """A query about accounts, which have a version."""
    return Query(COMPILER, runner, COMPILER.question(Account, None))


def note(day: object) -> Note:
    """The note of a day."""
    return Note(owner="a", day=str(day))


def notes(number: int) -> list[Note]:
    """So many notes, of day 0 and on."""
    return [note(day) for day in range(number)]


def put(day: object) -> Body:
    """The request that writes the note of a day."""
    item = {"owner": {"S": "a"}, "day": {"S": str(day)}}
    return {"PutRequest": {"Item": {**item, "text": {"S": ""}, "stars": {"N": "0"}}}}


def without(*days: object) -> Reply:
    """The reply that leaves the notes of these days unwritten."""
    return ok(UnprocessedItems={"notes": [put(day) for day in days]} if days else {})


DONE = without()


def days_of(body: Body) -> list[str]:
    """The days of the notes that a request writes or reads."""
    asked = body["RequestItems"]["notes"]
    keys = asked["Keys"] if "Keys" in asked else map(key_of, asked)
    return [key["day"]["S"] for key in keys]


def key_of(request: Body) -> Body:
    ((kind, content),) = request.items()
    key: Body = content["Item"] if kind == "PutRequest" else content["Key"]
    return key


def days(transport: ScriptedTransport) -> list[str]:
    """The days of each request, in one text."""
    return [" ".join(days_of(body)) for body in transport.bodies]


async def forever() -> Reply:
    """An answer that never comes."""
    await anyio.sleep_forever()
    raise AssertionError("never reached")


class Gate:
    """Answers that wait until they are let go."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def open(self) -> None:
        self._event.set()

    def then(self, reply: Reply) -> Callable[[], Awaitable[Reply]]:
        """This reply, when the gate is open."""

        async def answer() -> Reply:
            await self._event.wait()
            return reply

        return answer


async def turns_of_the_loop(number: int = 20) -> None:
    """Let everything run that can."""
    for _ in range(number):
        await anyio.lowlevel.checkpoint()


def numbers(given: Sequence[Note]) -> list[int]:
    """The days of notes, as the numbers they are."""
    return [int(each.day) for each in given]
