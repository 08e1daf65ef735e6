"""A migration that writes nothing, and says what it would meet."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from ..compiler.question import Question
from .desk import Desk
from .reading import batches
from .report import Counts
from .rewriting import Outcome, Rewrite, counted, reason

_REASONS = 10
"""Different reasons that are kept; there may be as many as items."""


class Rehearsal(Struct, frozen=True):
    """What would have come of it."""

    counts: Counts
    failed: int
    failures: tuple[tuple[str, int], ...]


async def rehearsed(
    desk: Desk,
    source: Question,
    rewrite: Rewrite,
    tell: Callable[[Counts], Awaitable[None]],
) -> Rehearsal:
    """Read and rewrite every item."""
    counts = Counts()
    failures: Counter[str] = Counter()
    failed = 0
    async for batch in batches(desk, source):
        outcomes = await rewrite.all(batch)
        counts = counted(counts, outcomes)
        failed += sum(each.error is not None for each in outcomes)
        _note(failures, outcomes)
        await tell(counts)
    return Rehearsal(counts, failed, tuple(failures.most_common()))


def _note(failures: Counter[str], outcomes: Sequence[Outcome]) -> None:
    for each in outcomes:
        if each.error is None:
            continue
        why = reason(each.error)
        if why in failures or len(failures) < _REASONS:
            failures[why] += 1
