"""Quickstart: the real airports of one country, into a local DynamoDB and out again.

    tox -e quickstart
    tox -e quickstart -- --country CH

It needs no AWS account: the engine runs inside this process.  Each query is compiled
first, to print the request that will be sent, and then awaited, which sends it.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence

import airportsdata
from anyio import CapacityLimiter, create_task_group
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Column, Table

from dynamorm_async import (
    Attr,
    CompiledQuery,
    Database,
    Model,
    VersionConflictError,
    field,
    gsi,
    partition_key,
    version,
)
from dynamorm_async.testing import local_dynamodb

console = Console(markup=False, emoji=False, highlight=False)


class Airport(Model, table="airports"):
    code: Attr[str] = partition_key()
    country: Attr[str] = field(index=gsi("by-country"))
    name: Attr[str] = field(index=gsi("by-country", sort=True))
    city: Attr[str] = field(default="", omitempty=True)  # "" is not stored
    feet: Attr[float] = field()
    revision: Attr[int] = version()


def airports_of(country: str) -> list[Airport]:
    """The airports as they come: some have no city, some lie below the sea."""
    return [
        Airport(
            code=code,
            country=country,
            name=row["name"],
            city=row["city"],
            feet=row["elevation"],
        )
        for code, row in airportsdata.load("IATA").items()
        if row["country"] == country
    ]


async def tour(airports: Sequence[Airport]) -> None:
    highest = max(airports, key=lambda airport: airport.feet)
    console.print("Starting a local DynamoDB")
    async with local_dynamodb() as db:
        await load(db, airports)
        await one_by_its_code(db, highest.code)
        await all_in_name_order(db, highest.country)
        await some_by_their_prefix(db, highest.country, highest.name.split()[0])
        await the_high_ones_counted(db, highest.country, highest.feet // 2)
        await the_second_page(db, highest.country)
        await a_lost_race(db, highest.code)


async def load(db: Database, airports: Sequence[Airport]) -> None:
    await db.ensure_table(Airport)
    at_once = CapacityLimiter(20)

    async def create(airport: Airport) -> None:
        async with at_once:
            await db.create(airport)
        progress.advance(bar)

    look = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress("Creating airports", *look, console=console) as progress:
        bar = progress.add_task("", total=len(airports))
        async with create_task_group() as group:
            for airport in airports:
                group.start_soon(create, airport)


async def one_by_its_code(db: Database, code: str) -> None:
    query = db.model(Airport).where(Airport.code == code)
    ask(f"Which airport is {code}?", query.compile("first"))
    show([await query.first()])


async def all_in_name_order(db: Database, country: str) -> None:
    airports = db.model(Airport).where(Airport.country == country)
    query = airports.order_by(Airport.name, "DESC")
    ask(f"Which airports are in {country}, from Z to A?", query.compile())
    show(await query)


async def some_by_their_prefix(db: Database, country: str, prefix: str) -> None:
    airports = db.model(Airport).where(Airport.country == country)
    query = airports.where(Airport.name.begins_with(prefix))
    ask(f"Which names begin with {prefix!r}?", query.compile())
    show(await query)


async def the_high_ones_counted(db: Database, country: str, feet: float) -> None:
    airports = db.model(Airport).where(Airport.country == country)
    query = airports.filter(Airport.feet > feet)
    ask(f"How many lie above {feet:,.0f} feet?", query.compile("count"))
    high, total = await query.count(), await airports.count()
    console.print(f"{high:,} of {total:,}", style="green")


async def the_second_page(db: Database, country: str) -> None:
    query = db.model(Airport).where(Airport.country == country).limit(4)
    page = await query.all_paginated()
    if page.has_more:
        query = query.cursor(page.next_cursor)
        ask(f"Page 2: which four come after {page.items[-1].name}?", query.compile())
        show((await query.all_paginated()).items)


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


def ask(question: str, request: CompiledQuery[object]) -> None:
    """Print a question, and the request for it: all that goes over the wire."""
    body = Table.grid(padding=(0, 2))
    for part, value in request.body.items():
        body.add_row(part, value if isinstance(value, str) else json.dumps(value))
    console.print(f"\n{question}", style="bold")
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
    country = parser.parse_args().country.upper()
    airports = airports_of(country)
    if not airports:
        parser.error(f"there is no airport in {country!r}; try CH, or leave it out")
    asyncio.run(tour(airports))


if __name__ == "__main__":
    main()
