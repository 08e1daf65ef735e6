"""Every change with a line in the log: both are written, or neither."""

from datetime import UTC, datetime, timedelta

from dynamorm_async import (
    Attr,
    Database,
    Model,
    field,
    partition_key,
    sort_key,
    ttl,
    version,
)


class Article(Model, table="articles"):
    id: Attr[str] = partition_key()
    title: Attr[str] = field()
    rev: Attr[int] = version()


class Entry(Model, table="audit-log"):
    article: Attr[str] = partition_key()
    rev: Attr[int] = sort_key()
    who: Attr[str] = field()
    title: Attr[str] = field()
    kept_until: Attr[datetime | None] = ttl(default=None)


async def rename(db: Database, article: Article, title: str, who: str) -> None:
    """Change the title, and note who did it.

    Two who do so at once cannot both succeed: the version of the article is checked.
    """
    entry = Entry(
        article=article.id,
        rev=article.rev + 1,
        who=who,
        title=title,
        kept_until=datetime.now(UTC) + timedelta(days=365),
    )
    article.title = title
    async with db.transaction() as tx:
        tx.model(article).update("title")
        tx.model(entry).create()


async def main(db: Database) -> None:
    for model in (Article, Entry):
        await db.ensure_table(model)
    article = await db.create(Article(id="a1", title="Draft"))
    await rename(db, article, "On rivers", "ann")
    await rename(db, article, "On streams", "bob")
    print(article)
    async for entry in db.model(Entry).where(Entry.article == "a1"):
        print(entry.rev, entry.who, entry.title)
