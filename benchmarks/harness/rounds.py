"""Interleaved rounds: a change of the machine's mood meets everybody."""

import sys
from collections.abc import Sequence

from .processes import Sample, Worker, working
from .results import Row


def told(text: str) -> None:
    """Say what goes on to whoever waits."""
    print(text, file=sys.stderr, flush=True)


def interleaved(
    workers: Sequence[Worker], calls: int, rounds: int
) -> list[list[Sample]]:
    """Each worker's samples, taken in turn; the first round only warms up."""
    samples: list[list[Sample]] = [[] for _ in workers]
    for number in range(rounds + 1):
        for worker, taken in zip(workers, samples, strict=True):
            sample = worker.run(calls)
            if number:
                taken.append(sample)
    return samples


def measured(
    what: str,
    drivers: Sequence[str],
    work: str,
    endpoint: str,
    *,
    at_once: int = 1,
    calls: int = 100,
    rounds: int = 5,
) -> list[Row]:
    """The CPU per call of each driver, in microseconds."""
    told(f"{what}: {calls} calls in each of {rounds} rounds")
    with working(drivers, work, at_once, endpoint) as workers:
        samples = interleaved(workers, calls, rounds)
    return [
        Row(what, worker.driver, "us", tuple(each.cpu for each in taken))
        for worker, taken in zip(workers, samples, strict=True)
    ]
