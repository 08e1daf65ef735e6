"""What a cold start is made of, measured phase by phase where it happens."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from attrs import field, frozen

from ..config import Config
from ..errors import DynamORMError, ServiceError
from ..schema.model import Model, table_of
from ..wire import CompiledQuery, decode_nothing
from .database import LambdaDB
from .environment import MemoryStats, get_memory_stats, is_lambda

LONGEST_REQUEST = 5.0
"""Seconds that each of the two requests may take."""

NO_TABLE = "dynamorm-cold-start"
"""The table that is asked about where no model is given; there need not be one."""


@frozen(kw_only=True)
class ColdStart:
    """The phases of a start, in milliseconds and in the order they happened."""

    phases: Mapping[str, float]
    error: str | None = None
    """The kind of error that ended the requests; None where they were answered."""

    memory: MemoryStats = field(factory=get_memory_stats)
    is_lambda: bool = field(factory=is_lambda)

    @property
    def total_ms(self) -> float:
        """All phases together."""
        return sum(self.phases.values())

    def __str__(self) -> str:
        rows = [*self.phases.items(), ("total", self.total_ms)]
        lines = [f"{name:<16}{taken:>9.2f} ms" for name, taken in rows]
        if self.error:
            lines.append(f"ended by {self.error}")
        where = "in Lambda" if self.is_lambda else "outside Lambda"
        return "\n".join([*lines, f"{self.memory}, {where}"])


class Stopwatch:
    """Milliseconds since it was last read, by name."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self.phases: dict[str, float] = {}

    def ends(self, phase: str) -> None:
        """A phase is over, and the next begins."""
        now = self._clock()
        self.phases[phase] = (now - self._since) * 1000
        self._since = now


async def benchmark_cold_start(
    *models: type[Model],
    clock: Callable[[], float] = time.perf_counter,
    **config: Any,
) -> ColdStart:
    """Make a database as `lambda_init` does, send two requests, and time it all.

    >>> print(await benchmark_cold_start(User, region="eu-west-1"))

    The phases: `settings`, `database`, `models` (their codecs), `transport` (modules,
    certificates), `first_request` (credentials, connection, TLS and the request),
    `second_request` (over the same connection).  What the process has loaded before
    costs nothing here, so the figures of a first call in a fresh process are the ones
    that count.

    The requests are a GetItem with a key that no table has: they read nothing, cost
    nothing and need no permission, for a refusal is an answer too.
    """
    # Needed for this alone: what is prepared loads modules and reads files.
    from anyio import to_thread

    # In a thread, whose start is no part of what is measured.
    db, watch = await to_thread.run_sync(_prepare, models, config, clock)
    async with db:
        error = await _requests(db, models, watch)
    return ColdStart(phases=watch.phases, error=error)


def _prepare(
    models: tuple[type[Model], ...], config: dict[str, Any], clock: Callable[[], float]
) -> tuple[LambdaDB, Stopwatch]:
    watch = Stopwatch(clock)
    settings = Config.of(**config)
    watch.ends("settings")
    db = LambdaDB(settings)
    watch.ends("database")
    for model in models:
        db._compiler.codec(table_of(model))
    watch.ends("models")
    db.prepared()
    watch.ends("transport")
    return db, watch


async def _requests(
    db: LambdaDB, models: tuple[type[Model], ...], watch: Stopwatch
) -> str | None:
    name = table_of(models[0]).table_name if models else NO_TABLE
    key = {NO_TABLE: {"S": "-"}}
    body = {"TableName": f"{db.config.table_prefix}{name}", "Key": key}
    asked = CompiledQuery.of("GetItem", body, decode_nothing)
    hurried = db.with_timeout(LONGEST_REQUEST)
    try:
        for phase in ("first_request", "second_request"):
            with suppress(ServiceError):
                await hurried.execute(asked)
            watch.ends(phase)
    except DynamORMError as error:
        return type(error).__name__
    return None
