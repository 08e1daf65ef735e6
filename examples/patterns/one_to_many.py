"""One order, many lines: one table, and one query for the order with its lines."""

from decimal import Decimal

from dynamorm_async import Attr, Database, Model, field, partition_key, sort_key


class Line(Model, table="order-lines"):
    order: Attr[str] = partition_key()
    number: Attr[int] = sort_key()
    product: Attr[str] = field()
    price: Attr[Decimal] = field()


async def main(db: Database) -> None:
    await db.ensure_table(Line)
    await db.model(Line).batch_create(
        [
            Line(order="o1", number=1, product="tea", price=Decimal("4.5")),
            Line(order="o1", number=2, product="cup", price=Decimal(12)),
            Line(order="o2", number=1, product="pot", price=Decimal(30)),
        ]
    )
    lines = db.model(Line).where(Line.order == "o1")
    async for line in lines:  # in the order of the sort key
        print(line.number, line.product, line.price)
    print("total", await lines.sum(Line.price))
    last = await lines.order_by("number", "DESC").first()
    print("last", last.product)
