"""What a cold start is made of: fresh processes, phase by phase, the lowest of each.

    python cold_start.py                    what is installed here
    python cold_start.py bundle small       and from these bundles, with nothing else

Each process imports the library, defines a model, makes a database as `lambda_init`
does, and sends two requests to an engine on this machine: without TLS and with hardly
any way to go, so what is measured is the work of the function's own CPU.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dynamorm_async.testing import start_engine

PROGRAM = """
import time
began = time.perf_counter()
import asyncio, json, sys
from dynamorm_async import (
    Attr, Model, benchmark_cold_start, field, partition_key, sort_key, version
)
imported = time.perf_counter()

class Note(Model, table="notes"):
    owner: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
    text: Attr[str] = field(default="")
    tags: Attr[set[str]] = field(factory=set)
    rev: Attr[int] = version()

defined = time.perf_counter()
start = asyncio.run(benchmark_cold_start(Note, transport=sys.argv[1]))
assert start.error is None, start.error
first = {"import": 1000 * (imported - began), "model": 1000 * (defined - imported)}
phases = {**first, **start.phases}
rows = {f"{name}, ms": taken for name, taken in phases.items()}
print(json.dumps({**rows, "peak memory, MB": start.memory.peak_rss_mb}))
"""

Figures = dict[str, float]


def environment(endpoint: str) -> dict[str, str]:
    """What Lambda would set, and where the engine is."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONDONTWRITEBYTECODE": "1",  # there, a bundle is read-only
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def measured(transport: str, bundle: Path | None, endpoint: str) -> Figures:
    """The figures of one process."""
    flags, told = ([], environment(endpoint))
    if bundle is not None:
        flags = ["-S"]  # nothing but the bundle is there to import
        told["PYTHONPATH"] = str(bundle.resolve())
    run = [sys.executable, *flags, "-c", PROGRAM, transport]
    found: Figures = json.loads(subprocess.check_output(run, env=told))
    return found


def lowest(runs: list[Figures]) -> Figures:
    """The lowest of each figure: what is above it was other work on the machine."""
    return {name: min(run[name] for run in runs) for name in runs[0]}


def columns(bundles: list[Path]) -> Iterator[tuple[str, str, Path | None]]:
    """What is compared: a title, a transport, and where it is imported from."""
    for transport in ("direct", "aiobotocore"):
        yield transport, transport, None
    for bundle in bundles:
        yield bundle.name, "direct", bundle


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bundles", nargs="*", type=Path)
    parser.add_argument(
        "--times", type=int, default=10, help="processes for each column"
    )
    given = parser.parse_args()
    runs: dict[str, list[Figures]] = {}
    with start_engine("moto") as engine:
        # In turns, so that other work on the machine falls on all of them.
        for _ in range(given.times):
            for title, transport, bundle in columns(given.bundles):
                found = measured(transport, bundle, engine.url)
                runs.setdefault(title, []).append(found)
    table = {title: lowest(each) for title, each in runs.items()}
    print(f"{'':20}" + "".join(f"{title:>14}" for title in table))
    for name in next(iter(table.values())):
        print(f"{name:20}" + "".join(f"{each[name]:>14.1f}" for each in table.values()))


if __name__ == "__main__":
    main()
