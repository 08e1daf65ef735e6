"""What every format of items has in common."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from ..wire import Item


class Row(Struct, frozen=True):
    """What one row of a file came to: an item, or the reason why it is none."""

    line: int
    """Where it begins, counted from 1."""

    text: str
    """As it stands in the file, its end included."""

    item: Item | None = None
    reason: str | None = None


class ItemFormat(Protocol):
    """A format of files of items."""

    @property
    def header(self) -> str:
        """What stands before the first row."""
        ...

    @property
    def heading(self) -> str:
        """What stood before the first row of the file that was read."""
        ...

    def line(self, item: Item, /) -> str:
        """The row of an item, with its end."""
        ...

    def rows(self, lines: Iterable[str], /) -> Iterator[Row]:
        """The rows of a file's lines, each with its end."""
        ...
