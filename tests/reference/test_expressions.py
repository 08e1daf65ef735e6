"""Random conditions and updates: what was asked, its text, and the engine agree.

Three witnesses: what Python thinks of what was asked, what the reference interpreter
makes of the compiled text, and what the engine does.  More examples:
`pytest tests/reference --hypothesis-profile thorough`.
"""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dynamorm_async import ConditionFailedError, Database
from dynamorm_async.query.updating import UpdateBuilder
from dynamorm_async.wire import Item
from tests.reference.changes import Change, changed
from tests.reference.conditions import condition_holds
from tests.reference.rows import KEY, ROWS, Row, values_of
from tests.reference.strategies import Asked, conditions, families
from tests.reference.trees import tree_holds
from tests.reference.update_strategies import updates
from tests.reference.updates import updated
from tests.reference.values import item_of, stored_values

OFFLINE = Database(region="us-east-1")
ITEMS: list[Item] = [OFFLINE.model(each).compile("put").body["Item"] for each in ROWS]
VALUES = [values_of(each) for each in ROWS]
QUERY = OFFLINE.model(Row).where(Row.id == KEY)

through_engine = settings(
    # Explaining traces the lines that run, and reads files for that, on the loop.
    phases=[each for each in Phase if each is not Phase.explain],
    # The table is made once for all examples, which leave it as it was.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
pytestmark = pytest.mark.timeout(600)


without_engine = settings(max_examples=4 * settings().max_examples)


@pytest.mark.parametrize("family", families())
@given(data=st.data())
def test_every_comparison_means_what_was_asked(
    family: str, data: st.DataObject
) -> None:
    check_text(data.draw(families()[family]))


@without_engine
@given(asked=conditions())
def test_the_text_of_a_condition_means_what_was_asked(asked: Asked) -> None:
    check_text(asked)


def check_text(asked: Asked) -> None:
    """The condition means what was asked, as a tree and as text."""
    meant = [asked.holds(each) for each in VALUES]
    assert [tree_holds(asked.term, each) for each in VALUES] == meant
    body = QUERY.filter(asked.term).compile().body
    assert condition_holds(body["FilterExpression"], body, ITEMS) == meant


@given(first=conditions(), second=conditions(), third=conditions())
def test_chained_filters_mean_what_they_say_from_left_to_right(
    first: Asked, second: Asked, third: Asked
) -> None:
    chain = QUERY.filter(first.term).or_filter(second.term).filter(third.term)
    body = chain.compile().body
    assert condition_holds(body["FilterExpression"], body, ITEMS) == [
        (first.holds(each) or second.holds(each)) and third.holds(each)
        for each in VALUES
    ]


@given(outside=conditions(), first=conditions(), second=conditions())
def test_groups_of_filters_are_held_together(
    outside: Asked, first: Asked, second: Asked
) -> None:
    chain = QUERY.filter(outside.term).filter_group(
        lambda group: group.filter(first.term).or_filter(second.term)
    )
    body = chain.compile().body
    assert condition_holds(body["FilterExpression"], body, ITEMS) == [
        outside.holds(each) and (first.holds(each) or second.holds(each))
        for each in VALUES
    ]


@through_engine
@given(data=st.data())
def test_the_engine_filters_as_was_asked(
    loop: asyncio.Runner,
    db: Database,
    rows: None,
    lacking: frozenset[str],
    data: st.DataObject,
) -> None:
    asked = data.draw(conditions(lacking))

    async def numbers() -> list[int]:
        query = db.model(Row).where(Row.id == KEY).filter(asked.term)
        return [each.number async for each in query]

    assert loop.run(numbers()) == [
        each["order"] for each in VALUES if asked.holds(each)
    ]


@through_engine
@given(data=st.data())
def test_the_engine_writes_if_what_was_asked_holds(
    loop: asyncio.Runner,
    db: Database,
    rows: None,
    lacking: frozenset[str],
    data: st.DataObject,
) -> None:
    row = data.draw(st.sampled_from(ROWS))
    several = data.draw(st.lists(conditions(lacking), min_size=1, max_size=2))

    async def refused() -> list[Any]:
        write = db.model(row)
        for each in several:
            write = write.with_condition(each.term)
        try:
            await write.put()
        except ConditionFailedError as error:
            return [error.item]
        return []

    holds = all(each.holds(values_of(row)) for each in several)
    assert loop.run(refused()) == {True: [], False: [row]}[holds]


@given(data=st.data())
def test_the_text_of_an_update_changes_what_was_asked(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(ROWS))
    chain = data.draw(updates(row))
    after = updated(builder(OFFLINE, row, chain).compile().body, ITEMS[row.number])
    assert after == stored_values(changed(values_of(row), chain))


@through_engine
@given(data=st.data())
def test_the_engine_changes_what_was_asked(
    loop: asyncio.Runner,
    db: Database,
    rows: None,
    witness: Any,
    prefix: str,
    lacking: frozenset[str],
    data: st.DataObject,
) -> None:
    row = data.draw(st.sampled_from(ROWS))
    chain = data.draw(updates(row, lacking))

    async def carried_out() -> tuple[Row, Row | None]:
        await db.model(row).put()
        returned = await builder(db, row, chain).execute_with_result()
        return returned, await db.get(Row, row)

    returned, read = loop.run(carried_out())
    stored = witness.get_item(
        TableName=f"{prefix}rows",
        Key={"key": {"S": KEY}, "order": {"N": str(row.number)}},
        ConsistentRead=True,
    )
    assert item_of(stored["Item"]) == stored_values(changed(values_of(row), chain))
    assert returned == read


def builder(
    database: Database, row: Row, chain: list[Change]
) -> UpdateBuilder[Row, Row]:
    """The update builder of a row, with these changes."""
    query = database.model(Row).where(Row.id == KEY).where(Row.number == row.number)
    update: UpdateBuilder[Row, Row] = query.update_builder()
    for each in chain:
        update = each.on(update)
    return update
