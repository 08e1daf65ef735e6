"""A table in segments, and scans of it whose rows are letters."""

from collections.abc import Callable, Sequence
from typing import Any

import anyio
import anyio.lowlevel

from dynamorm_async.execution.segments import SegmentScan
from dynamorm_async.wire import Body, CompiledQuery, Item, Paging, Reply
from dynamorm_async.wire.segments import SegmentPlan, SegmentPosition
from tests.execution.requests import StillTime, executor
from tests.scripted import ok


class SegmentedTable:
    """A transport over a table whose segments hold pages of rows, each a letter.

    `most_at_once` counts the requests that were under way together.  `hold` makes every
    request wait; `fail` makes the requests of a segment answer with an error.
    """

    def __init__(self, *segments: str) -> None:
        self._segments = [each.split("|") for each in segments]
        self.requests: list[tuple[int, str | None]] = []
        self.limits: list[int | None] = []
        self.open = 0
        self.most_at_once = 0
        self.cancelled = 0
        self.fail: dict[int, Reply | Exception] = {}
        self.hold: anyio.Event | None = None

    async def send(self, operation: str, body: Body, /) -> Reply:
        """The page after the key; every request gives way to the others once."""
        assert (operation, body["TotalSegments"]) == ("Scan", len(self._segments))
        segment = body["Segment"]
        after = body.get("ExclusiveStartKey", {}).get("id", {}).get("S")
        self.requests.append((segment, after))
        self.limits.append(body.get("Limit"))
        self.open += 1
        self.most_at_once = max(self.most_at_once, self.open)
        try:
            await anyio.lowlevel.checkpoint()
            await self._held(segment)
        except BaseException:
            self.cancelled += 1
            raise
        finally:
            self.open -= 1
        return self._page(segment, after)

    async def _held(self, segment: int) -> None:
        failure = self.fail.get(segment)
        if isinstance(failure, Exception):
            raise failure
        if failure is None and self.hold is not None:
            await self.hold.wait()

    def _page(self, segment: int, after: str | None) -> Reply:
        failure = self.fail.get(segment)
        if isinstance(failure, Reply):
            return failure
        pages = self._segments[segment]
        rest = after is None
        for number, letters in enumerate(pages):
            place = 0 if rest else self._place(segment, number, after)
            if place is None:
                continue
            end = self._end(segment, number) if number < len(pages) - 1 else None
            items = [row(letter) for letter in letters[place:]]
            more = {} if end is None else {"LastEvaluatedKey": key(end)}
            return ok(Items=items, Count=len(items), **more)
        raise AssertionError(f"no row {after!r} in segment {segment}")

    def _place(self, segment: int, number: int, after: str | None) -> int | None:
        letters = self._segments[segment][number]
        if after is not None and after in letters[:-1]:
            return letters.index(after) + 1
        return 0 if number and after == self._end(segment, number - 1) else None

    def _end(self, segment: int, number: int) -> str:
        """The last row of a page; an empty one ends after a row that a filter drops."""
        letters = self._segments[segment][number]
        return letters[-1] if letters else f"{segment}:{number}"

    async def aclose(self) -> None:
        """Nothing is open."""


def row(name: str) -> Item:
    return {"id": {"S": name}, "more": {"S": "text"}}


def key(name: str) -> Item:
    return {"id": {"S": name}}


def shown(positions: Sequence[SegmentPosition]) -> str:
    """A token that can be read: after which row each segment goes on."""
    return " ".join(map(place_of, positions))


def place_of(position: SegmentPosition) -> str:
    if position.is_done:
        return "end"
    return "start" if position.after is None else str(position.after["id"]["S"])


def positions(token: str) -> list[SegmentPosition]:
    """What such a token says."""
    known = {
        "end": SegmentPosition(is_done=True),
        "start": SegmentPosition(),
    }
    return [known.get(each, SegmentPosition(after=key(each))) for each in token.split()]


def scan_of(
    table: SegmentedTable,
    total: int,
    *,
    token: str | None = None,
    time: StillTime | None = None,
    concurrency: int = 16,
    buffer: int = 1,
    interval: float = 0.0,
    body: Body | None = None,
    seconds: float | None = None,
    decode: Callable[[Body], Sequence[str]] | None = None,
    **facts: Any,
) -> SegmentScan[str]:
    """A scan whose rows are letters."""
    compiled = CompiledQuery.of(
        "Scan",
        {"TableName": "t", "Segment": 0, "TotalSegments": total, **(body or {})},
        decode or (lambda reply: [each["id"]["S"] for each in reply["Items"]]),
        paging=Paging(start_key=("id",), write_cursor=str),
        **facts,
    )
    plan = SegmentPlan(
        positions=positions(token) if token else [SegmentPosition()] * total,
        concurrency=concurrency,
        buffer=buffer,
        interval=interval,
        write_token=shown,
    )
    runner = executor(table, time, timeout=seconds)  # type: ignore[arg-type]  # sends
    return runner.segments(compiled, plan)


async def taken(scan: SegmentScan[str], number: int) -> str:
    """So many rows, or as many as there are; then the loop is left."""
    rows = ""
    async for each in scan:
        rows += each
        if len(rows) == number:
            break
    return rows
