"""Rows that come from their bytes straight to instances, without a dict in between."""

from collections.abc import Callable
from typing import Any

import msgspec

ReadBytes = Callable[[bytes], dict[str, Any] | None]
"""Reads the JSON of a successful reply: a body whose rows are `ReadyRows`.

None where the reply is in any way out of the ordinary.  Raises nothing.
"""


class ReadyRows(list[Any]):
    """The rows of a reply, as instances of their model."""

    __slots__ = ("_raw",)

    def __init__(self, rows: list[Any], raw: bytes) -> None:
        super().__init__(rows)
        self._raw = raw

    def stored(self) -> list[dict[str, Any]]:
        """The same rows as they are stored."""
        rows: list[dict[str, Any]] = msgspec.json.decode(self._raw)["Items"]
        return rows

    def scanned(self) -> int | None:
        """How many items were read for them, before a filter."""
        return msgspec.json.decode(self._raw, type=_Counts).ScannedCount


class _Counts(msgspec.Struct, frozen=True):
    ScannedCount: int | None = None
