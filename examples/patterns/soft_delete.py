"""Items that are hidden at once, can be brought back, and go away for good later."""

from datetime import UTC, datetime, timedelta

from dynamorm_async import (
    Attr,
    Database,
    Model,
    Query,
    field,
    partition_key,
    sort_key,
    ttl,
)


class Note(Model, table="soft-notes"):
    owner: Attr[str] = partition_key()
    id: Attr[str] = sort_key()
    text: Attr[str] = field()
    deleted: Attr[bool] = field(default=False)
    gone_after: Attr[datetime | None] = ttl(default=None)


def notes_of(db: Database, owner: str) -> Query[Note]:
    """The notes that are not deleted."""
    return db.model(Note).where(Note.owner == owner).filter(Note.deleted == False)  # noqa: E712


async def soft_delete(db: Database, note: Note) -> None:
    """Hide it now; DynamoDB drops it after 30 days."""
    note.deleted = True
    note.gone_after = datetime.now(UTC) + timedelta(days=30)
    await db.update(note, "deleted", "gone_after")


async def restore(db: Database, note: Note) -> None:
    """Bring it back."""
    note.deleted, note.gone_after = False, None
    await db.update(note, "deleted", "gone_after")


async def main(db: Database) -> None:
    await db.ensure_table(Note)
    note = await db.create(Note(owner="ann", id="1", text="Buy milk"))
    await db.create(Note(owner="ann", id="2", text="Call Bob"))
    await soft_delete(db, note)
    print([each.text for each in await notes_of(db, "ann")])
    await restore(db, note)
    print([each.text for each in await notes_of(db, "ann")])
