"""What the service makes of errors, which no engine brings about when it is told to."""

import pytest
from points import AlreadyAMemberError, Member, NotEnoughPointsError, award, give, join
from points import ranking as ranking_of

from dynamorm_async import (
    ConditionFailedError,
    ThrottledError,
    TransactionCanceledError,
)
from dynamorm_async.testing import (
    CommonScenarios,
    MockDB,
    MockQuery,
    MockUpdateBuilder,
    TestDB,
)
from tests.factories import MemberFactory

ANN = Member(email="ann@example.org", name="Ann", city="Ulm", points=10)


async def test_who_joins_is_created() -> None:
    test_db = TestDB()
    test_db.expect_create(ANN)
    assert await join(test_db.mock_db, "Ann@Example.org", "Ann", "Ulm") == ANN
    test_db.assert_expectations()


async def test_a_taken_address_is_said_in_the_words_of_the_service() -> None:
    test_db = TestDB()
    test_db.expect_model(Member).expect_create_error(ConditionFailedError("taken"))
    with pytest.raises(AlreadyAMemberError, match="ann@example"):
        await join(test_db.mock_db, "ann@example.org", "Ann", "Ulm")


async def test_an_award_adds_where_the_member_exists() -> None:
    db, query, builder = MockDB(), MockQuery[Member](), MockUpdateBuilder()
    db.on("model", Member).returns(query)
    query.on("where", "email", "=", "ann@example.org")
    query.on("update_builder").returns(builder)
    builder.on("add", Member.points, 3)
    builder.on("condition_exists", Member.email)
    builder.on("execute_with_result").returns_each(ThrottledError("slow down"), ANN)
    with pytest.raises(ThrottledError, match="slow down"):
        await award(db, "ann@example.org", 3)
    assert await award(db, "ann@example.org", 3) == 10
    db.assert_expectations()


async def test_a_canceled_gift_is_one_of_too_many_points() -> None:
    scenarios = CommonScenarios().setup_transaction_scenario(
        success=False, error=TransactionCanceledError("the condition did not hold")
    )
    with pytest.raises(NotEnoughPointsError, match="ann"):
        await give(scenarios.mock_db, "ann@example.org", "ben@example.org", 5)


async def test_a_ranking_goes_on_where_it_was_left() -> None:
    made = MemberFactory.batch(3)
    scenarios = CommonScenarios().setup_pagination(2, made)
    first = await ranking_of(scenarios.mock_db, "Ulm", rows=2)
    second = await ranking_of(scenarios.mock_db, "Ulm", cursor=first.next_cursor)
    assert (first.items, second.items) == (made[:2], made[2:])
