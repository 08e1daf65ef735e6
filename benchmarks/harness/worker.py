"""The process of one driver: does so many calls whenever it is told a number."""

import asyncio
import gc
import inspect
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from itertools import count

import msgspec

from benchmarks.harness.processes import Sample

Work = Callable[[int], Awaitable[object]]


async def calls(work: Work, numbers: Iterator[int], total: int, at_once: int) -> None:
    """So many calls, some of them under way at a time."""
    end = next(numbers) + total

    async def caller() -> None:
        while (number := next(numbers)) < end:
            await work(number)

    if at_once == 1:
        await caller()
        return
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(caller())


def sampled(total: int, cpu: float, wall: float) -> Sample:
    """What so many calls took that began at these times."""
    return Sample(
        cpu=(time.process_time() - cpu) / total * 1e6,
        wall=(time.perf_counter() - wall) / total * 1e6,
        peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


async def serve_async(driver: object, work: str, at_once: int) -> None:
    """Rounds of an async driver."""
    numbers = count()
    async with driver:  # type: ignore[attr-defined] # a driver is found by its name
        call = getattr(driver, work)
        await calls(call, numbers, 3 * at_once, at_once)
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            gc.collect()
            start = time.process_time(), time.perf_counter()
            await calls(call, numbers, int(line), at_once)
            print(msgspec.json.encode(sampled(int(line), *start)).decode(), flush=True)


def serve_sync(driver: object, work: str) -> None:
    """Rounds of a driver that blocks."""
    numbers = count()
    call = getattr(driver, work)
    call(next(numbers))
    print("ready", flush=True)
    for line in sys.stdin:
        gc.collect()
        start = time.process_time(), time.perf_counter()
        for _ in range(int(line)):
            call(next(numbers))
        print(msgspec.json.encode(sampled(int(line), *start)).decode(), flush=True)


def main(name: str, work: str, at_once: int, endpoint: str) -> None:
    """Say "ready", or why not, and work."""
    try:
        kind = import_module(f"benchmarks.drivers.{name}").Driver
    except ImportError as error:
        print(f"not installed ({error.name})", flush=True)
        return
    if not hasattr(kind, work):
        print(f"does not do {work}", flush=True)
        return
    driver = kind(endpoint)
    if inspect.iscoroutinefunction(getattr(driver, work)):
        asyncio.run(serve_async(driver, work, at_once))
    elif at_once > 1:
        print("blocks, so it has one call in flight", flush=True)
    else:
        serve_sync(driver, work)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
