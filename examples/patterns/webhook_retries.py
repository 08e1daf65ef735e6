"""Webhooks that are tried again, later and later, until they get through.

`due` is the sort key of an index.  A webhook that is done has no `due`, and so is not
in the index at all: looking for work reads nothing else.
"""

from datetime import UTC, datetime, timedelta

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    Model,
    field,
    gsi,
    partition_key,
)

MOST_TRIES = 3
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Webhook(Model, table="webhooks"):
    id: Attr[str] = partition_key()
    url: Attr[str] = field()
    queue: Attr[str | None] = field(default=None, index=gsi("by-due"))
    due: Attr[datetime | None] = field(default=None, index=gsi("by-due", sort=True))
    tries: Attr[int] = field(default=0)
    state: Attr[str] = field(default="open")


async def enqueue(db: Database, id: str, url: str, now: datetime) -> None:
    """Send a webhook soon."""
    await db.create(Webhook(id=id, url=url, queue="open", due=now))


async def due_now(db: Database, now: datetime) -> list[Webhook]:
    """What is to be sent now, the longest waiting first."""
    waiting = db.model(Webhook).where(Webhook.queue == "open")
    return await waiting.where(Webhook.due <= now).limit(100)


async def claim(db: Database, webhook: Webhook, now: datetime) -> bool:
    """Take a webhook for a minute; of several workers only one gets it."""
    later = now + timedelta(minutes=2**webhook.tries)
    try:
        await (
            db.model(Webhook)
            .where(Webhook.id == webhook.id)
            .update_builder()
            .set(Webhook.due, later)
            .increment(Webhook.tries)
            .condition(Webhook.due == webhook.due)
        )
    except ConditionFailedError:
        return False
    return True


async def finish(db: Database, webhook: Webhook, state: str) -> None:
    """Take a webhook out of the queue."""
    builder = db.model(Webhook).where(Webhook.id == webhook.id).update_builder()
    done = builder.set(Webhook.state, state).remove(Webhook.queue, Webhook.due)
    await done.condition_exists(Webhook.id)  # an update of a missing item makes one


async def work(db: Database, now: datetime) -> None:
    """Send what is due."""
    for webhook in await due_now(db, now):
        if not await claim(db, webhook, now):
            continue
        tries = webhook.tries + 1
        if "works" in webhook.url:
            await finish(db, webhook, "sent")
        elif tries == MOST_TRIES:
            await finish(db, webhook, "given up")
        print(f"{now:%H:%M} {webhook.id} try {tries}")


async def main(db: Database) -> None:
    await db.ensure_table(Webhook)
    await enqueue(db, "w1", "https://works.example", START)
    await enqueue(db, "w2", "https://down.example", START)
    for minute in range(5):
        await work(db, START + timedelta(minutes=minute))
    for webhook in await db.model(Webhook).batch_get(["w1", "w2"]):
        print(webhook.id, webhook.state, webhook.tries, webhook.due)
