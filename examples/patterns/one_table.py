"""Customers and their orders in one table: a model for each kind of item.

Both have the customer as partition key; the beginning of the sort key tells the kind.
"""

import asyncio

from dynamorm_async import Attr, Database, Model, Query, field, partition_key, sort_key


class Customer(Model, table="shop"):
    customer: Attr[str] = partition_key()
    row: Attr[str] = sort_key(default="profile")
    name: Attr[str] = field()


class Order(Model, table="shop"):
    customer: Attr[str] = partition_key()
    row: Attr[str] = sort_key()
    cents: Attr[int] = field()


def order(customer: str, number: int, cents: int) -> Order:
    """An order, whose sort key has the kind and the number."""
    return Order(customer=customer, row=f"order#{number:06}", cents=cents)


def orders(db: Database, customer: str) -> Query[Order]:
    """A customer's orders, and nothing else of the partition."""
    mine = db.model(Order).where(Order.customer == customer)
    return mine.where(Order.row.begins_with("order#"))


async def main(db: Database) -> None:
    await db.auto_migrate(Customer, Order)
    async with db.transaction() as tx:
        tx.model(Customer(customer="ann", name="Ann Lee")).create()
        tx.model(order("ann", 1, 450)).create()
        tx.model(order("ann", 2, 1200)).create()
    customer, bought = await asyncio.gather(
        db.get(Customer, "ann", "profile"), orders(db, "ann")
    )
    print(customer and customer.name, [each.cents for each in bought])
    print(await orders(db, "ann").sum(Order.cents))
