"""Plans on an engine: what they do, as another client sees it."""

from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    ConfigurationError,
    Database,
    IndexOptions,
    InvalidModelError,
    Model,
    StalePlanError,
    StepProgress,
    TableDriftError,
    field,
    gsi,
    partition_key,
    sort_key,
    ttl,
)
from tests.conftest import Witness


class Airport(Model, table="airports"):
    """The first version."""

    code: Attr[str] = partition_key()
    country: Attr[str] = field(index="by-country")


class AirportNow(Model, table="airports"):
    """The second version: two more indexes and a time to live."""

    code: Attr[str] = partition_key()
    country: Attr[str] = field(index="by-country")
    zone: Attr[str] = field(index=gsi("by-zone"))
    height: Attr[int] = field(index=[gsi("by-zone", sort=True), gsi("by-height")])
    closes: Attr[int | None] = ttl(default=None)


class AirportElsewhere(Model, table="airports"):
    """Another key."""

    code: Attr[str] = partition_key()
    day: Attr[str] = sort_key()


class Country(Model, table="countries"):
    """Of another table."""

    code: Attr[str] = partition_key()
    region: Attr[str] = field(index="by-region")


async def indexes_of(boto: Witness, table: str) -> dict[str, list[str]]:
    """The global indexes of a table and their keys, as another client sees them."""
    found = (await boto.describe_table(TableName=table))["Table"]
    return {
        each["IndexName"]: [key["AttributeName"] for key in each["KeySchema"]]
        for each in found.get("GlobalSecondaryIndexes", ())
    }


async def test_a_plan_makes_what_is_missing_one_step_at_a_time(
    db: Database, boto: Witness, prefix: str
) -> None:
    table = f"{prefix}airports"
    await db.ensure_table(Airport)
    plan = await db.plan(AirportNow)
    assert str(plan) == (
        f"{table}: switch on time to live by closes\n"
        f"{table}: create index by-zone on zone (S), height (N), with all attributes\n"
        f"{table}: create index by-height on height (N), with all attributes"
    )
    assert (plan.is_empty, plan.held_back, plan.drift) == (False, (), ())
    told: list[StepProgress] = []
    applied = await plan.apply(on_progress=told.append)
    assert applied.steps == plan.steps
    assert [
        (each.number, each.total, each.state)
        for each in told
        if each.state != "waiting"
    ] == [
        (1, 3, "started"),
        (1, 3, "done"),
        (2, 3, "started"),
        (2, 3, "done"),
        (3, 3, "started"),
        (3, 3, "done"),
    ]
    assert await indexes_of(boto, table) == {
        "by-country": ["country"],
        "by-zone": ["zone", "height"],
        "by-height": ["height"],
    }
    ttl_found = await boto.describe_time_to_live(TableName=table)
    assert ttl_found["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "closes",
    }
    again = await db.plan(AirportNow)
    assert (again.is_empty, str(again)) == (True, "nothing to do")


async def test_nothing_is_deleted_unless_that_is_allowed(
    db: Database, boto: Witness, prefix: str
) -> None:
    table = f"{prefix}airports"
    await db.ensure_table(AirportNow, ttl=False)
    plan = await db.plan(Airport)
    assert (plan.is_empty, len(plan.held_back)) == (True, 2)
    assert str(plan) == (
        f"held back (needs allow_delete=True): {table}: delete index by-zone, which is "
        "in no model\n"
        f"held back (needs allow_delete=True): {table}: delete index by-height, which "
        "is in no model"
    )
    left = await plan.apply()
    assert (left.steps, left.held_back) == ((), plan.held_back)
    assert len(await indexes_of(boto, table)) == 3
    gone = await plan.apply(allow_delete=True)
    assert (gone.steps, gone.held_back) == (plan.held_back, ())
    assert await indexes_of(boto, table) == {"by-country": ["country"]}


async def test_the_options_of_an_index_go_to_the_table_that_has_it(
    db: Database,
) -> None:
    models = (AirportNow, Country)
    limit = {"by-zone": IndexOptions(max_read_request_units=None)}
    await (await db.plan(*models, indexes=limit)).apply()
    assert (await db.plan(*models, indexes=limit)).is_empty
    limit["by-nothing"] = IndexOptions(max_read_request_units=None)
    with pytest.raises(
        ConfigurationError,
        match=r"'by-nothing', which is no global index; there are: .*by-zone.*region",
    ):
        await db.plan(*models, indexes=limit)


async def test_tables_are_made_of_model_classes_named_one_by_one(db: Database) -> None:
    listed: Any = [Airport]
    for call in (db.create_table, db.ensure_table, db.auto_migrate, db.plan):
        with pytest.raises(InvalidModelError, match=r"one by one, and not of a list$"):
            await call(listed)


async def test_other_keys_cannot_be_changed_and_are_one_error(db: Database) -> None:
    await db.ensure_table(Airport)
    plan = await db.plan(AirportElsewhere)
    assert (plan.steps, [each.is_breaking for each in plan.drift]) == ((), [True])
    for call in (db.auto_migrate, db.ensure_table):
        with pytest.raises(TableDriftError, match="keys cannot be changed") as raised:
            await call(AirportElsewhere)
        assert raised.value.drift == plan.drift


async def test_a_table_that_was_changed_otherwise_makes_a_plan_stale(
    db: Database,
) -> None:
    await db.ensure_table(Airport)
    plan = await db.plan(AirportNow)
    await db.delete_table(Airport)
    with pytest.raises(StalePlanError, match="is gone since it was planned") as raised:
        await plan.apply()
    assert raised.value.applied == ()


async def test_what_others_did_meanwhile_is_skipped(db: Database) -> None:
    await db.ensure_table(Airport)
    mine, theirs = await db.plan(AirportNow), await db.plan(AirportNow)
    await theirs.apply()
    applied = await mine.apply()
    assert (applied.steps, applied.skipped) == ((), mine.steps)


async def test_models_are_brought_up_to_date(
    db: Database, boto: Witness, prefix: str
) -> None:
    made = await db.auto_migrate(Airport)
    assert [each.creates for each in made.steps] == [True]
    await db.auto_migrate(AirportNow)
    assert len(await indexes_of(boto, f"{prefix}airports")) == 3
    assert (await db.auto_migrate(AirportNow)).steps == ()


async def test_the_models_that_are_known_are_migrated(db: Database) -> None:
    with pytest.raises(InvalidModelError, match="told of no model"):
        await db.migrate()
    await db.plan(Airport)  # asking about a model is not telling of it
    db.with_timeout(9).register_models(AirportNow)  # a copy is the same database
    applied = await db.migrate()
    assert [each.text.split()[0] for each in applied.steps] == ["create", "switch"]
    assert (await db.plan()).is_empty
