"""Both tables read again: their items counted, and some of them compared."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from msgspec import Struct

from ..compiler.question import Question
from ..compiler.stored import key_reader, stored_item
from ..marshalling.anything import decode_anything
from ..wire import AttributeValue, Item
from ..wire.sealed import SEALED
from .desk import Desk
from .reading import batches, keys_counted
from .report import Verification
from .rewriting import Rewrite

SAMPLES = 100

Tell = Callable[[int], Awaitable[None]]
"""Told how many items were read."""


class Reservoir:
    """Some of many, each as likely as the others, in the memory of some."""

    def __init__(self, size: int, random: Random) -> None:
        self._size = size
        self._random = random
        self._seen = 0
        self.kept: list[Item] = []

    def offer(self, key: Item) -> None:
        """One more of the many."""
        self._seen += 1
        if len(self.kept) < self._size:
            self.kept.append(key)
        elif (place := self._random.randrange(self._seen)) < self._size:
            self.kept[place] = key


class Comparison(Struct):
    """What was found of the samples."""

    compared: int = 0
    missing: int = 0
    different: int = 0
    attributes: set[str] = set()


async def verified(
    desk: Desk,
    sides: tuple[Question, Question],
    rewrite: Rewrite,
    tell: Tell,
    **known: int,
) -> Verification:
    """What there is to say of a source and a target after the copy."""
    source, target = sides
    sample = Reservoir(SAMPLES, Random())
    key_of = key_reader(desk.compiler, source)
    read = 0
    async for batch in batches(desk, source.revised(select=())):
        for each in batch:
            sample.offer(key_of(each))
        read += len(batch)
        await tell(read)
    found = await _compared(desk, sides, rewrite, sample.kept)
    return Verification(
        source_count=read,
        target_count=await keys_counted(desk, target),
        compared=found.compared,
        missing=found.missing,
        different=found.different,
        attributes=tuple(sorted(found.attributes)),
        **known,
    )


async def _compared(
    desk: Desk, sides: tuple[Question, Question], rewrite: Rewrite, keys: list[Item]
) -> Comparison:
    source, target = sides
    key_in_target = key_reader(desk.compiler, target)
    found = Comparison()
    for key in keys:
        item = await _item(desk, source, key)
        outcome = None if item is None else await rewrite.one(item)
        if outcome is None or outcome.part is None:
            continue
        wanted: Item = outcome.part.original
        note(found, wanted, await _item(desk, target, key_in_target(wanted)))
    return found


def note(found: Comparison, wanted: Item, there: Item | None) -> None:
    """Add one sample to what was found."""
    found.compared += 1
    if there is None:
        found.missing += 1
        return
    names = {
        name
        for name in wanted.keys() | there.keys()
        if _value(wanted.get(name)) != _value(there.get(name))
    }
    found.different += bool(names)
    found.attributes |= names


def _value(stored: AttributeValue | None) -> Any:
    if stored and SEALED in stored:
        # What is there was decrypted when it was read.
        stored = stored[SEALED].value
    # True equals 1 in Python, and not in a table.
    return stored and (*stored, decode_anything(stored))


async def _item(desk: Desk, question: Question, key: Item) -> Item | None:
    await desk.reads.wait()
    compiled = stored_item(desk.compiler, question, key, desk.reads.spend)
    return await desk.runner.run(compiled)
