"""Readings of many sensors: one partition per sensor and day, dropped after a while.

A partition that grows for ever gets hot and slow to read.  With the day in the key each
is as large as a day is, and a query names the days that it wants.
"""

from datetime import UTC, date, datetime, timedelta

from dynamorm_async import Attr, Database, Model, field, partition_key, sort_key, ttl

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def bucket(sensor: str, day: date) -> str:
    return f"{sensor}#{day.isoformat()}"


class Reading(Model, table="readings"):
    bucket: Attr[str] = partition_key()
    at: Attr[datetime] = sort_key()
    celsius: Attr[float] = field()
    expires: Attr[datetime | None] = ttl(default=None)


async def record(db: Database, sensor: str, at: datetime, celsius: float) -> None:
    """Keep a reading for 90 days."""
    await db.model(
        Reading(
            bucket=bucket(sensor, at.date()),
            at=at,
            celsius=celsius,
            expires=at + timedelta(days=90),
        )
    ).put()


async def between(
    db: Database, sensor: str, start: datetime, end: datetime
) -> list[Reading]:
    """The readings of a time that may span days."""
    days = (end.date() - start.date()).days + 1
    found: list[Reading] = []
    for number in range(days):
        name = bucket(sensor, start.date() + timedelta(days=number))
        of_day = db.model(Reading).where(Reading.bucket == name)
        found += await of_day.where(Reading.at.between(start, end))
    return found


async def main(db: Database) -> None:
    await db.ensure_table(Reading)
    for hours in range(0, 30, 6):
        await record(db, "roof", NOON + timedelta(hours=hours), 8.5 - hours / 6)
    readings = await between(
        db, "roof", NOON + timedelta(hours=5), NOON + timedelta(hours=20)
    )
    for reading in readings:
        print(f"{reading.at:%d %H:%M} {reading.celsius}")
    today = db.model(Reading).where(Reading.bucket == bucket("roof", NOON.date()))
    print(await today.average(Reading.celsius))
