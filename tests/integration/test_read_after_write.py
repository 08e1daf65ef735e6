"""Reading what was just written: through an index, and again until it is found."""

from typing import Any

import pytest

from dynamorm_async import (
    ConditionFailedError,
    Database,
    DeadlineExceededError,
    EmptyValueError,
    IndexNotFoundError,
    InvalidOperatorError,
    InvalidValueError,
)
from tests.integration.conftest import Stored
from tests.models import NOON, NOON_TEXT, Listing, Place, User, a_user
from tests.scripted import ScriptedTransport, ok


@pytest.mark.parametrize("index", ["gsi-email", "gsi-status", "lsi-rank"])
async def test_create_returns_when_the_index_shows_the_item(
    db: Database, index: str
) -> None:
    await db.ensure_table(User)
    for name in ("1", "2", "3"):
        user = a_user(id=name)
        assert await db.create(user, wait_for_index=index) is user
        assert (user.rev, user.made) == (0, NOON)
    assert await db.model(User).index("gsi-email").where(User.email == "a@b.c").count()


async def test_an_index_that_holds_only_keys_will_do(db: Database) -> None:
    await db.ensure_table(Listing)
    listing = Listing(id="1", kind="k", shop="s")
    await db.create(listing, wait_for_index="by-kind")
    with pytest.raises(ConditionFailedError, match="ConditionalCheckFailed"):
        await db.model(listing).create(wait_for_index="by-kind")


@pytest.mark.parametrize(
    ("index", "body"),
    [
        (
            "gsi-status",
            {
                "IndexName": "gsi-status",
                "KeyConditionExpression": "#n0 = :v0 AND #n1 = :v1",
                "FilterExpression": "#n2 = :v2 AND #n3 = :v3",
                "ProjectionExpression": "#n2, #n3, #n0, #n1",
                "ExpressionAttributeNames": {
                    "#n0": "status",
                    "#n1": "rank",
                    "#n2": "id",
                    "#n3": "joined",
                },
                "ExpressionAttributeValues": {
                    ":v0": {"S": "active"},
                    ":v1": {"N": "0"},
                    ":v2": {"S": "1"},
                    ":v3": {"S": NOON_TEXT},
                },
            },
        ),
        (
            "lsi-rank",
            {
                "IndexName": "lsi-rank",
                "KeyConditionExpression": "#n0 = :v0 AND #n1 = :v1",
                "FilterExpression": "#n2 = :v2",
                "ProjectionExpression": "#n0, #n2, #n1",
                "ExpressionAttributeNames": {
                    "#n0": "id",
                    "#n1": "rank",
                    "#n2": "joined",
                },
                "ExpressionAttributeValues": {
                    ":v0": {"S": "1"},
                    ":v1": {"N": "0"},
                    ":v2": {"S": NOON_TEXT},
                },
            },
        ),
    ],
)
async def test_the_index_is_asked_for_this_very_item_until_it_has_it(
    index: str, body: dict[str, Any]
) -> None:
    key = {"id": {"S": "1"}, "joined": {"S": NOON_TEXT}}
    transport = ScriptedTransport(ok(), ok(Items=[]), ok(Items=[key]))
    await Database(transport=transport).create(a_user(), wait_for_index=index)
    assert transport.operations == ["PutItem", "Query", "Query"]
    assert transport.bodies[1] == {"TableName": "users", **body}


async def test_an_index_that_does_not_show_it_in_time_is_an_error_after_the_write(
    db: Database, stored: Stored
) -> None:
    transport = ScriptedTransport(ok(), *[ok(Items=[])] * 3)
    query = Database(transport=transport).model(a_user())
    with pytest.raises(
        DeadlineExceededError,
        match=r"^the User is written, but not yet seen in gsi-email: .* within 0\.1 s$",
    ):
        await query.create(wait_for_index="gsi-email", wait=0.1)


@pytest.mark.parametrize(
    ("index", "wait", "error", "message"),
    [
        ("by-nothing", 1, IndexNotFoundError, "Place has no index 'by-nothing'"),
        ("by-zone", 1, EmptyValueError, r"^Place\.zone is not stored, so index 'by-z"),
        ("by-country", 1, EmptyValueError, r"^Place\.city is not stored, so index"),
        ("by-country", 0, EmptyValueError, r"^Place\.city is not stored"),
    ],
)
async def test_what_would_never_be_seen_is_refused_before_the_write(
    index: str, wait: float, error: type[Exception], message: str
) -> None:
    transport = ScriptedTransport()
    db = Database(transport=transport)
    with pytest.raises(error, match=message):
        await db.create(Place(country="x"), wait_for_index=index, wait=wait)
    assert transport.requests == []


@pytest.mark.parametrize("wait", [0, -1, float("inf"), float("nan"), True])
async def test_the_time_to_wait_is_a_positive_number(wait: float) -> None:
    transport = ScriptedTransport()
    with pytest.raises(InvalidValueError, match=r"^wait is a number above 0$"):
        await Database(transport=transport).create(
            a_user(), wait_for_index="gsi-email", wait=wait
        )
    assert transport.requests == []


async def test_a_transaction_does_not_wait_for_an_index(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(InvalidOperatorError, match="a transaction records"):
            tx.model(a_user()).create(wait_for_index="gsi-email")


async def test_with_retry_finds_what_another_client_writes_meanwhile(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(User)
    query = db.model(User).index("gsi-email").where(User.email == "a@b.c")
    seen: list[int] = []

    def is_there(users: list[User]) -> bool:
        seen.append(len(users))
        return len(seen) == 3

    assert await query.with_retry(5, 0.001, until=is_there) == []
    await db.create(a_user())
    assert (await query.with_retry(5, 0.001).first()).id == "1"
    assert seen == [0, 0, 0]
