"""A loyalty programme: members join, get points, and give them to each other."""

from dynamorm_async import (
    DB,
    Attr,
    ConditionFailedError,
    Model,
    PaginatedResult,
    TransactionCanceledError,
    field,
    gsi,
    partition_key,
    version,
)


class Member(Model, table="members"):
    """Who takes part; ranked by points within a city."""

    email: Attr[str] = partition_key()
    name: Attr[str] = field()
    city: Attr[str] = field(index=gsi("by-city"))
    points: Attr[int] = field(default=0, index=gsi("by-city", sort=True))
    rev: Attr[int] = version()


class AlreadyAMemberError(Exception):
    """Somebody has joined with this e-mail address before."""


class NotEnoughPointsError(Exception):
    """A member wants to give away more than there is."""


async def join(db: DB, email: str, name: str, city: str) -> Member:
    """A new member, with 10 points to begin with."""
    member = Member(email=email.lower(), name=name, city=city, points=10)
    try:
        return await db.create(member)
    except ConditionFailedError as error:
        raise AlreadyAMemberError(email) from error


async def award(db: DB, email: str, points: int) -> int:
    """Give a member points; returns how many there are now."""
    builder = db.model(Member).where(Member.email == email).update_builder()
    changed = builder.add(Member.points, points).condition_exists(Member.email)
    return (await changed.execute_with_result()).points


async def give(db: DB, giver: str, receiver: str, points: int) -> None:
    """Move points from one member to another; both happens, or neither."""
    try:
        async with db.transaction() as tx:
            tx.model(Member).where(Member.email == giver).update_builder().add(
                Member.points, -points
            ).condition(Member.points >= points).execute()
            tx.model(Member).where(Member.email == receiver).update_builder().add(
                Member.points, points
            ).condition_exists(Member.email).execute()
    except TransactionCanceledError as error:
        raise NotEnoughPointsError(giver) from error


async def ranking(
    db: DB, city: str, *, cursor: str | None = None, rows: int = 10
) -> PaginatedResult[Member]:
    """The members of a city, those with most points first, page by page."""
    query = db.model(Member).where(Member.city == city)
    return (
        await query.order_by("points", "DESC")
        .limit(rows)
        .cursor(cursor)
        .all_paginated()
    )
