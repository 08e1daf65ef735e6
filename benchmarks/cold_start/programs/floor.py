"""The floor, models included: asyncio, signing, JSON and attrs by hand."""

import asyncio
import os
import sys

# A program finds its own folder first on the path, and not the benchmarks.
sys.path[:0] = os.environ["PYTHONPATH"].split(os.pathsep)[:1]

from benchmarks.drivers.floor_to_models import Driver  # noqa: E402 # see above


async def main() -> None:
    """Read one item."""
    async with Driver(sys.argv[1]) as driver:
        print((await driver.get(1)).name)


asyncio.run(main())
