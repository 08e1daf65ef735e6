"""Instances to items, and back: beside cattrs alone, and boto3's serializer."""

import gc
import time
from collections.abc import Callable
from contextlib import suppress

from benchmarks.codec import peers
from benchmarks.harness.options import Options
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import told

CALLS = 5000


def seconds(work: Callable[[], object], calls: int) -> float:
    """How long so many take."""
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        work()
    return time.process_time() - start


def main(options: Options) -> None:
    """Measure, print and keep."""
    calls = options.scaled(CALLS)
    contenders = {}
    for make in (peers.dynamorm, peers.by_hand, peers.cattrs, peers.boto3):
        with suppress(ImportError):
            contenders[make.__name__] = make()
    taken: dict[tuple[str, str], list[float]] = {}
    for turn in range(options.rounds + 1):
        told(f"round {turn} of {options.rounds}")
        for who, ways in contenders.items():
            for what, way in ways.items():
                figure = seconds(way, calls) / calls * 1e6
                if turn:
                    taken.setdefault((what, who), []).append(figure)
    rows = [Row(what, who, "us", tuple(each)) for (what, who), each in taken.items()]
    print("Microseconds per item of 13 attributes.\n")
    print(table(rows, against="dynamorm"), end="\n\n")
    if options.keeps:
        kept("codec", rows, calls=calls)
