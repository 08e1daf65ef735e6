"""The phases of a cold start, on a clock that ticks once per look."""

from collections.abc import Callable
from itertools import count

import pytest

from dynamorm_async import RetryPolicy, benchmark_cold_start
from dynamorm_async.errors import TransportError
from tests.models import Note, User
from tests.scripted import ScriptedTransport, refusal

PHASES = ["settings", "database", "models", "transport"]
REQUESTS = ["first_request", "second_request"]
ONCE = RetryPolicy(attempts=1)


def ticking() -> Callable[[], float]:
    """A clock that shows 0.001, 0.002... seconds."""
    ticks = count(1)
    return lambda: next(ticks) / 1000


async def test_a_refusal_is_an_answer_too() -> None:
    transport = ScriptedTransport(
        refusal("ValidationException"), refusal("AccessDeniedException")
    )
    start = await benchmark_cold_start(
        User, Note, clock=ticking(), transport=transport, table_prefix="t-"
    )
    assert start.phases == pytest.approx(dict.fromkeys([*PHASES, *REQUESTS], 1.0))
    assert start.total_ms == pytest.approx(6.0)
    assert (start.error, start.is_lambda) == (None, False)
    key = {"dynamorm-cold-start": {"S": "-"}}
    get = ("GetItem", {"TableName": "t-users", "Key": key})
    assert transport.requests == [get, get]
    assert transport.is_closed


async def test_without_an_answer_the_phases_before_it_count() -> None:
    transport = ScriptedTransport(TransportError("no connection"))
    start = await benchmark_cold_start(clock=ticking(), transport=transport, retry=ONCE)
    assert (list(start.phases), start.error) == (PHASES, "TransportError")
    assert transport.bodies[0]["TableName"] == "dynamorm-cold-start"


async def test_it_reads_as_a_table() -> None:
    transport = ScriptedTransport(TransportError("no connection"))
    start = await benchmark_cold_start(clock=ticking(), transport=transport, retry=ONCE)
    lines = str(start).splitlines()
    assert lines[:6] == [
        "settings             1.00 ms",
        "database             1.00 ms",
        "models               1.00 ms",
        "transport            1.00 ms",
        "total                4.00 ms",
        "ended by TransportError",
    ]
    assert lines[6].endswith("MB resident, outside Lambda")
