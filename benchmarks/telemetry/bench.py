"""The CPU of a get and of a page, by what is told of them."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from benchmarks.drivers.dynamorm import Person
from benchmarks.harness.options import Options
from benchmarks.harness.processes import serving
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import told
from benchmarks.telemetry.contenders import made
from dynamorm_async import Database

Work = Callable[[Database], Awaitable[object]]


async def get(db: Database) -> object:
    """One item by its key."""
    return await db.get(Person, "person-1", "2026-11-22")


async def query(db: Database) -> object:
    """A page of 100 items."""
    return await db.model(Person).where(Person.id == "person-1")


WORK: dict[str, tuple[Work, int]] = {"get": (get, 300), "query": (query, 40)}
"""What is done, and how often in one turn."""

TURNS = 10
"""Turns of each contender in one round: a figure is made of many short ones."""


async def figures(options: Options, endpoint: str) -> list[Row]:
    """One figure per contender and round."""
    taken: dict[tuple[str, str], list[float]] = {}
    async with AsyncExitStack() as stack:
        contenders = made(endpoint)
        for _, db in contenders:
            await stack.enter_async_context(db)
        for turn in range(options.rounds + 1):
            told(f"round {turn} of {options.rounds}")
            for what, (work, calls) in WORK.items():
                if not options.wants(what):
                    continue
                spent = dict.fromkeys((name for name, _ in contenders), 0.0)
                count = options.scaled(calls)
                for shift in range(TURNS):
                    # Nobody always comes first, or after the same one.
                    for name, db in contenders[shift:] + contenders[:shift]:
                        spent[name] += await seconds(work, db, count)
                for name, each in spent.items() if turn else ():
                    figure = each / count / TURNS * 1e6
                    taken.setdefault((what, name), []).append(figure)
    return [Row(what, who, "us", tuple(each)) for (what, who), each in taken.items()]


async def seconds(work: Work, db: Database, calls: int) -> float:
    """The CPU that so many calls take, one after the other."""
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        await work(db)
    return time.process_time() - start


def main(options: Options) -> None:
    """Measure, print and keep."""
    with serving() as endpoint:
        rows = asyncio.run(figures(options, endpoint))
    print("Microseconds of CPU per call; in brackets as a multiple of `off`.\n")
    print(table(rows, against="off"), end="\n\n")
    if options.keeps:
        kept("telemetry", rows, calls={what: each for what, (_, each) in WORK.items()})
