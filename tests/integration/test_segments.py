"""Scans in segments on an engine: every row once, also by workers and after a death."""

from typing import Any

import anyio
import pytest

from dynamorm_async import Database, InvalidCursorError, SegmentedRows
from tests.integration.conftest import Stored
from tests.models import Listing, Note

Key = tuple[str, str]


@pytest.fixture
async def notes(db: Database, stored: Stored) -> list[Key]:
    """Sixty notes of twelve owners: their keys."""
    await db.ensure_table(Note)
    keys = [(f"o{number % 12}", f"{number:02}") for number in range(60)]
    items: list[Any] = [
        {"owner": {"S": owner}, "day": {"S": day}, "stars": {"N": day[-1]}}
        for owner, day in keys
    ]
    await stored.fill("notes", items)
    return sorted(keys)


def keys(rows: list[Note]) -> list[Key]:
    return sorted((each.owner, each.day) for each in rows)


async def at_most(scan: SegmentedRows[Note], number: int) -> list[Note]:
    """So many rows, if there are as many; then the loop is left."""
    rows: list[Note] = []
    async for row in scan:
        rows.append(row)
        if len(rows) == number:
            break
    return rows


@pytest.mark.parametrize("total", [1, 2, 7, 100])
async def test_all_segments_together_are_the_table(
    db: Database, notes: list[Key], total: int
) -> None:
    query = db.model(Note).page_size(4)
    assert keys(await query.scan_all_segments(total)) == notes
    streamed = [each async for each in query.scan_all_segments(total, buffer=3)]
    assert keys(streamed) == notes


@pytest.mark.parametrize("total", [1, 3])
async def test_the_workers_of_a_parallel_scan_share_the_table_out(
    db: Database, notes: list[Key], total: int
) -> None:
    parts = [
        await db.model(Note).parallel_scan(segment, total).page_size(4)
        for segment in range(total)
    ]
    assert keys([row for part in parts for row in part]) == notes


async def test_filters_limits_and_fields_are_those_of_any_query(
    db: Database, notes: list[Key]
) -> None:
    query = db.model(Note).filter(Note.stars == 7).page_size(2)
    found = await query.scan_all_segments(4)
    assert keys(found) == [each for each in notes if each[1][-1] == "7"]
    assert len(await query.limit(3).scan_all_segments(4)) == 3
    assert len(await db.model(Note).limit(50).scan_all_segments(4)) == 50
    (row,) = await query.select("stars").limit(1).scan_all_segments(4)
    assert repr(row).startswith("Note(owner=")


@pytest.mark.parametrize("settings", [{}, {"cursor_secret": "hush"}])
async def test_a_job_that_dies_goes_on_where_it_was(
    settings_of_db: dict[str, Any], notes: list[Key], settings: dict[str, Any]
) -> None:
    done: list[Note] = []
    token: str | None = None
    for _ in range(5):
        async with Database(**settings_of_db, **settings) as db:
            query = db.model(Note).page_size(3)
            scan = query.scan_all_segments(4, resume=token, buffer=5)
            done += await at_most(scan, 13)
            token = scan.resume_token()
    assert keys(done) == notes


async def test_a_token_of_another_query_is_refused(
    db: Database, notes: list[Key]
) -> None:
    scan = db.model(Note).scan_all_segments(2)
    await anext(scan)
    token = scan.resume_token()
    with pytest.raises(InvalidCursorError, match="belongs to another scan"):
        db.model(Note).scan_all_segments(3, resume=token)
    with pytest.raises(InvalidCursorError, match="belongs to another scan"):
        db.model(Note).filter(Note.stars == 1).scan_all_segments(2, resume=token)


async def test_an_index_can_be_scanned_in_segments(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Listing)
    items: list[Any] = [
        {"id": {"S": f"{n:02}"}, "kind": {"S": "k"}, "shop": {"S": f"s{n}"}}
        for n in range(20)
    ]
    await stored.fill("listings", items)
    query = db.model(Listing).index("by-kind").select("shop").page_size(3)
    scan = query.scan_all_segments(3)
    first = [await anext(scan) for _ in range(8)]
    rest = await query.scan_all_segments(3, resume=scan.resume_token())
    assert sorted(each.id for each in [*first, *rest]) == [f"{n:02}" for n in range(20)]


async def test_a_cancelled_scan_leaves_the_pool_usable(
    db: Database, notes: list[Key]
) -> None:
    scan = db.model(Note).page_size(1).scan_all_segments(8)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await scan
    assert keys(await scan) == notes
