"""What Lambda tells a function about itself: read anew each time, never waited for."""

import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from attrs import fields_dict, frozen

from ..execution.invocation import InvocationContext, remaining_seconds
from ..transport.tracing import is_sampled

MEGABYTE = 1024 * 1024

_STATM = "/proc/self/statm"
_STATUS = "/proc/self/status"


def is_lambda() -> bool:
    """Whether this process runs in AWS Lambda."""
    return bool(os.environ.get("AWS_LAMBDA_FUNCTION_NAME"))


def is_snap_start() -> bool:
    """Whether Lambda takes a snapshot of this process once it is initialised."""
    return os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def lambda_memory_mb() -> int | None:
    """The memory of the function in MB, as configured; None outside Lambda."""
    said = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    return int(said) if said.isdecimal() and int(said) > 0 else None


def xray_enabled() -> bool:
    """Whether X-Ray records the invocation that is running now.

    At module scope it is always False: Lambda decides for each invocation.
    """
    return is_sampled()


def get_remaining_time_millis(context: InvocationContext | None, /) -> int | None:
    """Milliseconds until Lambda stops the invocation; None without a context."""
    seconds = remaining_seconds(context)
    return None if seconds is None else round(seconds * 1000)


@frozen(kw_only=True)
class MemoryStats:
    """The memory of this process.  Reads as a mapping too: `dict(stats)`."""

    rss: int | None
    """Bytes that are resident now; None where the system does not say."""

    rss_mb: float | None
    """The same in MB."""

    peak_rss_mb: float | None
    """The most MB it has been, which Lambda calls "Max Memory Used"."""

    lambda_memory_mb: int | None
    """MB that the function may use; None outside Lambda."""

    memory_percent: float | None
    """`rss_mb` in percent of `lambda_memory_mb`; None outside Lambda."""

    def keys(self) -> Iterator[str]:
        """The names of the figures."""
        return iter(fields_dict(MemoryStats))

    def __getitem__(self, name: str) -> float | None:
        if name not in fields_dict(MemoryStats):
            raise KeyError(name)
        value: float | None = getattr(self, name)
        return value

    def __str__(self) -> str:
        if self.rss_mb is None:
            return "memory unknown"
        if self.memory_percent is None:
            return f"{self.rss_mb:.1f} MB resident"
        share = f"{self.memory_percent:.1f} % of {self.lambda_memory_mb} MB"
        return f"{self.rss_mb:.1f} MB resident, {share}"


def get_memory_stats() -> MemoryStats:
    """How much memory this process holds, and how much it may."""
    system = _system()
    peak = _peak_bytes(system)
    rss = _resident_bytes(system) or peak
    limit = lambda_memory_mb()
    return MemoryStats(
        rss=rss,
        rss_mb=_rounded(rss, MEGABYTE),
        peak_rss_mb=_rounded(peak, MEGABYTE),
        lambda_memory_mb=limit,
        memory_percent=_rounded(rss, limit and limit * MEGABYTE / 100),
    )


def _rounded(amount: int | None, unit: float | None) -> float | None:
    return None if amount is None or unit is None else round(amount / unit, 2)


def _system() -> Any:
    """The module that knows, loaded when it is asked; None where there is none."""
    try:
        return import_module("resource")
    except ImportError:
        return None


def _resident_bytes(system: Any) -> int | None:
    found = _read(_STATM)
    return None if found is None else int(found.split()[1]) * int(system.getpagesize())


def _peak_bytes(system: Any) -> int | None:
    # What getrusage says holds for the program, too, that started this one.
    found = re.search(rb"^VmHWM:\s+(\d+) kB$", _read(_STATUS) or b"", re.MULTILINE)
    if found is not None:
        return int(found[1]) * 1024
    if system is None:
        return None
    peak = int(system.getrusage(system.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak * 1024


def _read(path: str) -> bytes | None:
    """None where there is no such file; reading it does not wait for a disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.pread(descriptor, 8192, 0)
    finally:
        os.close(descriptor)
