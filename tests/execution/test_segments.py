"""Scans in segments: waves of requests, rows handed out, positions, cancellation."""

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from dynamorm_async import AccessDeniedError, ItemShapeError
from dynamorm_async.errors import DeadlineExceededError
from dynamorm_async.execution.segments import Pace
from dynamorm_async.wire import Body
from tests.execution.requests import StillTime
from tests.execution.segmented import SegmentedTable, scan_of, taken
from tests.scripted import refusal

FILTER = {"FilterExpression": "#n0 = :v0"}


async def test_awaited_it_is_all_rows_of_all_segments() -> None:
    table = SegmentedTable("ab|c", "", "de||f", "g")
    assert sorted(await scan_of(table, 4)) == [*"abcdefg"]
    assert sorted(table.requests, key=str) == [
        (0, "b"),
        (0, None),
        (1, None),
        (2, "2:1"),
        (2, "e"),
        (2, None),
        (3, None),
    ]


async def test_iterated_it_is_the_same_rows() -> None:
    table = SegmentedTable("ab|c", "", "de||f", "g")
    assert sorted([each async for each in scan_of(table, 4)]) == [*"abcdefg"]


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (3, 3), (8, 5)])
async def test_no_more_segments_are_read_at_a_time_than_was_said(
    concurrency: int, most: int
) -> None:
    table = SegmentedTable("a|b", "c|d", "e|f", "g|h", "i|j")
    assert len(await scan_of(table, 5, concurrency=concurrency)) == 10
    assert table.most_at_once == most


@pytest.mark.parametrize(("buffer", "requests"), [(1, 1), (2, 1), (3, 2), (4, 2)])
async def test_no_page_is_asked_for_while_enough_rows_are_held(
    buffer: int, requests: int
) -> None:
    table = SegmentedTable("ab|cd|ef", "gh|ij|kl")
    scan = scan_of(table, 2, concurrency=1, buffer=buffer)
    await anext(scan)
    assert len(table.requests) == requests


async def test_no_unread_page_is_paid_for_unless_a_row_is_asked_for() -> None:
    table = SegmentedTable("ab|cd", "ef")
    scan = scan_of(table, 2)
    assert table.requests == []
    assert sorted(await taken(scan, 4)) == [*"abef"]
    assert len(table.requests) == 2
    assert await taken(scan, 1) == "c"
    assert len(table.requests) == 3


async def test_empty_filtered_pages_are_not_the_end() -> None:
    table = SegmentedTable("||||a", "|||", "||b|")
    scan = scan_of(table, 3, body=FILTER)
    assert sorted([each async for each in scan]) == [*"ab"]


async def test_a_consumer_that_breaks_out_early_leaves_no_task_behind() -> None:
    table = SegmentedTable("ab|cd", "ef|gh")
    scan = scan_of(table, 2)
    assert len(await taken(scan, 1)) == 1
    assert (table.open, anyio.get_running_tasks()) == (0, [anyio.get_current_task()])
    gone = weakref.ref(scan)
    del scan
    gc.collect()
    assert gone() is None


async def test_a_failure_cancels_the_requests_beside_it_and_is_raised_plainly() -> None:
    table = SegmentedTable("ab", "cd", "ef")
    table.hold = anyio.Event()
    table.fail[1] = refusal("AccessDeniedException", "no")
    with pytest.raises(AccessDeniedError, match="no"):
        await scan_of(table, 3)
    assert (table.cancelled, table.open) == (2, 0)


@pytest.mark.parametrize("before", [1, 2])
async def test_after_a_failure_the_pass_goes_on_and_no_row_is_lost(before: int) -> None:
    table = SegmentedTable("ab|cd", "ef|gh", "ij|kl")
    scan = scan_of(table, 3, buffer=100)
    table.fail[1] = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await anext(scan)
    table.fail.clear()
    rows = await taken(scan, before)
    assert sorted([*rows, *await scan]) == [*"abcdefghijkl"]


async def test_after_a_cancellation_the_pass_goes_on_and_no_row_is_lost() -> None:
    table = SegmentedTable("ab|cd", "ef|gh")
    scan = scan_of(table, 2)
    first = await anext(scan)
    rest = await taken(scan, 3)
    table.hold = anyio.Event()
    with anyio.move_on_after(0.01) as scope:
        await anext(scan)
    assert (scope.cancelled_caught, table.open, table.cancelled) == (True, 0, 2)
    table.hold.set()
    assert sorted([first, *rest, *await scan]) == [*"abcdefgh"]


async def test_the_deadline_of_a_call_is_that_of_a_wave() -> None:
    table = SegmentedTable("ab", "cd")
    table.hold = anyio.Event()
    with pytest.raises(DeadlineExceededError, match=r"^Scan on t: not finished within"):
        await anext(scan_of(table, 2, seconds=0.01))
    assert (table.open, table.cancelled) == (0, 2)


async def test_two_tasks_cannot_ask_one_scan() -> None:
    table = SegmentedTable("ab")
    table.hold = anyio.Event()
    scan = scan_of(table, 1)
    async with anyio.create_task_group() as group:
        group.start_soon(anext, scan)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(RuntimeError, match=r"^two tasks ask one scan in segments"):
            await anext(scan)
        table.hold.set()


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
async def test_a_limit_counts_the_rows_of_all_segments(limit: int) -> None:
    table = SegmentedTable("ab", "cd", "ef")
    listed = await scan_of(table, 3, limit=limit)
    streamed = [each async for each in scan_of(table, 3, limit=limit)]
    assert len(listed) == len(streamed) == len({*listed}) == min(limit, 6)


