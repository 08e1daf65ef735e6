"""Plans on a control plane that is slow, strict, busy, or changed by others."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest

from dynamorm_async import (
    Database,
    DeadlineExceededError,
    InvalidValueError,
    RequestRejectedError,
    RetryPolicy,
    StalePlanError,
    StepProgress,
    TableInUseError,
    TableNotFoundError,
)
from dynamorm_async.tables.administration import Administration
from dynamorm_async.tables.reaching import Work
from dynamorm_async.wire import Body, Reply
from tests.scripted import refusal
from tests.tables.models import Airport, AirportNow, AirportNumbered, AirportPlain
from tests.tables.plane import ControlPlane

TTL, ZONE, HEIGHT = "UpdateTimeToLive", "UpdateTable", "UpdateTable"
BUSY = refusal("ResourceInUseException", "busy")
FULL = refusal("LimitExceededException", "Subscriber limit exceeded")
WRONG = refusal("ValidationException", "no such thing")
LONG = 60.0


class Hours:
    """Time that passes only while somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        """Let the others run, and be later."""
        self.now += seconds
        await anyio.lowlevel.checkpoint()


def desk_of(
    plane: ControlPlane, sleep: Callable[[float], Awaitable[None]] | None = None
) -> Administration:
    """The administration of a database on this control plane."""
    db = Database(region="eu-west-1", transport=plane, retry=RetryPolicy(attempts=1))
    hours = Hours()
    work = Work(db._runner, sleep=sleep or hours.sleep, clock=lambda: hours.now)
    return Administration(db._compiler, work)


async def with_airports(
    plane: ControlPlane, sleep: Callable[[float], Awaitable[None]] | None = None
) -> Administration:
    """The same, with the first version of the table."""
    await desk_of(plane).create([Airport], None, LONG, {})
    plane.changes.clear()
    plane.requests = 0
    return desk_of(plane, sleep)


async def test_indexes_are_made_one_by_one_each_when_the_last_is_ready() -> None:
    plane = ControlPlane(slowness=3)
    desk = await with_airports(plane)
    told: list[StepProgress] = []
    plan = await desk.plan([AirportNow], None, {})
    await plan.apply(on_progress=told.append)
    assert plane.operations == [TTL, ZONE, HEIGHT]
    statuses = list(dict.fromkeys(each.status for each in told))
    assert statuses == [
        "no table",
        "ACTIVE",
        "UPDATING, index by-zone CREATING",
        "UPDATING, index by-height CREATING",
    ]
    assert str(told[-1]) == (
        "[3/3] airports: create index by-height on height (N), with keys only: done, "
        f"{told[-1].seconds:.1f} s"
    )


async def test_progress_can_be_awaited() -> None:
    desk = await with_airports(ControlPlane())
    told: list[str] = []

    async def tell(progress: StepProgress) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(progress.state)

    await (await desk.plan([AirportNow], None, {})).apply(on_progress=tell)
    assert [each for each in told if each != "waiting"] == ["started", "done"] * 3


async def test_a_busy_service_is_waited_for() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plane.refusals["UpdateTable"] = [BUSY, FULL, BUSY, FULL]
    applied = await (await desk.plan([AirportNow], None, {})).apply()
    assert (len(applied.steps), plane.refusals["UpdateTable"]) == (3, [])


async def test_progress_tells_what_a_step_waits_for() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plane.refusals["UpdateTable"] = [FULL]
    told: list[str] = []
    plan = await desk.plan([Airport], None, {"deletion_protection": True})
    await plan.apply(on_progress=lambda each: told.append(each.status))
    assert list(dict.fromkeys(told)) == [
        "no table",
        "ACTIVE: Subscriber limit exceeded",
        "ACTIVE",
        "UPDATING",
    ]


async def test_a_deadline_tells_what_the_table_was_doing() -> None:
    plane = ControlPlane(slowness=999)
    desk = desk_of(plane, anyio.sleep)
    with pytest.raises(
        DeadlineExceededError,
        match=r"become active; .*Last seen: CREATING, index by-country CREATING$",
    ):
        await desk.create([Airport], None, 0.1, {})


async def test_an_index_that_a_deleted_one_stood_in_the_way_of_is_planned_next() -> (
    None
):
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([AirportNumbered], None, {})
    assert [str(each) for each in plan.drift] == [
        "airports: the index by-number cannot be made: country is S there and N in "
        "AirportNumbered; an attribute has one type in all keys, and can be when the "
        "indexes that are in no model are deleted"
    ]
    applied = await plan.apply(allow_delete=True)
    assert applied.steps == plan.held_back
    rest = await desk.plan([AirportNumbered], None, {})
    assert [each.text for each in rest.steps] == [
        "create index by-number on country (N), with all attributes"
    ]


