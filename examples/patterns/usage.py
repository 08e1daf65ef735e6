"""What each tenant used: counted as it happens, summed up when asked."""

from datetime import date

from dynamorm_async import (
    Attr,
    Database,
    Model,
    field,
    partition_key,
    sort_key,
)


class Usage(Model, table="usage"):
    tenant: Attr[str] = partition_key()
    day: Attr[date] = sort_key()
    requests: Attr[int] = field(default=0)
    bytes_sent: Attr[int] = field(default=0)


async def note(db: Database, tenant: str, day: date, bytes_sent: int) -> None:
    """Count one request; no read, and any number of writers."""
    row = db.model(Usage).where(Usage.tenant == tenant).where(Usage.day == day)
    await row.update_builder().increment("requests").add("bytes_sent", bytes_sent)


async def main(db: Database) -> None:
    await db.ensure_table(Usage)
    for tenant, day, size in (("acme", 1, 500), ("acme", 1, 70), ("acme", 2, 30)):
        await note(db, tenant, date(2026, 11, day), size)
    await note(db, "zoo", date(2026, 11, 2), 9)

    november = (
        db.model(Usage)
        .where(Usage.tenant == "acme")
        .where(Usage.day.between(date(2026, 11, 1), date(2026, 11, 30)))
    )
    print(await november.sum(Usage.requests), await november.sum(Usage.bytes_sent))
    bills = await (
        db.model(Usage)
        .group_by(Usage.tenant)
        .sum(Usage.requests, "total")
        .having("total", ">", 1)
    )
    for bill in bills:
        print(bill.key, bill["total"])
