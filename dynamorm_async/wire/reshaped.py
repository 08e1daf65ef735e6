"""Stored items that async hooks of their model have reshaped; see `before_load`."""

from collections.abc import Awaitable, Callable, Generator
from typing import Any

Reshape = Callable[
    [dict[str, Any]], Generator[Awaitable[object], object, dict[str, Any]]
]
"""Makes the item to decode of a stored one; yields what has to be awaited for that."""


class ReshapedItem(dict[str, Any]):
    """An item as it is stored, which remembers what is decoded in its place."""

    __slots__ = ("shaped",)

    def __init__(self, stored: dict[str, Any], shaped: dict[str, Any]) -> None:
        super().__init__(stored)
        self.shaped = shaped
