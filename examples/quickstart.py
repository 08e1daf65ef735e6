"""Quickstart: the airports of the world, into a local DynamoDB and out again.

    tox -e quickstart
    tox -e quickstart -- --country CH

It needs no AWS account: the engine runs inside this process.  Each query is compiled
first, to print the request that will be sent, and then awaited, which sends it.  In the
second half the table gets an index more, and the airports move to a second version of
their model.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence

import airportsdata
from attrs import frozen
from babel import Locale
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Column, Table

from dynamorm_async import (
    Attr,
    CompiledQuery,
    Database,
    MigrationProgress,
    Model,
    Reply,
    StepProgress,
    Transport,
    VersionConflictError,
    field,
    gsi,
    partition_key,
    sort_key,
    transport_of,
    version,
)
from dynamorm_async.testing import local_dynamodb
from dynamorm_async.wire import Body

console = Console(markup=False, emoji=False, highlight=False)


class Airport(Model, table="airports"):
    code: Attr[str] = partition_key()
    country: Attr[str] = field(index=gsi("by-country"))
    name: Attr[str] = field(index=gsi("by-country", sort=True))
    city: Attr[str] = field(default="", omitempty=True)  # "" is not stored
    feet: Attr[float] = field()
    zone: Attr[str] = field()
    latitude: Attr[float] = field()
    longitude: Attr[float] = field()
    revision: Attr[int] = version()


class ZonedAirport(Airport, table="airports"):
    """The same, to be found by its time zone as well."""

    zone: Attr[str] = field(index=gsi("by-zone"))
    feet: Attr[float] = field(index=gsi("by-zone", sort=True))


@frozen
class Coordinates:
    latitude: float
    longitude: float


class AirportV2(Model, table="airports-v2"):
    """The second version, in a table of its own."""

    code: Attr[str] = partition_key()
    country: Attr[str] = field(index=gsi("by-country"))
    country_name: Attr[str] = field()
    name: Attr[str] = field(index=gsi("by-country", sort=True))
    city: Attr[str] = field(default="", omitempty=True)
    feet: Attr[float] = field()
    zone: Attr[str] = field()
    at: Attr[Coordinates] = field()
    revision: Attr[int] = version()


class Name(Model, table="names"):
    """Who bears a name: an index of our own, which never lags behind as a gsi does."""

    name: Attr[str] = partition_key()
    code: Attr[str] = sort_key()


class Counting:
    """Sends through another transport, and counts the requests, retries included."""

    def __init__(self, transport: Transport) -> None:
        self.sent = Counter[str]()
        self.aclose = transport.aclose
        self._send = transport.send

    async def send(self, operation: str, body: Body, /) -> Reply:
        self.sent[operation] += 1
        return await self._send(operation, body)


def all_airports() -> list[Airport]:
    """The airports as they come: some have no city, some lie below the sea."""
    return [
        Airport(
            code=code,
            country=row["country"],
            name=row["name"],
            city=row["city"],
            feet=row["elevation"],
            zone=row["tz"],
            latitude=row["lat"],
            longitude=row["lon"],
        )
        for code, row in airportsdata.load("IATA").items()
    ]


async def tour(airports: Sequence[Airport], top: Airport) -> None:
    console.print("Starting a local DynamoDB")
    async with local_dynamodb() as local:
        counting = Counting(transport_of(local.config))
        start = time.monotonic()
        async with Database(local.config, transport=counting) as db:
            await load(db, airports)
            await questions(db, top)
            await a_new_name(db, top.code, f"Top of {top.country}")
            await a_lost_race(db, top.code)
            await another_index(db, top)
            await a_second_version(db, top)
        seconds = time.monotonic() - start
    total = counting.sent.total()
    console.print(f"\n{total:,} requests in {seconds:.1f} s", style="bold")
    for operation, count in counting.sent.most_common():
        console.print(f"{count:6,} {operation}")


async def load(db: Database, airports: Sequence[Airport]) -> None:
    names = [Name(name=each.name, code=each.code) for each in airports]
    await db.ensure_table(Airport)
    await db.ensure_table(Name)
    with bars() as progress:
        tell = bar(progress, "airports")
        await db.model(Airport).batch_create(airports, on_progress=tell)
        tell = bar(progress, "names")
        await db.model(Name).batch_create(names, on_progress=tell)


def bars() -> Progress:
    look = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress("{task.description:10}", *look, console=console)


def bar(progress: Progress, name: str) -> Callable[[int, int | None], None]:
    task = progress.add_task(name)
    return lambda done, total: progress.update(task, completed=done, total=total)


async def questions(db: Database, top: Airport) -> None:
    airport = db.model(Airport).where(Airport.code == top.code)
    ask(f"Which airport is {top.code}?", airport.compile("first"))
    show([await airport.first()])

    there = db.model(Airport).where(Airport.country == top.country)
    backwards = there.order_by(Airport.name, "DESC")
    ask(f"Which airports are in {top.country}, from Z to A?", backwards.compile())
    show(await backwards)

    word = top.name.split()[0]
    named = there.where(Airport.name.begins_with(word))
    ask(f"Which names begin with {word!r}?", named.compile())
    show(await named)

    half = top.feet // 2
    high = there.filter(Airport.feet > half)
    ask(f"How many lie above {half:,.0f} feet?", high.compile("count"))
    console.print(f"{await high.count():,} of {await there.count():,}", style="green")

    four = there.limit(4)
    page = await four.all_paginated()
    if page.has_more:
        rest = four.cursor(page.next_cursor)
        ask(f"Page 2: which four come after {page.items[-1].name}?", rest.compile())
        show((await rest.all_paginated()).items)


async def a_new_name(db: Database, code: str, name: str) -> None:
    airport = await db.model(Airport).where(Airport.code == code).first()
    old, airport.name = airport.name, name
    async with db.transaction() as tx:
        tx.model(airport).update(Airport.name)
        tx.model(Name(name=old, code=code)).delete()
        tx.model(Name(name=name, code=code)).create()
        ask(f"Which transaction renames {old}?", *tx.compile().parts)
    for each in (old, name):
        bearers = await db.model(Name).where(Name.name == each).consistent_read()
        codes = ", ".join(bearer.code for bearer in bearers) or "nobody"
        console.print(f"{each}: {codes}", style="green")


async def a_lost_race(db: Database, code: str) -> None:
    query = db.model(Airport).where(Airport.code == code)
    mine, theirs = await query.first(), await query.first()
    theirs.feet += 3
    await db.model(theirs).update(Airport.feet)
    mine.feet -= 3
    write = db.model(mine)
    ask("What if somebody else was faster?", write.compile("update", Airport.feet))
    try:
        await write.update(Airport.feet)
    except VersionConflictError as conflict:
        console.print(f"VersionConflictError: {conflict.message}", style="red")
        stored = conflict.item
        console.print(f"Mine: revision {mine.revision}. Stored: {stored.revision}.")
        show([stored])


async def another_index(db: Database, top: Airport) -> None:
    ask("What does the table need for an index by time zone?")
    plan = await db.plan(ZonedAirport)
    console.print(str(plan), style="cyan")
    with bars() as progress:
        task = progress.add_task("steps")

        def tell(step: StepProgress) -> None:
            progress.update(task, completed=step.number, total=step.total)

        await plan.apply(on_progress=tell)
    console.print(str(await db.plan(ZonedAirport)), style="green")

    zone = db.model(ZonedAirport).where(ZonedAirport.zone == top.zone)
    lowest = zone.order_by(ZonedAirport.feet).limit(5)
    ask(f"Which airports are the lowest in {top.zone}?", lowest.compile())
    show(await lowest)


async def a_second_version(db: Database, top: Airport) -> None:
    ask("How do the airports get to their second version?")
    names = Locale("en").territories

    def upgrade(airport: Airport) -> AirportV2:
        return AirportV2(
            code=airport.code,
            country=airport.country,
            country_name=names.get(airport.country, airport.country),
            name=airport.name,
            city=airport.city,
            feet=airport.feet,
            zone=airport.zone,
            at=Coordinates(airport.latitude, airport.longitude),
        )

    before = await db.model(Airport).count()
    with bars() as progress:
        task = progress.add_task("airports")

        def tell(done: MigrationProgress) -> None:
            progress.update(task, completed=done.read, total=before)

        report = await db.auto_migrate_with_options(
            Airport,
            target=AirportV2,
            copy_data=True,
            transform=upgrade,
            on_progress=tell,
        )
    after = await db.model(AirportV2).count()
    console.print(f"{before:,} before, {report.copied:,} copied, {after:,} after")
    moved = db.model(AirportV2).where(AirportV2.code == top.code)
    console.print(str(await moved.first()), style="green")


def ask(question: str, *requests: CompiledQuery[object]) -> None:
    """Print a question, and what goes over the wire for it."""
    console.print(f"\n{question}", style="bold")
    for request in requests:
        body = Table.grid(padding=(0, 2))
        for part, value in request.body.items():
            body.add_row(part, value if isinstance(value, str) else json.dumps(value))
        panel = Panel.fit(body, title=request.operation, title_align="left")
        console.print(panel, style="cyan")


def show(airports: Sequence[Airport]) -> None:
    """Print the first five airports, and how many more there are."""
    feet = Column("feet", justify="right")
    table = Table("code", "name", "city", feet, box=SIMPLE_HEAD)
    for each in airports[:5]:
        table.add_row(each.code, each.name, each.city, f"{each.feet:,.1f}")
    if len(airports) > 5:
        table.add_row("...", f"and {len(airports) - 5:,} more")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description="Airports in and out of DynamoDB.")
    parser.add_argument("--country", default="US", help="two letters, such as CH")
    parser.add_argument("--only", action="store_true", help="load no other country")
    given = parser.parse_args()
    country = given.country.upper()
    airports = all_airports()
    there = [each for each in airports if each.country == country]
    if not there:
        parser.error(f"there is no airport in {country!r}; try CH, or leave it out")
    top = max(there, key=lambda airport: airport.feet)
    asyncio.run(tour(there if given.only else airports, top))


if __name__ == "__main__":
    main()
