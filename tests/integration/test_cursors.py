"""Signed cursors on an engine: pages without gap or repeat, and nothing else's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from dynamorm_async import Database, InvalidCursorError
from tests.integration.conftest import Stored
from tests.models import Note

ANN = Note.owner == "ann"


@pytest.fixture
async def signing(settings_of_db: dict[str, Any]) -> AsyncIterator[Database]:
    """A database that signs its cursors."""
    async with Database(**settings_of_db, cursor_secret=b"\x00\xffhush") as database:
        yield database


@pytest.fixture
async def notes(db: Database, stored: Stored) -> list[str]:
    """Thirty notes of Ann, every third with a star: their days."""
    await db.ensure_table(Note)
    days = [f"{day:02}" for day in range(30)]
    items: list[Any] = [
        {"owner": {"S": "ann"}, "day": {"S": day}, "stars": {"N": str(int(day) % 3)}}
        for day in days
    ]
    await stored.fill("notes", items)
    return days


async def all_pages(query: Any) -> list[list[str]]:
    """The days of each page, from cursor to cursor."""
    page = await query.all_paginated()
    found = [[each.day for each in page.items]]
    while page.has_more:
        page = await query.cursor(page.next_cursor).all_paginated()
        found.append([each.day for each in page.items])
    return found


@pytest.mark.parametrize(("limit", "size"), [(10, 25), (4, 7), (7, 3), (30, 30)])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_the_cursor_of_a_limit_below_the_page_size_skips_no_row(
    signing: Database, notes: list[str], limit: int, size: int, order: str
) -> None:
    query = signing.model(Note).where(ANN).order_by("day", order)
    days = sorted(notes, reverse=order == "DESC")
    pages = await all_pages(query.limit(limit).page_size(size))
    assert [day for page in pages for day in page] == days
    filtered = query.filter(Note.stars == 0).limit(limit).page_size(size)
    pages = await all_pages(filtered)
    starred = [day for day in days if int(day) % 3 == 0]
    assert [day for page in pages for day in page] == starred


async def test_a_cursor_goes_on_with_another_page_size_but_not_in_another_query(
    signing: Database, notes: list[str]
) -> None:
    query = signing.model(Note).where(ANN)
    page = await query.limit(3).all_paginated()
    rest = await query.cursor(page.next_cursor).page_size(20)
    assert [each.day for each in rest] == notes[3:]
    others = [
        signing.model(Note).where(Note.owner == "bob"),
        query.where(Note.day > "00"),
        query.filter(Note.stars == 0),
        query.order_by("day", "DESC"),
        signing.model(Note),
        signing.model(Note, table="other").where(ANN),
    ]
    for other in others:
        with pytest.raises(InvalidCursorError, match=r"^the cursor "):
            other.cursor(page.next_cursor).compile()


async def test_signed_and_plain_databases_refuse_each_others_cursors(
    db: Database, signing: Database, notes: list[str]
) -> None:
    plain = (await db.model(Note).where(ANN).limit(3).all_paginated()).next_cursor
    signed = (await signing.model(Note).where(ANN).limit(3).all_paginated()).next_cursor
    with pytest.raises(InvalidCursorError, match="is not signed"):
        await signing.model(Note).where(ANN).cursor(plain)
    with pytest.raises(InvalidCursorError, match="is signed"):
        await db.model(Note).where(ANN).cursor(signed)


async def test_the_pages_of_a_stream_have_signed_cursors_too(
    signing: Database, notes: list[str]
) -> None:
    query = signing.model(Note).where(ANN).page_size(12)
    cursors = [page.next_cursor async for page in query.pages()]
    rest = await query.cursor(cursors[1])
    assert [each.day for each in rest] == notes[24:]
