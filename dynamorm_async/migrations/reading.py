"""The stored items of a table, batch by batch, no faster than allowed."""

from collections.abc import AsyncIterator

from ..compiler.question import Question
from ..compiler.stored import stored_rows
from ..wire import Item
from ..wire.segments import SegmentedRows, SegmentPlan, SegmentPosition
from .desk import Desk

_MOST_AT_ONCE = 16
"""Segments read at a time."""


class Batches(AsyncIterator[list[Item]]):
    """All items in no order; holds one page for each segment that is read."""

    def __init__(self, desk: Desk, rows: SegmentedRows[Item]) -> None:
        self._desk = desk
        self._rows = rows

    async def __anext__(self) -> list[Item]:
        await self._desk.items.wait()
        await self._desk.reads.wait()
        batch: list[Item] = []
        async for item in self._rows:
            batch.append(item)
            if len(batch) == self._desk.options.at_once:
                break
        if not batch:
            raise StopAsyncIteration
        self._desk.items.spend(len(batch))
        return batch

    def token(self) -> str:
        """A text to go on by after the last batch."""
        return self._rows.resume_token()


def batches(
    desk: Desk,
    question: Question,
    *,
    resume: str | None = None,
    still_sealed: bool = False,
) -> Batches:
    """The items of a table, from the start or from where a token says.

    What is encrypted comes decrypted, unless it is to be `still_sealed`.  Raises
    `InvalidCursorError` for a token of another scan.
    """
    size, total = desk.options.at_once, desk.options.segments
    # A migration may begin right after the last write that it must not miss.
    asked = question.revised(consistent_read=True, page_size=size)
    compiled, tokens = desk.compiler.segments(asked, total)
    untouched = [SegmentPosition()] * total
    plan = SegmentPlan(
        positions=untouched if resume is None else tokens.read(resume),
        concurrency=min(total, _MOST_AT_ONCE),
        buffer=size,
        interval=0.0,
        write_token=tokens.write,
    )
    compiled = stored_rows(compiled, desk.reads.spend)
    if still_sealed:
        compiled = compiled.but(awaited=None)
    return Batches(desk, desk.runner.segments(compiled, plan))


async def keys_counted(desk: Desk, question: Question) -> int:
    """How many items there are now; reads them all."""
    total = 0
    async for batch in batches(desk, question.revised(select=())):
        total += len(batch)
    return total
