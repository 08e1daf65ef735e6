"""Equal queries compile to equal text in every process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.compiler import corpus

ROOT = Path(__file__).parents[2]


def printed(seed: str) -> str:
    """What the corpus comes to in a process that hashes with this seed."""
    return subprocess.check_output(
        [sys.executable, "-m", "tests.compiler.corpus"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        text=True,
    )


def test_every_process_compiles_the_same_text() -> None:
    one, *others = (printed(seed) for seed in ("0", "1", "2", "77"))
    assert one.count("\n") == len(corpus.requests())
    assert others == [one] * len(others)


def test_compiling_twice_gives_the_same() -> None:
    assert corpus.requests() == corpus.requests()
