"""A fresh process until its first item: wall time from start to end, and memory."""

import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness.options import Options
from benchmarks.harness.processes import cores, environment, pin, serving
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import told

ROUNDS = 25
PROGRAMS = Path(__file__).parent / "programs"
MEASURED = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run([sys.executable, *sys.argv[1:]], capture_output=True, text=True)
taken = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([done.returncode, done.stdout, done.stderr[-500:], taken * 1e3, peak]))
"""
"""Its own process, so that the memory of children is that of one child."""


def started(program: Path, endpoint: str) -> tuple[float, float]:
    """Milliseconds and megabytes of one process; an error where it reads no item."""
    core, _ = cores()
    told_back = subprocess.run(
        [sys.executable, "-c", MEASURED, str(program), endpoint],
        capture_output=True,
        text=True,
        env=environment(),
        preexec_fn=lambda: pin(core),
        check=True,
    ).stdout
    code, printed, error, taken, peak = json.loads(told_back)
    if code or printed.strip() not in ("Ada Lovelace", "nothing"):
        raise LookupError(error.strip().rpartition("\n")[2] or printed)
    return taken, peak


def main(options: Options) -> None:
    """Measure, print and keep."""
    rounds = options.asked_rounds or (5 if options.quick else ROUNDS)
    times: dict[str, list[float]] = {}
    peaks: dict[str, list[float]] = {}
    programs = sorted(PROGRAMS.glob("*.py"))
    with serving() as endpoint:
        for turn in range(rounds + 1):
            told(f"round {turn} of {rounds}")
            for each in [*programs]:
                try:
                    taken, peak = started(each, endpoint)
                except LookupError as error:
                    told(f"skipped: {each.stem}: {error}")
                    programs.remove(each)
                    continue
                if turn:
                    times.setdefault(each.stem, []).append(taken)
                    peaks.setdefault(each.stem, []).append(peak)
                time.sleep(0.01)
    rows = [Row("ms", who, "ms", tuple(each)) for who, each in times.items()]
    rows += [Row("peak MB", who, "MB", tuple(each)) for who, each in peaks.items()]
    print(table(rows, against="dynamorm"), end="\n\n")
    above = {
        who: sorted(each)[len(each) // 2] - sorted(times["empty"])[len(each) // 2]
        for who, each in times.items()
    }
    if "aiobotocore" in above:
        share = above["dynamorm"] / above["aiobotocore"]
        print(f"Above an empty asyncio program: {share:.0%} of aiobotocore's.\n")
    if options.keeps:
        kept("cold_start", rows, rounds=rounds)
