"""Limits, offsets and cursors over many pages."""

import gc
from typing import Any

import msgspec
import pytest

from dynamorm_async.config import RetryPolicy
from dynamorm_async.errors import ItemShapeError, ThrottledError
from dynamorm_async.execution.paging import Position, take_page
from dynamorm_async.wire import Body, CompiledQuery, Item, PaginatedResult
from dynamorm_async.wire.ready import ReadyRows
from tests.scripted import ScriptedTransport, ok, refusal

from .requests import count_query, executor, get_item, item, key, page, query

FILTER = {"FilterExpression": "#n0 = :v0"}


def script(*pages: Body) -> ScriptedTransport:
    return ScriptedTransport(*(ok(**each) for each in pages))


def asked(transport: ScriptedTransport) -> list[tuple[str | None, int | None]]:
    """After which item each request began, and how many rows it was to read."""
    return [
        (body.get("ExclusiveStartKey", {}).get("id", {}).get("S"), body.get("Limit"))
        for body in transport.bodies
    ]


@pytest.mark.parametrize(
    ("compiled", "pages", "rows", "requests"),
    [
        (query(), [page("abc")], "abc", [(None, None)]),
        (query(), [page("")], "", [(None, None)]),
        (query(), [page("ab", "b"), page("c")], "abc", [(None, None), ("b", None)]),
        # An empty filtered page is not the end.
        (
            query(FILTER),
            [page("", "b"), page("", "d"), page("e")],
            "e",
            [(None, None), ("b", None), ("d", None)],
        ),
        # Without a filter no more is read than is wanted.
        (
            query({"Limit": 3}, limit=5, page_size=3),
            [page("abc", "c"), page("de", "e")],
            "abcde",
            [(None, 3), ("c", 2)],
        ),
        (
            query({"Limit": 7}, limit=5, offset=2),
            [page("abc", "c"), page("defg", "g")],
            "cdefg",
            [(None, 7), ("c", 4)],
        ),
        # With one, the rows wanted say nothing about the rows to read.
        (
            query({"Limit": 3, **FILTER}, limit=2, page_size=3),
            [page("a", "c"), page("", "f"), page("gh", "i")],
            "ag",
            [(None, 3), ("c", 3), ("f", 3)],
        ),
        (
            query(FILTER, limit=3, offset=2),
            [page("abc", "c"), page("de", "f")],
            "cde",
            [(None, None), ("c", None)],
        ),
        # A row that is not among the first is looked for in larger and larger pages.
        (
            query({"Limit": 30, **FILTER}, limit=1, first_page=30),
            [*(page("", each) for each in "abcdef"), page("g", "g")],
            "g",
            [
                *((None, 30), ("a", 120), ("b", 480), ("c", 1920), ("d", 7680)),
                *(("e", None), ("f", None)),
            ],
        ),
        (
            query(offset=5),
            [page("ab", "b"), page("cd")],
            "",
            [(None, None), ("b", None)],
        ),
        (query(limit=0), [], "", []),
    ],
)
class TestManyPages:
    async def test_rows_come_one_by_one(
        self,
        compiled: CompiledQuery[Any],
        pages: list[Body],
        rows: str,
        requests: list[Any],
    ) -> None:
        transport = script(*pages)
        assert [row async for row in executor(transport).rows(compiled)] == list(rows)
        assert asked(transport) == requests

    async def test_all_rows_are_collected(
        self,
        compiled: CompiledQuery[Any],
        pages: list[Body],
        rows: str,
        requests: list[Any],
    ) -> None:
        transport = script(*pages)
        assert await executor(transport).collect(compiled) == list(rows)
        assert asked(transport) == requests

    async def test_pages_come_one_per_request(
        self,
        compiled: CompiledQuery[Any],
        pages: list[Body],
        rows: str,
        requests: list[Any],
    ) -> None:
        transport = script(*pages)
        found = [each async for each in executor(transport).pages(compiled)]
        assert [row for each in found for row in each.items] == list(rows)
        assert len(found) == len(requests)
        assert asked(transport) == requests