async def test_a_limit_is_shared_out_among_the_requests() -> None:
    table = SegmentedTable("a|b|c", "d|e|f")
    assert len(await scan_of(table, 2, limit=4)) == 4
    assert table.limits[:2] == [2, 2]


@pytest.mark.parametrize(
    ("facts", "limits"),
    [
        ({}, [None, None]),
        ({"page_size": 7}, [7, 7]),
        ({"page_size": 7, "limit": 4}, [2, 2]),
        ({"page_size": 1, "limit": 4}, [1, 1]),
        ({"limit": 4, "body": FILTER}, [None, None]),
        ({"page_size": 7, "limit": 4, "body": FILTER}, [7, 7]),
    ],
)
async def test_how_many_rows_a_request_reads(
    facts: dict[str, Any], limits: list[int | None]
) -> None:
    table = SegmentedTable("ab", "cd")
    await scan_of(table, 2, **facts)
    assert table.limits == limits


async def test_with_a_limit_reached_nothing_more_is_read() -> None:
    table = SegmentedTable("ab|cd", "ef|gh")
    scan = scan_of(table, 2, limit=2, concurrency=1)
    assert [each async for each in scan] == [*"ab"]
    assert await scan == []
    assert len(table.requests) == 1


@pytest.mark.parametrize("number", range(1, 13))
async def test_a_token_counts_only_the_rows_that_were_handed_out(number: int) -> None:
    table = SegmentedTable("ab|cd", "||ef|gh", "ijkl|")
    first = scan_of(table, 3, buffer=5)
    rows = await taken(first, number)
    second = scan_of(table, 3, token=first.resume_token())
    assert sorted([*rows, *await second]) == [*"abcdefghijkl"]


@pytest.mark.parametrize(
    ("number", "token"),
    [
        (0, "start start"),
        (1, "a start"),
        (2, "b start"),
        (3, "b e"),
        (4, "b end"),
        (5, "c end"),
        (6, "end end"),
    ],
)
async def test_a_token_says_where_each_segment_goes_on(number: int, token: str) -> None:
    scan = scan_of(SegmentedTable("ab|cd", "ef"), 2)
    for _ in range(number):
        await anext(scan)
    assert scan.resume_token() == token


async def test_a_scan_that_is_resumed_at_its_end_sends_nothing() -> None:
    table = SegmentedTable("ab|cd", "ef|")
    scan = scan_of(table, 2)
    await scan
    sent = len(table.requests)
    assert await scan_of(table, 2, token=scan.resume_token()) == []
    assert len(table.requests) == sent


async def test_a_job_that_dies_in_every_row_ends_with_each_row_once() -> None:
    table = SegmentedTable("ab|cd||e", "|fg|", "h")
    token, rows = "start start start", ""
    for _ in range(8):
        scan = scan_of(table, 3, token=token, buffer=100)
        rows += await anext(scan)
        token = scan.resume_token()
    assert sorted(rows) == [*"abcdefgh"]
    assert await scan_of(table, 3, token=token) == []


async def test_rows_that_failed_to_arrive_as_a_list_are_not_handed_out() -> None:
    table = SegmentedTable("ab", "cd")
    table.fail[1] = ValueError("broken")
    scan = scan_of(table, 2)
    with pytest.raises(ValueError, match="broken"):
        await scan
    assert scan.resume_token() == "start start"


async def test_a_row_that_cannot_be_decoded_is_met_again() -> None:
    def decode(_: Body) -> Sequence[str]:
        raise ItemShapeError("bad row")

    table = SegmentedTable("ab|cd")
    scan = scan_of(table, 1, decode=decode)
    for _ in range(2):
        with pytest.raises(ItemShapeError, match="bad row"):
            await anext(scan)
    assert table.requests == [(0, None), (0, None)]


async def test_requests_are_spaced_out_without_blocking_the_loop() -> None:
    time = StillTime()
    table = SegmentedTable("ab|cd", "ef|gh")
    scan = scan_of(table, 2, time=time, interval=0.5, concurrency=1)
    assert len(await scan) == 8
    assert time.pauses == [0.5, 0.5, 0.5]


async def test_a_page_larger_than_any_bucket_passes_the_rate_limit() -> None:
    time = StillTime()
    table = SegmentedTable("abcdefghijklmnopqrstuvwxyz" * 40)
    assert len(await scan_of(table, 1, time=time, interval=2.0, limit=None)) == 1040
    assert time.pauses == []


async def test_the_pace_keeps_side_by_side_requests_apart() -> None:
    time = StillTime()
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    pace = Pace(0.25, time.clock, note)
    for _ in range(3):
        await pace.turn()
    time.now += 10
    await pace.turn()
    assert waits == [0.25, 0.5]


def test_the_repr_says_how_far_it_is() -> None:
    scan = scan_of(SegmentedTable("ab", "cd"), 2, token="end start")
    assert repr(scan) == "<SegmentScan of 2 segments, 1 read, 0 rows held>"
