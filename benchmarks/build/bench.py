"""From a query to the body that is sent: no I/O, no event loop."""

import gc
import time
from collections.abc import Callable
from itertools import count

from benchmarks.build import peers
from benchmarks.harness.options import Options
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import told

CALLS = 5000


def seconds(build: Callable[[int], object], numbers: "count[int]", calls: int) -> float:
    """How long so many take, each with values of its own."""
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        build(next(numbers))
    return time.process_time() - start


def main(options: Options) -> None:
    """Measure, print and keep."""
    calls = options.scaled(CALLS)
    contenders = peers.contenders()
    taken: dict[tuple[str, str], list[float]] = {}
    numbers = count()
    for turn in range(options.rounds + 1):
        told(f"round {turn} of {options.rounds}")
        for who, builders in contenders.items():
            for what, build in builders.items():
                figure = seconds(build, numbers, calls) / calls * 1e6
                if turn:
                    taken.setdefault((what, who), []).append(figure)
    rows = [Row(what, who, "us", tuple(each)) for (what, who), each in taken.items()]
    print("Microseconds per request.\n")
    print(table(rows, against="dynamorm"), end="\n\n")
    if options.keeps:
        kept("build", rows, calls=calls)
