"""One database over several event loops, many calls at once, and cancelled ones."""

import asyncio
import threading
from typing import Any

import anyio
import pytest

from dynamorm_async import Database, DeadlineExceededError
from tests.integration.conftest import Stored
from tests.models import Note


@pytest.fixture
def shared(settings_of_db: dict[str, Any]) -> Database:
    """A database that the test closes itself, made outside of any event loop."""
    return Database(**settings_of_db)


def test_a_second_asyncio_run_finds_the_database_working(shared: Database) -> None:
    async def write(day: str) -> int:
        await shared.ensure_table(Note)
        await shared.create(Note(owner="a", day=day))
        try:
            return await shared.model(Note).where(Note.owner == "a").count()
        finally:
            await shared.aclose()

    assert [asyncio.run(write(day)) for day in "123"] == [1, 2, 3]


def test_two_event_loops_in_two_threads_share_a_database(shared: Database) -> None:
    async def prepare() -> None:
        await shared.ensure_table(Note)
        await shared.aclose()

    async def write(owner: str) -> None:
        for day in range(10):
            await shared.create(Note(owner=owner, day=str(day)))
        found[owner] = await shared.model(Note).where(Note.owner == owner).count()
        await shared.aclose()

    found: dict[str, int] = {}
    asyncio.run(prepare())
    threads = [
        threading.Thread(target=lambda owner=owner: asyncio.run(write(owner)))
        for owner in "ab"
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == {"a": 10, "b": 10}


async def test_fifty_calls_at_once(db: Database) -> None:
    await db.ensure_table(Note)
    notes = [Note(owner="a", day=f"{day:02}", stars=day) for day in range(50)]
    await asyncio.gather(*(db.create(each) for each in notes))
    found = await asyncio.gather(*(db.get(Note, "a", each.day) for each in notes))
    assert found == notes


@pytest.mark.engine_lacks(moto="updates that are atomic when they come at once")
async def test_fifty_increments_at_once_are_all_counted(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Note)
    note = await db.create(Note(owner="a", day="1"))
    counter = db.model(note).update_builder().increment("stars")
    await asyncio.gather(*(counter.execute() for _ in range(50)))
    assert (await stored("notes"))[0]["stars"] == {"N": "50"}


async def test_a_cancelled_call_leaves_the_pool_usable(db: Database) -> None:
    await db.ensure_table(Note)
    note = await db.create(Note(owner="a", day="1"))
    for _ in range(20):
        with anyio.move_on_after(0.0005):
            await db.get(Note, "a", "1")
    assert await db.get(Note, "a", "1") == note


async def test_a_deadline_ends_a_call_and_leaves_the_pool_usable(db: Database) -> None:
    await db.ensure_table(Note)
    note = await db.create(Note(owner="a", day="1"))
    with pytest.raises(DeadlineExceededError, match="GetItem"):
        await db.with_timeout(0.000001).get(Note, "a", "1")
    with pytest.raises(DeadlineExceededError, match="Query"):
        await db.model(Note).where(Note.owner == "a").with_timeout(0.000001).all()
    assert await db.with_timeout(5).get(Note, "a", "1") == note


async def test_a_closed_database_connects_again(db: Database) -> None:
    await db.ensure_table(Note)
    await db.aclose()
    await db.aclose()
    assert await db.get(Note, "a", "1") is None
