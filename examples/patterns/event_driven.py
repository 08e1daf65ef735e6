"""An event for every order: written with it, published later, lost never.

The order and its event are one transaction.  A publisher takes events from a sparse
index in their order and removes the mark that keeps them there.  An event may be
published twice, if the publisher dies in between; subscribers know it by its id.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from dynamorm_async import Attr, Database, Model, field, gsi, partition_key


class Order(Model, table="placed-orders"):
    id: Attr[str] = partition_key()
    product: Attr[str] = field()


class Event(Model, table="outbox"):
    id: Attr[str] = partition_key(index=gsi("unpublished", sort=True))
    kind: Attr[str] = field()
    content: Attr[dict[str, Any]] = field()
    waiting: Attr[str | None] = field(default="yes", index=gsi("unpublished"))


async def place(db: Database, number: int, product: str) -> None:
    """Place an order, and say so."""
    order = Order(id=f"o{number}", product=product)
    content = {"order": order.id, "product": product}
    event = Event(id=f"e{number:06}", kind="order-placed", content=content)
    async with db.transaction() as tx:
        tx.model(order).create()
        tx.model(event).create()


async def publish_all(
    db: Database, publish: Callable[[Event], Awaitable[None]]
) -> None:
    """Publish what waits, in order."""
    async for event in db.model(Event).where(Event.waiting == "yes"):
        await publish(event)
        event.waiting = None
        await db.update(event, "waiting")


async def main(db: Database) -> None:
    for model in (Order, Event):
        await db.ensure_table(model)
    await place(db, 1, "tea")
    await place(db, 2, "cup")

    async def publish(event: Event) -> None:
        print(event.id, event.kind, event.content["product"])

    await publish_all(db, publish)
    print("waiting:", await db.model(Event).where(Event.waiting == "yes").count())
