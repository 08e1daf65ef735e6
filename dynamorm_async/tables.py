"""Tables: make, look at and drop them, and wait until that is done."""

from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager

import anyio

from .compiler import tables
from .compiler.compiler import Compiler
from .compiler.descriptions import TableDescription, describe
from .errors import (
    DeadlineExceededError,
    InvalidModelError,
    RequestRejectedError,
    TableInUseError,
    TableNotFoundError,
)
from .schema.model import table_of
from .schema.table import TableInfo
from .wire import Body, Runner

Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 300.0
"""Seconds after which a table that is still not ready is an error."""


def waits(first: float = 0.05, longest: float = 2.0) -> Iterator[float]:
    """Seconds between two looks at a table: short for an emulator, polite to the
    service.
    """
    wait = first
    while True:
        yield wait
        wait = min(longest, wait * 2)


class Tables:
    """The tables of one database."""

    def __init__(
        self, compiler: Compiler, runner: Runner, sleep: Sleep = anyio.sleep
    ) -> None:
        self._compiler = compiler
        self._runner = runner
        self._sleep = sleep

    async def create(
        self, model: type, name: str | None, wait: float
    ) -> TableDescription:
        """Make the model's table; `TableInUseError` if it is there."""
        table = table_of(model)
        full_name = self._name(model, name)
        codec = self._compiler.codec(table)
        await self._runner.run(tables.create_table(full_name, codec))
        return await self._ready(full_name, _ttl_attribute(table), wait)

    async def ensure(
        self, model: type, name: str | None, wait: float
    ) -> TableDescription:
        """Make the model's table unless it is there; safe to call from many places at
        once.
        """
        table = table_of(model)
        full_name = self._name(model, name)
        try:
            await self._runner.run(tables.describe_table(full_name))
        except TableNotFoundError:
            try:
                return await self.create(model, name, wait)
            except TableInUseError:
                # Somebody else was faster, which is just as well.
                pass
        return await self._ready(full_name, _ttl_attribute(table), wait)

    async def describe(self, target: type | str, name: str | None) -> TableDescription:
        """The table as it is; `TableNotFoundError` if it is not."""
        full_name = self._name(target, name)
        reply = await self._runner.run(tables.describe_table(full_name))
        return await self._with_ttl(reply["Table"], full_name)

    async def delete(self, target: type | str, name: str | None, wait: float) -> None:
        """Drop the table with everything in it; `TableNotFoundError` if it is not
        there.
        """
        full_name = self._name(target, name)
        await self._runner.run(tables.delete_table(full_name))
        with _within(wait, f"table {full_name!r} to be deleted"):
            for pause in waits():
                try:
                    await self._runner.run(tables.describe_table(full_name))
                except TableNotFoundError:
                    return
                await self._sleep(pause)

    async def _ready(
        self, full_name: str, ttl_attribute: str | None, wait: float
    ) -> TableDescription:
        with _within(wait, f"table {full_name!r} to become active"):
            found = await self._active(full_name)
            if ttl_attribute is not None and found.ttl_attribute is None:
                await self._enable_ttl(full_name, ttl_attribute)
                found = await self._active(full_name)
        return found

    async def _active(self, full_name: str) -> TableDescription:
        for pause in waits():
            reply = await self._runner.run(tables.describe_table(full_name))
            if describe(reply["Table"], {}).is_active:
                return await self._with_ttl(reply["Table"], full_name)
            await self._sleep(pause)
        raise AssertionError("waits() never ends")

    async def _with_ttl(self, table: Body, full_name: str) -> TableDescription:
        ttl = await self._runner.run(tables.describe_ttl(full_name))
        return describe(table, ttl.get("TimeToLiveDescription", {}))

    async def _enable_ttl(self, full_name: str, attribute: str) -> None:
        try:
            await self._runner.run(tables.enable_ttl(full_name, attribute))
        except RequestRejectedError:
            # DynamoDB refuses to switch on twice what somebody else switched on.
            found = await self._active(full_name)
            if found.ttl_attribute != attribute:
                raise

    def _name(self, target: type | str, name: str | None) -> str:
        if isinstance(target, str):
            return self._compiler.table_prefix + target
        if not isinstance(target, type):
            raise InvalidModelError("a table is named by a model class or by its name")
        return self._compiler.question(target, name).table_name


def _ttl_attribute(table: TableInfo) -> str | None:
    return table.ttl.attribute if table.ttl is not None else None


@contextmanager
def _within(seconds: float, awaited: str) -> Generator[None]:
    """At most so many seconds; then an error that says what was waited for."""
    with anyio.move_on_after(seconds) as scope:
        yield
    if scope.cancelled_caught:
        raise DeadlineExceededError(
            f"waited {seconds:g} s for {awaited}; it may still happen"
        )
