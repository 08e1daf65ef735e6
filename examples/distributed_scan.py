"""One table, scanned by several processes: each task of a cluster reads one segment.

    tox -e distributed
    tox -e distributed -- --country US --workers 4

For when one machine is too small: replace `LocalCluster` by the address of a real one.
It needs no AWS account: the engine runs inside this process.
"""

import argparse
import asyncio
import os

import airportsdata
from anyio import CapacityLimiter, create_task_group
from attrs import frozen
from distributed import Client, LocalCluster, as_completed
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from dynamorm_async import Attr, Credentials, Database, Model, field, partition_key
from dynamorm_async.testing import start_engine

console = Console(markup=False, emoji=False, highlight=False)


class Airport(Model, table="airports"):
    code: Attr[str] = partition_key()
    country: Attr[str] = field()
    name: Attr[str] = field()
    feet: Attr[float] = field()


@frozen
class Part:
    """What one task found in its segment."""

    segment: int
    process: int
    airports: int
    feet: float
    highest: tuple[float, str]


def database(url: str) -> Database:
    """Every process has its own; making one connects nowhere yet."""
    local = Credentials(access_key_id="local", secret_access_key="local")
    return Database(endpoint_url=url, region="us-east-1", credentials=local)


async def load(url: str, country: str) -> int:
    rows = [
        Airport(code=code, country=country, name=row["name"], feet=row["elevation"])
        for code, row in airportsdata.load("IATA").items()
        if row["country"] == country
    ]
    at_once = CapacityLimiter(20)

    async def create(airport: Airport) -> None:
        async with at_once:
            await db.create(airport)

    async with database(url) as db:
        await db.ensure_table(Airport)
        async with create_task_group() as group:
            for each in rows:
                group.start_soon(create, each)
    return len(rows)


async def scan(url: str, segment: int, total: int) -> Part:
    """Read one segment page by page; only what the answer needs is sent."""
    count, feet, highest = 0, 0.0, (float("-inf"), "")
    async with database(url) as db:
        query = db.model(Airport).parallel_scan(segment, total).select("name", "feet")
        async for airport in query:
            count += 1
            feet += airport.feet
            highest = max(highest, (airport.feet, airport.name))
    return Part(segment, os.getpid(), count, feet, highest)


def scan_segment(url: str, segment: int, total: int) -> Part:
    """What a worker runs: a task of the cluster is a plain function."""
    return asyncio.run(scan(url, segment, total))


def scan_everywhere(url: str, workers: int, total: int) -> list[Part]:
    """The parts as they are finished; a task whose worker dies is run by another."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        tasks = [
            client.submit(scan_segment, url, segment, total, pure=False)
            for segment in range(total)
        ]
        return [task.result() for task in as_completed(tasks)]


def show(parts: list[Part]) -> None:
    workers = {process: n for n, process in enumerate({p.process for p in parts}, 1)}
    table = Table(
        "segment", "worker", Column("airports", justify="right"), box=SIMPLE_HEAD
    )
    for each in sorted(parts, key=lambda part: part.segment):
        table.add_row(
            str(each.segment), str(workers[each.process]), f"{each.airports:,}"
        )
    console.print(table)
    count = sum(each.airports for each in parts)
    feet, name = max(each.highest for each in parts)
    mean = sum(each.feet for each in parts) / count
    console.print(f"{count:,} airports by {len(workers)} processes")
    console.print(f"highest: {name}, {feet:,.0f} ft; mean: {mean:,.1f} ft")


def main() -> None:
    parser = argparse.ArgumentParser(description="Scan a table with many processes.")
    parser.add_argument("--country", default="CA", help="two letters, such as CH")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--segments", type=int, default=8)
    said = parser.parse_args()
    with start_engine("moto") as engine:
        loaded = asyncio.run(load(engine.url, said.country.upper()))
        if not loaded:
            parser.error(f"there is no airport in {said.country!r}; try CH")
        console.print(f"Loaded {loaded:,} airports; starting {said.workers} workers")
        show(scan_everywhere(engine.url, said.workers, said.segments))


if __name__ == "__main__":
    # Workers find a model by the name of its module, and `__main__` is theirs.
    import distributed_scan

    distributed_scan.main()
