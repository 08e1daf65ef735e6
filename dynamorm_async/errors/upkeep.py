"""Errors of those who keep tables up: plans, migrations and imports."""

from collections.abc import Sequence
from typing import Any

from . import DynamORMError


class ImportRowError(DynamORMError):
    """A row of a file makes no item of the model; the rows before it are written.

    `line` is where the row begins, counted from 1, and `reason` what is wrong with it.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.line, self.reason)


class MigrationError(DynamORMError):
    """A migration stopped, or did not begin; the message says how to go on.

    `read`, `copied` and `dropped` count the items of which that is certain; from
    `checkpoint`, a file, it can go on.  `key` holds the stored key of the item it
    stopped at, and is not part of the message.  `verification` holds what was found
    where all was copied and is not as it should be.
    """

    def __init__(
        self,
        message: str,
        *,
        read: int = 0,
        copied: int = 0,
        dropped: int = 0,
        checkpoint: str | None = None,
        key: Any = None,
        verification: Any = None,
    ) -> None:
        super().__init__(message)
        self.read = read
        self.copied = copied
        self.dropped = dropped
        self.checkpoint = checkpoint
        self.key = key
        self.verification = verification


class TableDriftError(DynamORMError):
    """A table differs from its models in what cannot be changed; nothing was sent.

    `drift` holds the differences, each a value whose text says why.
    """

    def __init__(self, drift: Sequence[Any]) -> None:
        super().__init__("; ".join(map(str, drift)))
        self.drift = tuple(drift)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.drift,)


class StalePlanError(DynamORMError):
    """A table was changed by others since it was planned; plan again to go on.

    `applied` holds the steps that were carried out before.
    """

    def __init__(self, message: str, *, applied: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.applied = tuple(applied)