def result(
    rows: str, after: str | None, scanned: int, cursor: str | None = None
) -> PaginatedResult[str]:
    return PaginatedResult(
        items=list(rows),
        next_cursor=f"after {after}" if after else cursor,
        scanned_count=scanned,
        last_evaluated_key=key(after) if after else None,
    )


@pytest.mark.parametrize(
    ("compiled", "pages", "expected"),
    [
        (query(limit=5), [page("abc")], result("abc", None, 3)),
        (query(limit=3), [page("abc", "c")], result("abc", "c", 3)),
        # The last row of the last page is the end, though the limit was reached there.
        (query(limit=3), [page("abc")], result("abc", None, 3)),
        # In mid-page the cursor points after the last row handed out.
        (
            query({"Limit": 5, **FILTER}, limit=2, page_size=5),
            [page("abcd", "e", 5)],
            result("ab", "b", 5),
        ),
        (
            query({"Limit": 5, **FILTER}, limit=2, page_size=5),
            [page("abcd", None, 5)],
            result("ab", "b", 5),
        ),
        # It takes as many requests as it takes, empty pages included.
        (
            query(FILTER, limit=3),
            [page("a", "f", 6), page("", "k", 5), page("lmn", "q", 6)],
            result("alm", "m", 17),
        ),
        # A cursor at the end of a filtered page points after the last row read.
        (query(FILTER, limit=2), [page("ab", "f", 6)], result("ab", "f", 6)),
        (query(limit=2, offset=1), [page("abc", "c")], result("bc", "c", 3)),
        (
            query(FILTER, limit=1, offset=1),
            [page("abc", "f", 6)],
            result("b", "b", 6),
        ),
        (query(limit=3), [page("ab", "b"), page("")], result("ab", None, 2)),
        # Without a limit a page is what one request brings.
        (query(page_size=2), [page("ab", "b")], result("ab", "b", 2)),
        (query(FILTER), [page("", "b", 2)], result("", "b", 2)),
        (query(offset=2), [page("ab", "b"), page("cd", "d")], result("", "b", 2)),
        (query(offset=3), [page("ab", "b"), page("cd", "d")], result("d", "d", 4)),
        (query(limit=0), [], result("", None, 0)),
    ],
)
async def test_a_page_holds_what_was_asked_for_and_where_to_go_on(
    compiled: CompiledQuery[Any], pages: list[Body], expected: PaginatedResult[str]
) -> None:
    assert await executor(script(*pages)).page(compiled) == expected


async def test_each_page_of_an_iteration_says_where_to_go_on() -> None:
    transport = script(page("ab", "c", 3), page("", "f", 3), page("ghi", "i", 3))
    found = [each async for each in executor(transport).pages(query(FILTER, limit=4))]
    assert found == [result("ab", "c", 3), result("", "f", 3), result("gh", "h", 3)]


async def test_rows_beyond_the_limit_are_not_decoded() -> None:
    rows = {"Items": [item("a"), {"broken": {}}], "Count": 2}
    assert await executor(script(rows)).collect(query(limit=1)) == ["a"]


async def test_a_row_without_the_key_of_its_index_makes_no_cursor() -> None:
    rows = {"Items": [{"id": {"S": "a"}}, item("b")], "Count": 2}
    with pytest.raises(ItemShapeError, match=r"^User: no cursor .* without rank$"):
        await executor(script(rows)).page(query(limit=1))
    assert await executor(script(rows)).collect(query(limit=1)) == ["a"]


