"""An order takes from the stock of its products, in one transaction, or not at all."""

from collections import Counter
from uuid import UUID

from dynamorm_async import Database, ItemNotFoundError, TransactionCanceledError

from .models import Cart, Line, Order, Product, User


async def place(db: Database, user: UUID, cart: Cart) -> Order:
    """Store the order.

    Raises `ItemNotFoundError` where there is no such user or product, and
    `TransactionCanceledError` where the stock is too small.
    """
    lines = await lines_of(db, cart)
    total = sum(each.count * each.cents for each in lines)
    order = Order(user=user, placed=db.config.clock(), lines=lines, total=total)
    try:
        async with db.transaction() as tx:
            tx.model(User).where(User.id == user).condition_check(User.id.exists())
            tx.model(order).create()
            for line in lines:
                product = tx.model(Product).where(Product.sku == line.sku)
                (
                    product.update_builder()
                    .add("stock", -line.count)
                    .condition("stock", ">=", line.count)
                    .condition("cents", "=", line.cents)
                    .execute()
                )
    except TransactionCanceledError as error:
        if error.reasons and error.reasons[0].code == "ConditionalCheckFailed":
            raise ItemNotFoundError("there is no such user") from error
        raise
    return order


async def lines_of(db: Database, cart: Cart) -> list[Line]:
    """What is ordered, each product once, at its price now."""
    counts = Counter[str]()
    for wish in cart.wishes:
        counts[wish.sku] += wish.count
    products = await db.model(Product).batch_get([*counts])
    if len(products) < len(counts):
        raise ItemNotFoundError("there is no such product")
    return [Line(each.sku, counts[each.sku], each.cents) for each in products]
