"""Consumed capacity: of one block, and of each model since a database was made."""

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..wire.capacity import Capacity
from .hooks import Call

_open: ContextVar[tuple[Capacity, ...]] = ContextVar("capacity", default=())


@contextmanager
def measured_capacity() -> Generator[Capacity]:
    """A block whose calls are counted, those of tasks that it starts included.

    >>> with measured_capacity() as used:
    ...     await db.get(Shop, "7")
    >>> used.read
    0.5

    For databases made with `return_consumed_capacity`.  Blocks nest, and each task sees
    what its own block consumed.
    """
    used = Capacity()
    token = _open.set((*_open.get(), used))
    try:
        yield used
    finally:
        _open.reset(token)


class CapacityMeter:
    """A hook that adds up what calls consume, by model."""

    def __init__(self) -> None:
        self._by_model: dict[str, Capacity] = {}

    @property
    def by_model(self) -> Mapping[str, Capacity]:
        """What each model consumed; a table whose model is unknown, by its own name."""
        return self._by_model

    def after_response(self, call: Call) -> None:
        """Add what the reply says."""
        for entry in call.consumed:
            units = units_of(entry)
            table = str(entry.get("TableName", ""))
            for name, share in shares_of(call, table).items():
                used = self._by_model.setdefault(name, Capacity())
                used.add(call.operation, units * share)
            for used in _open.get():
                used.add(call.operation, units)

    def __repr__(self) -> str:
        return f"<CapacityMeter of {len(self._by_model)} models>"


def shares_of(call: Call, table: str) -> dict[str, float]:
    """Whose capacity the units of a table are, by model.

    The service says one figure for a table.  In a transaction over several models of it
    each has a share by the number of its operations.
    """
    models = [model for each, model in call.parts if each == table]
    models = models or [call.models.get(table) or call.model or table]
    return {model: number / len(models) for model, number in Counter(models).items()}


def units_of(entry: Mapping[str, Any]) -> float:
    """The capacity units of one entry of ConsumedCapacity, with those of indexes."""
    return float(entry.get("CapacityUnits", 0.0))
