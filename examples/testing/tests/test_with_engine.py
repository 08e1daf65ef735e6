"""What the service does to a table."""

import pytest
from points import (
    AlreadyAMemberError,
    Member,
    NotEnoughPointsError,
    award,
    give,
    join,
    ranking,
)

from dynamorm_async import Database
from tests.factories import MemberFactory


async def test_who_joins_has_ten_points(members: Database) -> None:
    await join(members, "Ann@example.org", "Ann", "Ulm")
    found = await members.get(Member, "ann@example.org")
    assert found == Member(email="ann@example.org", name="Ann", city="Ulm", points=10)


async def test_nobody_joins_twice(members: Database) -> None:
    await join(members, "ann@example.org", "Ann", "Ulm")
    with pytest.raises(AlreadyAMemberError, match="ANN@example"):
        await join(members, "ANN@example.org", "Another", "Bonn")


async def test_points_add_up(members: Database) -> None:
    member = await members.create(MemberFactory.build(points=5))
    assert await award(members, member.email, 3) == 8


async def test_a_gift_moves_all_or_nothing(members: Database) -> None:
    giver, receiver = [await members.create(each) for each in MemberFactory.batch(2)]
    had = giver.points + receiver.points
    await give(members, giver.email, receiver.email, giver.points)
    with pytest.raises(NotEnoughPointsError, match=giver.email):
        await give(members, giver.email, receiver.email, 1)
    left = await members.model(Member).scan()
    assert sorted(each.points for each in left) == [0, had]


async def test_the_ranking_of_a_city_is_read_page_by_page(members: Database) -> None:
    made = MemberFactory.batch(7)
    await members.model(Member).batch_create([*made, MemberFactory.build(city="Bonn")])
    first = await ranking(members, "Ulm", rows=5)
    second = await ranking(members, "Ulm", rows=5, cursor=first.next_cursor)
    found = [each.points for each in (*first.items, *second.items)]
    assert found == sorted((each.points for each in made), reverse=True)
    assert second.next_cursor is None
