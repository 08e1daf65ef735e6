"""What a migration works with: the way to the service, its options and its limits."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from msgspec import Struct

from ..compiler.compiler import Compiler
from ..compiler.tables.descriptions import TableDescription
from ..schema.model import Model
from ..wire import Runner
from .limits import Allowance, Clock, Sleep
from .options import Options


class Tables(Protocol):
    """Makes tables and looks at them."""

    async def ensure_table(
        self, model: type[Model], /, *, table: str | None, wait: float
    ) -> TableDescription:
        """The model's table, made if it is not there."""
        ...

    async def describe_table(
        self, target: type[Model], /, *, table: str | None
    ) -> TableDescription:
        """The model's table as it is."""
        ...


class Desk(Struct, frozen=True, kw_only=True):
    """Everything one run of a migration shares."""

    compiler: Compiler
    runner: Runner
    tables: Tables
    options: Options
    clock: Clock
    sleep: Sleep
    items: Allowance
    reads: Allowance
    writes: Allowance

    @classmethod
    def of(
        cls,
        compiler: Compiler,
        runner: Runner,
        tables: Tables,
        options: Options,
        clock: Clock,
        sleep: Sleep,
    ) -> "Desk":
        """The desk with the allowances that the options ask for."""
        return cls(
            compiler=compiler,
            runner=runner,
            tables=tables,
            options=options,
            clock=clock,
            sleep=sleep,
            items=Allowance(options.items_per_second, clock, sleep),
            reads=Allowance(options.read_units_per_second, clock, sleep),
            writes=Allowance(options.write_units_per_second, clock, sleep),
        )


async def told(listener: Callable[[Any], object] | None, news: object) -> None:
    """Tell a listener, which may be none, plain or async."""
    if listener is not None:
        answer = listener(news)
        if isinstance(answer, Awaitable):
            await answer
