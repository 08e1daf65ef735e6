"""Scans that were perhaps not meant: who is warned, and where."""

import linecache
import warnings
from typing import Any

import pytest

from dynamorm_async import Database
from dynamorm_async.errors import ScanWarning
from dynamorm_async.query.query import Query
from tests.asking import ask, exactly
from tests.models import Note, User
from tests.scripted import ScriptedTransport, ok

ASKED = ask(User).filter(User.rank > 1)
MESSAGE = (
    "User: no condition fits a key, so the whole table is read and billed. Add an "
    "equality on one of id, email, status, or call scan() if that is meant, "
    "before first(), count() and aggregates parallel_scan(0, 1)"
)

READS: dict[str, Any] = {
    "compile": lambda query: query.compile(),
    "all": lambda query: query.all(),
    "count": lambda query: query.compile("count"),
    "exists": lambda query: query.compile("exists"),
    "first": lambda query: query.compile("first"),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_scan_that_was_not_asked_for_is_warned_of(read: Any) -> None:
    with pytest.warns(ScanWarning, match=exactly(MESSAGE)) as caught:
        read(ASKED)
    assert len(caught) == 1


def test_the_warning_points_at_the_line_of_the_caller() -> None:
    with pytest.warns(ScanWarning, match="no condition fits a key") as caught:
        ASKED.all()
    assert [each.filename for each in caught] == [__file__]
    line = linecache.getline(__file__, caught[0].lineno)
    assert line.strip() == "ASKED.all()"


async def test_the_warning_of_an_awaited_query_points_there_too() -> None:
    transport = ScriptedTransport(ok(Items=[], Count=0, ScannedCount=0))
    query = Database(transport=transport).model(Note).filter(Note.stars > 1)
    with pytest.warns(ScanWarning, match="^Note: no condition fits a key") as caught:
        assert await query == []
    assert [each.filename for each in caught] == [__file__]


@pytest.mark.parametrize(
    "read",
    [
        lambda query: query.scan(),
        lambda query: query.compile("scan"),
        lambda query: query.parallel_scan(0, 2).all(),
        lambda query: query.parallel_scan(1, 2).compile("count"),
        lambda query: query.explain(),
        lambda query: query.where(User.id == "1").all(),
        lambda query: query.where(User.status == "active").all(),
    ],
)
def test_a_scan_that_is_meant_and_a_query_are_not_warned_of(read: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read(ASKED)
    assert caught == []


@pytest.mark.parametrize("query", [ask(User), ask(User).index("gsi-email").limit(5)])
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_asking_for_everything_is_meant(query: Query[User], read: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read(query)
    assert caught == []
