"""What all models have in common, said once: abstract models."""

from datetime import datetime

from dynamorm_async import (
    Attr,
    Database,
    Model,
    created_at,
    field,
    gsi,
    partition_key,
    sort_key,
    updated_at,
    version,
)


class Stamped(Model, abstract=True):
    """Times and a version."""

    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()
    rev: Attr[int] = version()


class Owned(Stamped, abstract=True):
    """Has an owner, and can be found by it."""

    owner: Attr[str] = field(index=gsi("by-owner"))


class Album(Owned, table="albums"):
    id: Attr[str] = partition_key()
    title: Attr[str] = field()


class Photo(Owned, table="photos"):
    album: Attr[str] = partition_key()
    number: Attr[int] = sort_key()


async def main(db: Database) -> None:
    for model in (Album, Photo):
        await db.ensure_table(model)
    album = await db.create(Album(id="a1", title="Alps", owner="ann"))
    await db.create(Photo(album="a1", number=1, owner="ann"))
    await db.create(Photo(album="a1", number=2, owner="bob"))
    album.title = "The Alps"
    await db.update(album, "title")
    print(album.title, album.rev, album.changed > album.made)
    owned = await db.model(Photo).where(Photo.owner == "bob")
    print([(photo.album, photo.number) for photo in owned])
