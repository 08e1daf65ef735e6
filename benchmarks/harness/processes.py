"""The processes of a benchmark: the server on one core, one per driver on another."""

import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.work import KEY_ID, REGION, ROWS, SECRET

FOLDER = Path(__file__).parents[2]


def cores() -> tuple[set[int], set[int]]:
    """The core of the clients, and that of the server; the same where there is one."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    able = sorted(os.sched_getaffinity(0))
    return {able[-1]}, {able[0]}


def pin(wanted: set[int]) -> None:
    """Keep this process on these cores, where the system allows that."""
    if wanted:
        os.sched_setaffinity(0, wanted)


def environment() -> dict[str, str]:
    """What every client process finds: credentials, a region, and no settings files.

    Bytecode is kept: as installed, a library is compiled once and not in each process.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **inherited,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")]),
    }


@contextmanager
def serving(rows: int = ROWS, text: int = 0) -> Generator[str]:
    """The endpoint of a running server; pages have `rows`, names `text` letters."""
    _, core = cores()
    command = [sys.executable, "-m", "benchmarks.harness.server", str(rows), str(text)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
        preexec_fn=lambda: pin(core),
    ) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


class Sample(msgspec.Struct, frozen=True):
    """What one run of many calls took, in microseconds per call."""

    cpu: float
    wall: float
    peak: float
    """Megabytes: the most this process has ever held."""


class Worker:
    """A driver at work in its own process, which waits between two rounds."""

    def __init__(self, driver: str, work: str, at_once: int, endpoint: str) -> None:
        core, _ = cores()
        self.driver = driver
        self.missing: str | None = None
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks.harness.worker"),
                *(driver, work, str(at_once), endpoint),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            preexec_fn=lambda: pin(core),
        )
        ready = self._line()
        if ready != "ready":
            self.missing = ready or "it ended with an error"

    def run(self, calls: int) -> Sample:
        """So many calls."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{calls}\n")
        self._process.stdin.flush()
        line = self._line()
        if not line:
            raise SystemExit(f"the worker of {self.driver} ended with an error")
        return msgspec.json.decode(line, type=Sample)

    def close(self) -> None:
        """End the process."""
        self._process.communicate("")

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def working(
    drivers: Sequence[str], work: str, at_once: int, endpoint: str
) -> Generator[list[Worker]]:
    """A worker for each driver that can do this work here."""
    workers: list[Worker] = []
    try:
        # One by one: what has begun is ended, whatever happens to the next.
        workers.extend(Worker(each, work, at_once, endpoint) for each in drivers)
        yield [each for each in workers if each.missing is None]
        for each in workers:
            if each.missing is not None:
                print(f"skipped: {each.driver}: {each.missing}", file=sys.stderr)
    finally:
        for each in workers:
            each.close()
