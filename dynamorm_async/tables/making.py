"""Tables as wholes: make one, make sure of one, drop one; and wait until it is done."""

from collections.abc import Sequence

from ..compiler.tables import requests
from ..compiler.tables.descriptions import TableDescription, describe
from ..compiler.tables.difference import difference
from ..compiler.tables.drift import key_drift
from ..compiler.tables.options import TableOptions
from ..compiler.tables.settings import ttl_steps
from ..compiler.tables.steps import TableStep
from ..compiler.tables.wanted import WantedTable
from ..errors import TableInUseError, ThrottledError
from ..errors.upkeep import TableDriftError
from .looking import look, look_closely
from .reaching import Found, Goal, Reached, Work, reach
from .waiting import Patience, patient, waits


async def create(
    work: Work, wanted: WantedTable, options: TableOptions, wait: float
) -> TableDescription:
    """Make a table and wait until it is ready; `TableInUseError` if it is there.

    One that is just being deleted is waited for.
    """
    making, *later = difference(wanted, None, options).steps

    def missing(found: Found) -> Sequence[TableStep]:
        if found is None:
            return ()
        needed = difference(wanted, found, options).steps
        return [step for step in later if step in needed]

    with patient(wait, _ready(wanted)) as patience:
        await _make(work, making, patience)
        await _appear(work, wanted.name)
        reached = await reach(work, Goal(wanted.name, options, missing), patience)
        return await _described(work, wanted.name, reached)
    raise AssertionError("the block returns or raises")


async def _make(work: Work, making: TableStep, patience: Patience) -> None:
    for pause in waits():
        try:
            await work.runner.run(making.request)
            return
        except TableInUseError as error:
            found = await look(work.runner, making.table)
            if found is not None and found.status != "DELETING":
                raise
            patience.trouble = error
        except ThrottledError as error:
            patience.trouble = error
        await work.sleep(pause)


async def _appear(work: Work, name: str) -> None:
    """Wait until a table that was just made is known everywhere."""
    for pause in waits():
        if await look(work.runner, name) is not None:
            return
        await work.sleep(pause)


async def ensure(
    work: Work, wanted: WantedTable, options: TableOptions, wait: float
) -> TableDescription:
    """Make a table unless it is there; safe to call from many places at once.

    Of one that is there, time to live is switched on if it is off, and nothing else.
    Raises `TableDriftError` where it has other keys.
    """
    making, *later = difference(wanted, None, options).steps
    expected: list[TableStep] = []

    def missing(found: Found) -> Sequence[TableStep]:
        if found is None:
            expected[:] = later
            return [making]
        drift = key_drift(wanted, found)
        if drift:
            raise TableDriftError(drift)
        needed = difference(wanted, found, options).steps
        return [step for step in expected if step in needed] or (
            _ttl_that_is_off(wanted, found, options)
        )

    with patient(wait, _ready(wanted)) as patience:
        reached = await reach(work, Goal(wanted.name, options, missing), patience)
        return await _described(work, wanted.name, reached)
    raise AssertionError("the block returns or raises")


def _ttl_that_is_off(
    wanted: WantedTable, found: TableDescription, options: TableOptions
) -> list[TableStep]:
    if found.ttl_attribute is not None:
        return []
    return list(ttl_steps(wanted, found, options))


async def delete(work: Work, name: str, wait: float) -> None:
    """Drop a table and wait until it is gone; `TableNotFoundError` without one.

    One that is being made or changed is waited for; one that is being deleted by
    others, too.
    """
    with patient(wait, f"table {name!r} to be deleted") as patience:
        doomed = await _drop(work, name, patience)
        for pause in waits():
            found = await look(work.runner, name)
            if found is None or _identity(found) != _identity(doomed):
                return  # gone, or made anew by others
            patience.seen = found.status
            await work.sleep(pause)


async def _drop(work: Work, name: str, patience: Patience) -> TableDescription:
    """Have a table deleted; returns which one that is."""
    for pause in waits():
        reply = await work.runner.run(requests.describe_table(name))
        found = describe(reply["Table"])
        if found.status == "DELETING":
            return found
        patience.seen = found.status
        try:
            await work.runner.run(requests.delete_table(name))
            return found
        except (TableInUseError, ThrottledError) as error:
            patience.trouble = error
        await work.sleep(pause)
    raise AssertionError("waits() never ends")


async def _described(work: Work, name: str, reached: Reached) -> TableDescription:
    if reached.table is None:
        return await look_closely(work.runner, name)  # which says that it is gone
    return reached.table


def _identity(found: TableDescription) -> object:
    # Not every engine gives its tables ids.
    return found.id, found.created


def _ready(wanted: WantedTable) -> str:
    return f"table {wanted.name!r} to become active"
