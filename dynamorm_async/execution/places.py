"""Where in a reply the items of a model are."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..wire import Body, CompiledQuery, Item
from ..wire.sealed import Awaited


class Place(NamedTuple):
    """Where a reply holds an item: `holder[name]`."""

    holder: Any
    name: str | int
    awaited: Awaited

    @property
    def item(self) -> Item:
        """The item that is there."""
        found: Item = self.holder[self.name]
        return found


def places_in(compiled: CompiledQuery[Any], reply: Body) -> Iterator[Place]:
    """The places of the items for which something is awaited."""
    if compiled.parts:
        answers = reply.get("Responses") or reply.get("CancellationReasons") or ()
        for part, answer in zip(compiled.parts, answers, strict=False):
            if part.awaited is not None and answer.get("Item"):
                yield Place(answer, "Item", part.awaited)
    elif compiled.awaited is not None:
        for holder, name in _holders(reply):
            yield Place(holder, name, compiled.awaited)


def _holders(reply: Body) -> Iterator[tuple[Any, str | int]]:
    for name in ("Item", "Attributes"):
        if reply.get(name):
            yield reply, name
    tables: Mapping[str, list[Item]] = reply.get("Responses") or {}
    for page in (reply.get("Items") or [], *tables.values()):
        for number in range(len(page)):
            yield page, number
