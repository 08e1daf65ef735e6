"""A total that follows its table: a function behind the table's stream keeps it.

A record may come twice.  So the total of a customer and the last record it counts are
changed together, and a record that is counted already changes nothing.
"""

from typing import Any

from dynamorm_async import (
    Attr,
    ConditionFailedError,
    Database,
    Model,
    StreamChange,
    field,
    partition_key,
    process_stream,
)


class Sale(Model, table="sales"):
    id: Attr[str] = partition_key()
    customer: Attr[str] = field()
    cents: Attr[int] = field()


class Total(Model, table="totals"):
    customer: Attr[str] = partition_key()
    cents: Attr[int] = field(default=0)
    counted: Attr[set[str]] = field(factory=set)


async def follow(db: Database, event: dict[str, Any]) -> dict[str, Any]:
    """What the function does with the records it is handed."""

    async def add(change: StreamChange[Sale]) -> None:
        if change.kind != "INSERT" or change.new is None:
            return
        total = db.model(Total).where(Total.customer == change.new.customer)
        number = change.sequence_number
        try:
            await (
                total.update_builder()
                .add(Total.cents, change.new.cents)
                .add(Total.counted, {number})
                .condition(Total.counted.not_contains(number))
            )
        except ConditionFailedError:
            print(f"record {number} is counted already")

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
    await db.ensure_table(Total)
    records = [record("1", "ann", 500), record("2", "bob", 70), record("3", "ann", 30)]
    print(await follow(db, {"Records": records}))
    print(await follow(db, {"Records": records[2:]}))
    for total in await db.model(Total).batch_get(["ann", "bob"]):
        print(total.customer, total.cents)
