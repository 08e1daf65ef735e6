"""Folds: page by page, one held at a time, up to the limit."""

from collections.abc import Sequence
from typing import Any

import pytest

from dynamorm_async import DeadlineExceededError
from dynamorm_async.wire import Body
from tests.execution.requests import StillTime, executor, page, query
from tests.scripted import ScriptedTransport, ok, refusal

FILTER = {"FilterExpression": "#n0 = :v0"}


def joined(pages: tuple[str, ...], rows: Sequence[str]) -> tuple[str, ...]:
    return (*pages, "".join(rows))


@pytest.mark.parametrize(
    ("facts", "pages", "folded"),
    [
        ({}, [page("abc")], "abc"),
        ({}, [page("ab", "b"), page("c", "c"), page("")], "ab|c|"),
        ({"body": FILTER}, [page("", "b"), page("c", "c"), page("")], "|c|"),
        ({"limit": 3}, [page("ab", "b"), page("cd", "d")], "ab|c"),
        ({"limit": 2}, [page("ab", "b")], "ab"),
        ({"limit": 0}, [], ""),
        ({"offset": 1}, [page("ab", "b"), page("c")], "b|c"),
    ],
)
async def test_a_fold_meets_each_page_once(
    facts: dict[str, Any], pages: list[Body], folded: str
) -> None:
    transport = ScriptedTransport(*(ok(**each) for each in pages))
    runner = executor(transport)
    assert await runner.fold(query(**facts), (), joined, "|".join) == folded
    assert len(transport.requests) == len(pages)


async def test_a_fold_ends_at_the_deadline() -> None:
    time = StillTime()
    transport = ScriptedTransport(ok(**page("a", "a")), *[refusal("SlowDown")] * 9)
    runner = executor(transport, time, timeout=0.2)
    with pytest.raises(DeadlineExceededError, match=r"within 0\.2 s"):
        await runner.fold(query(), (), joined, "|".join)
