"""The same items by other keys: global secondary indexes, which the planner finds."""

from datetime import date

from dynamorm_async import Attr, Database, Model, field, gsi, partition_key


class Book(Model, table="books"):
    isbn: Attr[str] = partition_key()
    author: Attr[str] = field(index=gsi("by-author"))
    published: Attr[date] = field(index=gsi("by-author", sort=True))
    title: Attr[str] = field()


async def main(db: Database) -> None:
    await db.ensure_table(Book)
    for isbn, author, day, title in (
        ("1", "Le Guin", date(1969, 3, 1), "The Left Hand of Darkness"),
        ("2", "Le Guin", date(1974, 5, 1), "The Dispossessed"),
        ("3", "Lem", date(1961, 1, 1), "Solaris"),
    ):
        await db.create(Book(isbn=isbn, author=author, published=day, title=title))

    seventies = (
        db.model(Book)
        .where(Book.author == "Le Guin")
        .where(Book.published >= date(1970, 1, 1))
    )
    print(seventies.explain())
    print([book.title for book in await seventies])
