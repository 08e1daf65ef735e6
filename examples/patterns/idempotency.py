"""A payment that is made once, however often its request comes.

The first request leaves a record under its idempotency key, in the same transaction as
the payment.  Every later one finds the record and gets the same answer.  DynamoDB
deletes records by itself when their time is over.
"""

from datetime import UTC, datetime, timedelta

from dynamorm_async import (
    Attr,
    Database,
    Model,
    TransactionCanceledError,
    field,
    partition_key,
    ttl,
)


class Payment(Model, table="payments"):
    id: Attr[str] = partition_key()
    cents: Attr[int] = field()


class Request(Model, table="requests"):
    key: Attr[str] = partition_key()
    payment: Attr[str] = field()
    expires: Attr[datetime | None] = ttl(default=None)


async def pay(db: Database, key: str, payment: Payment) -> Payment:
    """Make the payment, or return the one that this key made before."""
    a_day_later = datetime.now(UTC) + timedelta(days=1)
    request = Request(key=key, payment=payment.id, expires=a_day_later)
    try:
        async with db.transaction() as tx:
            tx.model(request).create()
            tx.model(payment).create()
    except TransactionCanceledError as error:
        made = error.reasons[0].item  # the record that is there, decoded
        if not isinstance(made, Request):
            raise
        earlier = db.model(Payment).where(Payment.id == made.payment)
        return await earlier.consistent_read().first()
    return payment


async def main(db: Database) -> None:
    for model in (Payment, Request):
        await db.ensure_table(model)
    print(await pay(db, "key-1", Payment(id="p1", cents=500)))
    print(await pay(db, "key-1", Payment(id="p2", cents=500)))
    print("payments:", await db.model(Payment).scan())
