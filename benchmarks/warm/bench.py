"""The CPU of one call, its client warm: reads and writes, one and many in flight."""

from benchmarks.harness.options import Options
from benchmarks.harness.processes import serving
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import measured

DRIVERS = (
    *("floor", "floor_to_models", "dynamorm", "dynamorm_over_aiobotocore"),
    *("aiobotocore", "aioboto3", "aiodynamo", "pydynox", "pynamodb", "boto3"),
)
WORK = {
    "get": 1000,
    "first": 1000,
    "put": 1000,
    "update": 1000,
    "query": 40,
    "batch_get": 40,
    "batch_write": 100,
}
"""Calls in a round."""


def main(options: Options) -> None:
    """Measure, print and keep."""
    rows: list[Row] = []
    with serving() as endpoint:
        for work, calls in WORK.items():
            if not options.wants(work):
                continue
            for at_once in (20, 1):
                rows += measured(
                    f"{work}, {at_once} in flight",
                    DRIVERS,
                    work,
                    endpoint,
                    at_once=at_once,
                    calls=options.scaled(calls),
                    rounds=options.rounds,
                )
    print("Microseconds of CPU per call; in brackets as a multiple of dynamorm's.\n")
    for at_once in (20, 1):
        some = [each for each in rows if each.what.endswith(f" {at_once} in flight")]
        print(table(some, against="dynamorm"), end="\n\n")
    if options.keeps:
        kept("warm", rows, calls=WORK)
