"""Aggregates on an engine, against the same over the rows themselves."""

from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import Database, GroupResult
from tests.integration.conftest import Stored
from tests.models import NOON, Account, Listing, Note, Place, User, a_user


@pytest.fixture
async def notes(db: Database, stored: Stored) -> list[Note]:
    """Thirty notes of three owners, with 0 to 4 stars."""
    await db.ensure_table(Note)
    made = [
        Note(owner="abc"[day % 3], day=f"{day:02}", text="x" * (day % 2), stars=day % 5)
        for day in range(30)
    ]
    items: list[Any] = [
        {
            "owner": {"S": each.owner},
            "day": {"S": each.day},
            "text": {"S": each.text},
            "stars": {"N": str(each.stars)},
        }
        for each in made
    ]
    await stored.fill("notes", items)
    return made


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_aggregates_are_those_of_the_rows_whatever_the_page_size(
    db: Database, notes: list[Note], size: int
) -> None:
    query = db.model(Note).page_size(size)
    stars = [each.stars for each in notes]
    assert await query.sum(Note.stars) == sum(stars)
    assert await query.average(Note.stars) == Decimal(sum(stars)) / 30
    assert await query.min("stars") == 0
    assert await query.max("stars") == 4
    assert await query.min(Note.day) == "00"
    assert await query.max("text") == "x"
    assert await query.count_distinct("stars") == 5
    assert await query.count_distinct(Note.text) == 2


async def test_conditions_filters_limits_and_segments_are_honoured(
    db: Database, notes: list[Note]
) -> None:
    mine = db.model(Note).where(Note.owner == "a")
    rows = [each.stars for each in notes if each.owner == "a"]
    assert await mine.sum("stars") == sum(rows)
    assert await mine.filter(Note.stars >= 3).page_size(2).count_distinct("stars") == 2
    assert await mine.limit(4).sum("stars") == sum(rows[:4])
    assert await mine.offset(2).limit(4).sum("stars") == sum(rows[2:6])
    assert await mine.order_by("day", "DESC").limit(3).sum("stars") == sum(rows[-3:])
    parts = [
        await db.model(Note).parallel_scan(segment, 4).sum("stars")
        for segment in range(4)
    ]
    assert sum(parts) == sum(each.stars for each in notes)


async def test_nothing_has_a_sum_of_zero_and_no_average(
    db: Database, notes: list[Note]
) -> None:
    nothing = db.model(Note).where(Note.owner == "nobody")
    assert await nothing.sum("stars") == 0
    assert await nothing.average("stars") is None
    assert await nothing.min("stars") is None
    assert await nothing.max("day") is None
    assert await nothing.count_distinct("day") == 0
    assert await nothing.group_by("day").count() == []


@pytest.mark.parametrize("size", [1, 4, 100])
async def test_groups_are_those_of_the_rows(
    db: Database, notes: list[Note], size: int
) -> None:
    groups = await (
        db.model(Note)
        .page_size(size)
        .group_by("owner")
        .count("notes")
        .sum(Note.stars, "stars")
        .max("day")
        .having("stars", ">=", 20)
        .having("max_day", "!=", "28")
    )
    assert groups == [
        GroupResult("a", {"notes": 10, "stars": 20, "max_day": "27"}),
        GroupResult("c", {"notes": 10, "stars": 20, "max_day": "29"}),
    ]


async def test_decimals_are_added_exactly(db: Database) -> None:
    await db.ensure_table(Account)
    cents = Decimal("0.00000000000000000000000000000000000001")
    for number, balance in enumerate(
        [Decimal(10) ** 37, cents, cents, Decimal("0.10")]
    ):
        await db.create(Account(number=number, balance=balance))
    whole = Decimal("10000000000000000000000000000000000000.1" + "0" * 36 + "2")
    assert await db.model(Account).sum(Account.balance) == whole
    assert await db.model(Account).min("balance") == cents
    assert await db.model(Account).max(Account.balance) == Decimal(10) ** 37


async def test_floats_are_added_as_they_are_stored_and_none_is_no_value(
    db: Database,
) -> None:
    await db.ensure_table(Place)
    for height in (0.1, 0.2, 0.3, 0.0):
        await db.create(Place(country="x", height=height))
    places = db.model(Place)
    assert await places.sum(Place.height) == 0.6
    assert await places.average("height") == 0.15
    assert await places.count_distinct("city") == 0
    assert await places.max("city") is None
    assert await places.group_by(Place.city).count() == []


async def test_dates_have_a_first_and_a_last(db: Database) -> None:
    await db.ensure_table(User)
    days = [NOON.replace(day=day) for day in (22, 3, 14)]
    for day in days:
        await db.create(a_user(joined=day))
    users = db.model(User).where(User.id == "1")
    assert await users.min(User.joined) == days[1]
    assert await users.max("joined") == days[0]
    assert await users.min(User.made) == NOON
    assert await users.max(User.expires) is None


async def test_an_index_that_holds_the_fields_answers(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Listing)
    for number in range(6):
        await db.create(
            Listing(id=str(number), kind="k", shop="ab"[number % 2], price=number)
        )
    prices = db.model(Listing).where(Listing.shop == "a")
    assert await prices.sum("price") == 6
    groups = await db.model(Listing).index("by-kind").group_by("shop").count()
    assert [(each.key, each["count"]) for each in groups] == [("a", 3), ("b", 3)]
