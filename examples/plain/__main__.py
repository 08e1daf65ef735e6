"""Runs these programs against the endpoint of the environment.

`python -m examples.plain crud counters`; `--prefix` stands before their tables' names.
"""

import argparse
import asyncio
from importlib import import_module
from typing import Any

from aiobotocore.session import get_session


async def run(names: list[str], prefix: str) -> None:
    session: Any = get_session()
    async with session.create_client("dynamodb") as client:
        for name in names:
            print(f"--- {name}")
            await import_module(f"{__package__}.{name}").main(client, prefix)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.plain")
    parser.add_argument("program", nargs="+", help="which to run")
    parser.add_argument("--prefix", default="", help="before the names of tables")
    said = parser.parse_args()
    asyncio.run(run(said.program, said.prefix))


if __name__ == "__main__":
    main()
