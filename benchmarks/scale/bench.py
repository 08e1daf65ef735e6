"""What happens as things grow: callers, items, pages, and a stream of many rows."""

from benchmarks.harness.options import Options
from benchmarks.harness.processes import serving, working
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import measured, told

OURS = ("dynamorm",)
WITH_PEERS = ("dynamorm", "aiodynamo", "pydynox", "aiobotocore")
STREAMED = 200_000
ROWS_OF_A_PAGE = 100


def main(options: Options) -> None:
    """Measure, print and keep."""
    rows: list[Row] = []
    with serving() as endpoint:
        for at_once in (1, 20, 100, 1000):
            rows += measured(
                f"get, {at_once} callers",
                WITH_PEERS,
                "get",
                endpoint,
                at_once=at_once,
                calls=max(2 * at_once, options.scaled(1000)),
                rounds=options.rounds,
            )
        rows += streamed(endpoint, options)
    for kilobytes in (1, 10, 100):
        with serving(1, kilobytes * 1024) as endpoint:
            rows += measured(
                f"get, {kilobytes} KB",
                WITH_PEERS,
                "get",
                endpoint,
                at_once=20,
                calls=options.scaled(500),
                rounds=options.rounds,
            )
    for size in (10, 100, 1000):
        with serving(size) as endpoint:
            rows += measured(
                f"query, {size} rows",
                WITH_PEERS,
                "query",
                endpoint,
                at_once=4,
                calls=max(5, options.scaled(4000) // size),
                rounds=options.rounds,
            )
    print("Microseconds of CPU per call; in brackets as a multiple of dynamorm's.\n")
    for unit in ("callers", "KB", "rows"):
        some = [each for each in rows if each.what.endswith(unit)]
        print(table(some, against="dynamorm"), end="\n\n")
    print("Peak memory of a process that streams rows, in megabytes.\n")
    print(table([each for each in rows if each.unit == "MB"]), end="\n\n")
    if options.keeps:
        kept("scale", rows)


def streamed(endpoint: str, options: Options) -> list[Row]:
    """The peak memory before, early in, and after a long stream of rows."""
    told(f"a stream of {STREAMED} rows")
    found: list[Row] = []
    with working(OURS, "stream", 1, endpoint) as workers:
        for worker in workers:
            sofar = 0
            for rows in (2_000, options.scaled(STREAMED)):
                sofar += rows
                peak = worker.run(1 if rows == 2_000 else rows // 2_000).peak
                found.append(Row(f"{sofar:,} rows", worker.driver, "MB", (peak,)))
    return found
