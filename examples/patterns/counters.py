"""Counters that many writers raise at once, without reading first."""

import anyio

from dynamorm_async import Attr, ConditionFailedError, Database, Model, field
from dynamorm_async import partition_key as key


class Page(Model, table="pages"):
    path: Attr[str] = key()
    views: Attr[int] = field(default=0)


class Ticket(Model, table="tickets"):
    show: Attr[str] = key()
    left: Attr[int] = field(default=0)


async def count_view(db: Database, path: str) -> None:
    """Count a view; the first one makes the item."""
    page = db.model(Page).where(Page.path == path)
    await page.update_builder().increment(Page.views)


async def sell(db: Database, show: str, pieces: int) -> bool:
    """Sell tickets, never more than there are."""
    ticket = db.model(Ticket).where(Ticket.show == show)
    try:
        await (
            ticket.update_builder()
            .decrement(Ticket.left, pieces)
            .condition(Ticket.left >= pieces)
        )
    except ConditionFailedError:
        return False
    return True


async def main(db: Database) -> None:
    for model in (Page, Ticket):
        await db.ensure_table(model)
    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(count_view, db, "/")
    print(await db.get(Page, "/"))

    await db.create(Ticket(show="opera", left=3))
    print([await sell(db, "opera", 2), await sell(db, "opera", 2)])
    print(await db.get(Ticket, "opera"))