@pytest.mark.parametrize(
    ("compiled", "counts", "expected", "limits"),
    [
        (count_query(), [(3, None)], 3, [None]),
        (count_query(), [(3, "c"), (0, "f"), (2, None)], 5, [None] * 3),
        (count_query(offset=4), [(3, "c"), (2, None)], 1, [None] * 2),
        (count_query(offset=9), [(3, None)], 0, [None]),
        (count_query(FILTER, limit=4), [(3, "c"), (3, "f")], 4, [None] * 2),
        (
            count_query({"Limit": 5}, limit=4, offset=1),
            [(3, "c"), (2, "e")],
            4,
            [5, 2],
        ),
        (
            count_query({"Limit": 2}, limit=9, page_size=2),
            [(2, "b"), (1, None)],
            3,
            [2, 2],
        ),
        (count_query(limit=0), [], 0, []),
    ],
)
async def test_a_count_is_the_sum_of_all_pages(
    compiled: CompiledQuery[int],
    counts: list[tuple[int, str | None]],
    expected: int,
    limits: list[int | None],
) -> None:
    replies = [{**page("", after), "Count": count} for count, after in counts]
    transport = script(*replies)
    assert await executor(transport).count(compiled) == expected
    assert [body.get("Limit") for body in transport.bodies] == limits


async def test_leaving_a_loop_sends_nothing_more_and_leaves_nothing_behind() -> None:
    transport = script(page("ab", "b"))
    async for row in executor(transport).rows(query()):
        assert row == "a"
        break
    gc.collect()
    assert transport.operations == ["Query"]


async def test_nothing_is_sent_before_the_first_row_is_asked_for() -> None:
    transport = script()
    rows = executor(transport).rows(query())
    assert repr(rows) == "<Rows of Query, <PageWalk with more to come>>"
    assert transport.requests == []


async def test_a_finished_iterator_stays_finished() -> None:
    rows = executor(script(page("a"))).rows(query())
    assert [row async for row in rows] == ["a"]
    assert [row async for row in rows] == []


async def test_a_page_that_failed_can_be_asked_for_again() -> None:
    throttled = refusal("ThrottlingException")
    transport = ScriptedTransport(ok(**page("a", "a")), throttled, ok(**page("b")))
    rows = executor(transport, retry=RetryPolicy(attempts=1)).rows(query())
    assert await anext(rows) == "a"
    with pytest.raises(ThrottledError, match="ThrottlingException"):
        await anext(rows)
    assert await anext(rows) == "b"


@pytest.mark.parametrize(
    ("found", "facts", "rows"),
    [
        ({"Item": item("1")}, {}, ["1"]),
        ({}, {}, []),
        ({"Item": item("1")}, {"offset": 1}, []),
        ({"Item": item("1")}, {"limit": 1}, ["1"]),
    ],
)
async def test_a_single_item_is_read_like_a_page(
    found: Body, facts: dict[str, Any], rows: list[str]
) -> None:
    compiled: Any = get_item(**facts)
    assert await executor(script(found)).collect(compiled) == rows
    assert [row async for row in executor(script(found)).rows(compiled)] == rows
    assert (await executor(script(found)).page(compiled)).items == rows


@pytest.mark.parametrize(
    ("position", "rows", "cut_after"),
    [
        (Position(), ["A", "B", "C"], None),
        (Position(want=3), ["A", "B", "C"], None),
        (Position(want=2), ["b:a", "b:b"], {"id": {"S": "b"}}),
        (Position(skip=1), ["b:b", "b:c"], None),
    ],
)
def test_rows_that_are_ready_are_read_again_where_a_page_is_cut(
    position: Position, rows: list[str], cut_after: Item | None
) -> None:
    items = [{"id": {"S": each}} for each in "abc"]
    ready = ReadyRows(["A", "B", "C"], msgspec.json.encode({"Items": items}))
    compiled = query().but(
        decode=lambda reply: [
            each if isinstance(each, str) else f"b:{each['id']['S']}"
            for each in reply["Items"]
        ]
    )
    found = take_page(compiled, {"Items": ready}, position)
    assert (list(found.rows), found.cut_after) == (rows, cut_after)
