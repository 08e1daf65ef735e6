"""Runs patterns on an embedded engine."""

import argparse
import asyncio
import os
from importlib import import_module
from pathlib import Path

from dynamorm_async.testing import local_dynamodb

PATTERNS = sorted(
    each.stem for each in Path(__file__).parent.glob("[!_]*.py") if each.stem
)


async def run(name: str) -> None:
    """Run one pattern on tables of its own."""
    async with local_dynamodb() as db:
        # The embedded engine hands out roles too.
        os.environ["AWS_ENDPOINT_URL_STS"] = db.config.endpoint_url or ""
        await import_module(f"{__package__}.{name}").main(db)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.patterns")
    parser.add_argument("pattern", nargs="*", help="which to run; none: all")
    chosen = parser.parse_args().pattern or PATTERNS
    for name in chosen:
        if name not in PATTERNS:
            parser.error(
                f"there is no pattern {name!r}; there are {', '.join(PATTERNS)}"
            )
    for name in chosen:
        print(f"--- {name}")
        asyncio.run(run(name))


if __name__ == "__main__":
    main()