async def test_what_others_change_beside_the_last_step_is_planned_next() -> None:
    plane = ControlPlane(slowness=3)
    desk = await with_airports(plane)
    plan = await desk.plan([Airport], None, {"deletion_protection": True})

    def drop_an_index(progress: StepProgress) -> None:
        if progress.state == "waiting":
            plane.tables["airports"]["GlobalSecondaryIndexes"] = []

    applied = await plan.apply(on_progress=drop_an_index)
    assert applied.steps == plan.steps
    rest = await desk.plan([Airport], None, {})
    assert [each.text for each in rest.steps] == [
        "create index by-country on country (S), with all attributes"
    ]


@pytest.mark.parametrize("wait", [None, "5", float("nan")])
async def test_a_wait_is_a_number_of_seconds(wait: Any) -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([AirportNow], None, {})
    calls: list[Callable[[], Awaitable[object]]] = [
        partial(desk.create, [AirportPlain], None, wait, {}),
        partial(desk.ensure, [AirportPlain], None, wait, {}),
        partial(desk.delete, Airport, None, wait),
        partial(desk.migrate, [AirportNow], None, wait, None, {}),
        partial(plan.apply, wait=wait),
    ]
    for call in calls:
        with pytest.raises(InvalidValueError, match="wait is a number, not"):
            await call()
    assert plane.operations == []


async def test_a_service_that_stays_busy_ends_at_the_deadline() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane, anyio.sleep)
    plane.refusals["UpdateTable"] = [FULL] * 99
    plan = await desk.plan([AirportNow], None, {})
    with pytest.raises(
        DeadlineExceededError,
        match=r"waited 0\.2 s for airports: create index by-zone .* limit exceeded",
    ) as raised:
        await plan.apply(wait=0.2)
    assert raised.value.__notes__ == [
        "applied before that: 1 of 3 steps (airports: switch on time to live by "
        "closes); plan again to go on"
    ]


async def test_what_is_found_invalid_is_an_error_that_says_what_was_done() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plane.refusals["UpdateTable"] = [WRONG] * 9
    plan = await desk.plan([AirportNow], None, {})
    with pytest.raises(RequestRejectedError, match="no such thing") as raised:
        await plan.apply()
    assert "1 of 3 steps" in raised.value.__notes__[0]
    assert (
        len(plane.refusals["UpdateTable"]) == 5
    )  # it may have been others: asked 4 times


async def test_a_change_whose_reply_was_lost_is_seen_in_the_table() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([Airport], None, {"deletion_protection": True})
    answer = plane._update_table

    def lose(body: Body) -> Reply:
        answer(body)
        return refusal("InternalServerError", status=500)

    plane._update_table = lose  # type: ignore[method-assign] # one that breaks
    applied = await plan.apply()
    assert applied.skipped == plan.steps
    assert plane.tables["airports"]["DeletionProtectionEnabled"] is True


async def test_a_change_that_never_shows_is_an_error() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([Airport], None, {"table_class": "STANDARD"})
    assert plan.is_empty
    plan = await desk.plan([Airport], None, {"deletion_protection": True})
    plane._set = lambda table, body: None  # type: ignore[method-assign] # one that lies
    with pytest.raises(DeadlineExceededError, match="the table does not show it"):
        await plan.apply()


async def test_an_interrupted_run_is_taken_up_by_the_next_plan() -> None:
    plane = ControlPlane(slowness=5)
    desk = await with_airports(plane)
    plan = await desk.plan([AirportNow], None, {})
    with anyio.CancelScope() as scope:

        def stop_in_the_second_step(progress: StepProgress) -> None:
            if progress.number == 2 and progress.state == "waiting":
                scope.cancel()

        await plan.apply(on_progress=stop_in_the_second_step)
    assert scope.cancelled_caught
    assert plane.operations == [TTL, ZONE]
    rest = await desk.plan([AirportNow], None, {})
    assert rest.steps == plan.steps[2:]
    await rest.apply()
    assert plane.operations == [TTL, ZONE, HEIGHT]
    assert (await desk.plan([AirportNow], None, {})).is_empty


async def test_a_table_that_goes_in_the_middle_makes_the_plan_stale() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([AirportNow], None, {})

    def drop_it(progress: StepProgress) -> None:
        if progress.state == "done" and progress.number == 2:
            plane.drop("airports")

    with pytest.raises(StalePlanError, match="airports is gone") as raised:
        await plan.apply(on_progress=drop_it)
    assert raised.value.applied == plan.steps[:2]
    assert "2 of 3 steps" in raised.value.__notes__[0]


