"""A total that follows its table: a function behind the table's stream keeps it.

A record may come twice.  So the total of a customer is changed in one transaction with
a mark for the record, and a record whose mark is there changes nothing.  Marks go by
their time to live: a stream keeps its records for a day, and comes with none later.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from dynamorm_async import (
    Attr,
    Database,
    Model,
    StreamChange,
    TransactionCanceledError,
    field,
    partition_key,
    process_stream,
    ttl,
)


class Sale(Model, table="sales"):
    id: Attr[str] = partition_key()
    customer: Attr[str] = field()
    cents: Attr[int] = field()


class Total(Model, table="totals"):
    customer: Attr[str] = partition_key()
    cents: Attr[int] = field(default=0)


class Counted(Model, table="counted-sales"):
    sale: Attr[str] = partition_key()
    expires: Attr[datetime | None] = ttl(default=None)


async def follow(db: Database, event: dict[str, Any]) -> dict[str, Any]:
    """What the function does with the records it is handed."""

    async def add(change: StreamChange[Sale]) -> None:
        if change.kind != "INSERT" or change.new is None:
            return
        sale, in_two_days = change.new, datetime.now(UTC) + timedelta(days=2)
        try:
            async with db.transaction() as tx:
                tx.model(Counted(sale=sale.id, expires=in_two_days)).create()
                total = tx.model(Total).where(Total.customer == sale.customer)
                total.update_builder().add(Total.cents, sale.cents).execute()
        except TransactionCanceledError as error:
            if error.reasons[0].code != "ConditionalCheckFailed":
                raise
            print(f"sale {sale.id} is counted already")

    return await process_stream(event, add, Sale, db=db)


def record(number: str, customer: str, cents: int) -> dict[str, Any]:
    """A record as Lambda hands it over."""
    image = {
        "id": {"S": number},
        "customer": {"S": customer},
        "cents": {"N": str(cents)},
    }
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": number,
            "Keys": {"id": {"S": number}},
            "NewImage": image,
        },
    }


async def main(db: Database) -> None:
    for model in (Total, Counted):
        await db.ensure_table(model)
    records = [record("1", "ann", 500), record("2", "bob", 70), record("3", "ann", 30)]
    print(await follow(db, {"Records": records}))
    print(await follow(db, {"Records": records[2:]}))
    for total in await db.model(Total).batch_get(["ann", "bob"]):
        print(total.customer, total.cents)
