"""What a fresh process pays for the names it imports, in milliseconds of wall time."""

import subprocess
import sys
import time
from statistics import median

ROUNDS = 15
PROGRAMS = {
    "an empty program": "pass",
    "import asyncio": "import asyncio",
    "import dynamorm_async": "import dynamorm_async",
    "... import Model": "from dynamorm_async import Model",
    "... import Database": "from dynamorm_async import Database",
    "import botocore.session": "import botocore.session",
}


def seconds(program: str) -> float:
    """How long a new interpreter takes to run this."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure all programs in turn, and print a table."""
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            taken[name].append(seconds(program) * 1000)
    print(
        f"| {ROUNDS} rounds, Python {sys.version.split()[0]} | median ms | lowest ms |"
    )
    print("| --- | --- | --- |")
    for name, times in taken.items():
        print(f"| {name} | {median(times):.1f} | {min(times):.1f} |")


if __name__ == "__main__":
    main()