async def test_an_index_that_others_made_otherwise_makes_the_plan_stale() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plan = await desk.plan([AirportNow], None, {})
    table = plane.tables["airports"]
    table["GlobalSecondaryIndexes"].append(
        {
            "IndexName": "by-zone",
            "IndexStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "country", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    )
    with pytest.raises(StalePlanError, match=r"which did not tell of this: .* by-zone"):
        await plan.apply()


async def test_a_ttl_moves_to_another_attribute_when_the_service_lets_it() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plane.ttl["airports"] = {"TimeToLiveStatus": "ENABLED", "AttributeName": "old"}
    kept = await desk.plan([AirportNow], None, {})
    assert [str(each) for each in kept.drift] == [
        "airports: time to live goes by old, and by closes in AirportNow; ttl=True "
        "changes that (an hour passes until the service allows the second half)"
    ]
    moved = await desk.plan([AirportNow], None, {"ttl": True})
    plane.ttl_interval = 8
    await moved.apply(wait=LONG)
    assert plane.ttl["airports"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "closes",
    }


async def test_a_table_that_is_being_deleted_is_waited_for_and_made_again() -> None:
    for call in ("create", "ensure"):
        plane = ControlPlane(slowness=4)
        desk = await with_airports(plane)
        await plane.send("DeleteTable", {"TableName": "airports"})
        made = await getattr(desk, call)([Airport], None, LONG, {})
        assert (made.status, plane.operations) == (
            "ACTIVE",
            ["DeleteTable", "CreateTable"],
        )


async def test_a_plan_takes_a_table_that_is_being_deleted_for_gone() -> None:
    plane = ControlPlane(slowness=4)
    desk = await with_airports(plane)
    await plane.send("DeleteTable", {"TableName": "airports"})
    plan = await desk.plan([Airport], None, {})
    assert [each.creates for each in plan.steps] == [True]
    await plan.apply()
    assert plane.operations == ["DeleteTable", "CreateTable"]


async def test_a_table_that_others_drop_while_it_is_made_is_not_found() -> None:
    plane = ControlPlane(slowness=3)
    desk = desk_of(plane)
    plane.before[4] = lambda: plane.drop("airports")
    with pytest.raises(TableNotFoundError, match="DescribeTable"):
        await desk.create([Airport], None, LONG, {})


async def test_ensuring_a_table_that_others_drop_makes_it_again() -> None:
    plane = ControlPlane(slowness=3)
    desk = desk_of(plane)
    plane.before[5] = lambda: plane.drop("airports")
    made = await desk.ensure([Airport], None, LONG, {})
    assert (made.status, plane.operations) == ("ACTIVE", ["CreateTable"] * 2)


async def test_creating_what_is_there_is_refused_and_never_waited_for() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    with pytest.raises(TableInUseError, match="CreateTable"):
        await desk.create([Airport], None, LONG, {})


async def test_a_busy_table_is_dropped_when_it_is_ready() -> None:
    plane = ControlPlane(slowness=3)
    desk = await with_airports(plane)
    table = plane.tables["airports"]
    plane._begin(table, "UPDATING")
    await desk.delete("airports", None, LONG)
    assert (plane.operations, plane.tables) == (["DeleteTable"], {})


async def test_a_table_that_others_make_anew_counts_as_deleted() -> None:
    plane = ControlPlane(slowness=2)
    desk = await with_airports(plane)
    body = {
        key: plane.tables["airports"][key]
        for key in ("TableName", "KeySchema", "AttributeDefinitions", "BillingMode")
    }

    def make_anew() -> None:
        plane.drop("airports")
        plane._create_table(body)

    plane.before[4] = make_anew
    await desk.delete("airports", None, LONG)
    assert plane.operations == ["DeleteTable"]
    assert plane.tables["airports"]["TableStatus"] == "CREATING"


async def test_two_at_once_share_the_work() -> None:
    plane = ControlPlane(slowness=2)
    one, other = await with_airports(plane), desk_of(plane)
    async with anyio.create_task_group() as tasks:
        for desk in (one, other):
            tasks.start_soon(desk.migrate, [AirportNow], None, LONG, None, {})
    assert sorted(plane.operations) == [ZONE, HEIGHT, TTL]


async def test_migrating_ends_at_its_deadline_and_says_how_far_it_came() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane, anyio.sleep)
    plane.refusals["UpdateTable"] = [FULL] * 99
    with pytest.raises(DeadlineExceededError, match="create index by-zone") as raised:
        await desk.migrate([AirportNow], None, 0.2, None, {})
    assert "1 of 3 steps" in raised.value.__notes__[0]


async def test_migrating_goes_on_where_others_made_the_plan_stale() -> None:
    plane = ControlPlane()
    desk = await with_airports(plane)
    plane.before[3] = lambda: plane.drop("airports")
    applied = await desk.migrate([AirportNow], None, LONG, None, {})
    assert [each.creates for each in applied.steps] == [True, False]
    assert plane.operations == ["CreateTable", TTL]
