"""Measure everything, or one question; see `python -m benchmarks --help`."""

import argparse
from importlib import import_module

from benchmarks.harness.options import Options
from benchmarks.harness.processes import cores, pin

QUESTIONS = {
    "warm": "CPU per call: get, put, update, query, batches; 1 and 20 in flight",
    "build": "from a query to the body that is sent",
    "codec": "instances to items, and back",
    "steps": "where the microseconds of one call go",
    "cold_start": "a fresh process until its first item: time and memory",
    "scale": "cost by concurrency, item size and page size; memory of a long stream",
    "telemetry": "a call without telemetry, with hooks, with OpenTelemetry",
}


def main() -> None:
    """Run what is asked for."""
    listed = "\n".join(f"  {name:12} {what}" for name, what in QUESTIONS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="dynamorm_async beside its peers, against canned replies.",
        epilog=f"questions:\n{listed}\n\nA whole run takes about half an hour and "
        "keeps its figures in benchmarks/results; --quick takes some minutes.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("question", nargs="*", help="a question, or work within one")
    parser.add_argument("--quick", action="store_true", help="few calls, few rounds")
    parser.add_argument("--rounds", type=int, help="interleaved rounds (default: 9)")
    parser.add_argument(
        "--report",
        action="store_true",
        help="measure nothing: draw the plot and write the tables of the pages anew",
    )
    given = parser.parse_intermixed_args()
    wanted = [each for each in given.question if each in QUESTIONS]
    only = tuple(each for each in given.question if each not in QUESTIONS)
    if not given.report:
        pin(cores()[0])
        for name in wanted or QUESTIONS:
            print(f"## {name}: {QUESTIONS[name]}\n")
            options = Options(given.quick, only, given.rounds)
            import_module(f"benchmarks.{name}.bench").main(options)
    if given.report or (not given.quick and not only):
        from benchmarks.harness.report import report

        report()


if __name__ == "__main__":
    main()
