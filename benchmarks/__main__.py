"""Run every benchmark, or those of the folders that are named."""

import runpy
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(wanted: list[str]) -> None:
    """Run the programs of the wanted folders; of all, where none is named."""
    programs = sorted(FOLDER.glob("*/bench_*.py"))
    known = {program.parent.name for program in programs}
    if unknown := set(wanted) - known:
        sys.exit(f"no benchmark {sorted(unknown)}; there are {sorted(known)}")
    for program in programs:
        if not wanted or program.parent.name in wanted:
            print(f"## {program.parent.name}: {program.stem.removeprefix('bench_')}\n")
            runpy.run_path(str(program), run_name="__main__")
            print()


if __name__ == "__main__":
    main(sys.argv[1:])
