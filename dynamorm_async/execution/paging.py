"""Pages of rows: where one ends, what the next request asks, what a cursor points at.

Decided in plain functions; the iterators only wait.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from ..errors import ItemShapeError
from ..wire import Body, CompiledQuery, Item, PaginatedResult, Read
from ..wire.ready import ReadyRows

M = TypeVar("M")

_GROWTH = 4
"""How many times as many rows a request reads as the one before it."""

_LARGEST_PAGE = 10_000
"""Rows; more are left to the service, which ends a page at 1 MB."""

SINGLE_ITEM = "GetItem"
"""The operation whose reply holds an item, or none, in place of a page."""


class Position(Struct, frozen=True):
    """How far a read of many pages has come."""

    skip: int = 0
    """Rows still to be skipped."""

    want: int | None = None
    """Rows still to be handed out; None: all."""

    after: Item | None = None
    """The key after which the next request reads on."""

    requests: int = 0
    """Requests that were answered."""

    is_done: bool = False

    def cuts(self, rows: int) -> bool:
        """Whether not all of so many rows are handed out."""
        return self.skip > 0 or (self.want is not None and rows > self.want)


class Page(Struct, Generic[M], frozen=True):
    """What one request brought, cut to what was wanted."""

    rows: Sequence[M]
    scanned: int
    position: Position
    """Where to go on."""

    cut_after: Item | None = None
    """The last row handed out, as it is stored, where the page holds more rows."""

    consumed: float | None = None
    """Capacity units, where the reply says them."""


def start(compiled: CompiledQuery[Any], want: int | None = None) -> Position:
    """The position before the first request, with at most `want` rows to hand out."""
    limits = [each for each in (compiled.limit, want) if each is not None]
    most = min(limits, default=None)
    return Position(skip=compiled.offset or 0, want=most, is_done=most == 0)


def request_body(compiled: CompiledQuery[Any], position: Position) -> Body:
    """The body of the next request; the first is as it was compiled."""
    if not position.requests:
        return compiled.body
    body = {**compiled.body, "ExclusiveStartKey": position.after}
    body.pop("Limit", None)
    size = next_limit(compiled, position)
    if size is not None:
        body["Limit"] = size
    return body


def next_limit(compiled: CompiledQuery[Any], position: Position) -> int | None:
    """How many rows the next request should read.

    DynamoDB limits what it reads, before the filter, so with one the rows still wanted
    say nothing about the rows to read.  A read of few rows that has not found them yet
    reads more and more at a time.
    """
    sizes = [compiled.page_size]
    if compiled.first_page is not None:
        growing = compiled.first_page * _GROWTH**position.requests
        sizes.append(growing if growing <= _LARGEST_PAGE else None)
    if position.want is not None and "FilterExpression" not in compiled.body:
        sizes.append(position.want + position.skip)
    return min((each for each in sizes if each is not None), default=None)


def take_page(compiled: Read[M], reply: Body, position: Position) -> Page[M]:
    """The rows of a reply, without those to skip and those beyond the limit."""
    if compiled.operation == SINGLE_ITEM:
        return _take_single(cast("CompiledQuery[M | None]", compiled), reply, position)
    items: list[Item] = reply.get("Items", [])
    if position.cuts(len(items)) and isinstance(items, ReadyRows):
        items = items.stored()  # a cursor after the last row is made of these
    rest = items[position.skip :]
    kept = rest if position.want is None else rest[: position.want]
    # Rows that nobody gets are not decoded.
    wanted = {**reply, "Items": kept} if position.cuts(len(items)) else reply
    return Page(
        rows=cast("CompiledQuery[Sequence[M]]", compiled).decode(wanted),
        scanned=reply.get("ScannedCount", len(items)),
        position=_moved(
            position,
            skipped=len(items) - len(rest),
            taken=len(kept),
            after=reply.get("LastEvaluatedKey"),
        ),
        cut_after=kept[-1] if kept and len(kept) < len(rest) else None,
        consumed=_units(reply),
    )


def _units(reply: Body) -> float | None:
    said = reply.get("ConsumedCapacity")
    return None if said is None else said.get("CapacityUnits")


def _take_single(
    compiled: CompiledQuery[M | None], reply: Body, position: Position
) -> Page[M]:
    found = compiled.decode(reply)
    rows = [] if found is None or position.skip else [found]
    done = replace(position, requests=position.requests + 1, is_done=True)
    return Page(rows=rows, scanned=int("Item" in reply), position=done)


def _moved(position: Position, *, skipped: int, taken: int, after: Any) -> Position:
    want = None if position.want is None else position.want - taken
    return Position(
        skip=position.skip - skipped,
        want=want,
        after=after,
        requests=position.requests + 1,
        is_done=want == 0 or after is None,
    )


def counted(position: Position, count: int, reply: Body) -> Position:
    """The position after a page that was only counted."""
    taken = count if position.want is None else min(count, position.want)
    after = reply.get("LastEvaluatedKey")
    return _moved(position, skipped=0, taken=taken, after=after)


def key_after(compiled: CompiledQuery[Any], page: Page[Any]) -> Item | None:
    """The key of the last row handed out, to read on after it; None at the end."""
    last = page.cut_after
    if last is None or compiled.paging is None:
        return page.position.after
    return key_of(compiled, last)


def key_of(compiled: CompiledQuery[Any], row: Item) -> Item:
    """The key of a row as it is stored, to read on after it.

    Raises `ItemShapeError` where the row lacks an attribute of the key.
    """
    start_key = compiled.paging.start_key if compiled.paging else ()
    missing = [name for name in start_key if name not in row]
    if missing:
        raise ItemShapeError(
            f"{compiled.model}: no cursor can point after a row that was read without "
            f"{', '.join(missing)}"
        )
    return {name: row[name] for name in start_key}


def result_of(
    compiled: CompiledQuery[Any],
    rows: Sequence[M],
    scanned: int,
    last: Page[Any],
    consumed: float | None,
) -> PaginatedResult[M]:
    """The page that a caller gets; `last` is the request that brought its end."""
    key = key_after(compiled, last)
    write_cursor = compiled.paging.write_cursor if compiled.paging else None
    return PaginatedResult(
        items=rows,
        next_cursor=write_cursor(key) if write_cursor and key else None,
        scanned_count=scanned,
        last_evaluated_key=key,
        consumed_capacity=consumed,
    )


Fetch = Callable[[Position], Awaitable[Page[M]]]


class PageWalk(Generic[M]):
    """Page after page, each asked for when it is wanted.

    Nothing is open between two pages, so a walk that is left behind needs no closing.
    After an error or a cancellation the same page can be asked for again.
    """

    def __init__(self, fetch: Fetch[M], position: Position) -> None:
        self._fetch = fetch
        self._position = position
        self._is_waiting = False

    async def next(self) -> Page[M] | None:
        """The next page; None after the last."""
        if self._is_waiting:
            raise RuntimeError("two tasks ask one iterator of rows for its next page")
        if self._position.is_done:
            return None
        self._is_waiting = True
        try:
            page = await self._fetch(self._position)
        finally:
            self._is_waiting = False
        self._position = page.position
        return page

    def __repr__(self) -> str:
        state = "at its end" if self._position.is_done else "with more to come"
        return f"<PageWalk {state}>"


class Pages(AsyncIterator[PaginatedResult[M]]):
    """The results of a query, one per request."""

    def __init__(self, compiled: CompiledQuery[Any], walk: PageWalk[M]) -> None:
        self._compiled = compiled
        self._walk = walk

    async def __anext__(self) -> PaginatedResult[M]:
        page = await self._walk.next()
        if page is None:
            raise StopAsyncIteration
        return result_of(self._compiled, page.rows, page.scanned, page, page.consumed)

    def __repr__(self) -> str:
        return f"<Pages of {self._compiled.operation}, {self._walk!r}>"


class Rows(AsyncIterator[M]):
    """The rows of a query, one by one."""

    def __init__(self, compiled: CompiledQuery[Any], walk: PageWalk[M]) -> None:
        self._compiled = compiled
        self._walk = walk
        self._page: Iterator[M] = iter(())

    async def __anext__(self) -> M:
        while True:
            for row in self._page:
                return row
            page = await self._walk.next()
            if page is None:
                raise StopAsyncIteration
            self._page = iter(page.rows)

    def __repr__(self) -> str:
        return f"<Rows of {self._compiled.operation}, {self._walk!r}>"
