"""What type checkers know of models, conditions and queries."""

from datetime import datetime
from decimal import Decimal
from typing import Any, assert_type

import attrs

from dynamorm_async import (
    Attr,
    Database,
    GroupBy,
    GroupResult,
    Model,
    PaginatedResult,
    SegmentedRows,
    created_at,
    field,
    gsi,
    lsi,
    partition_key,
    sort_key,
    ttl,
    updated_at,
    version,
)
from dynamorm_async.batching import BatchWriter
from dynamorm_async.expressions.conditions import Condition
from dynamorm_async.expressions.paths import Path
from dynamorm_async.query.query import Query


@attrs.define
class Profile:
    city: str


class User(Model, table="users"):
    id: Attr[str] = partition_key()
    joined: Attr[datetime] = sort_key()
    email: Attr[str] = field(index="gsi-email")
    status: Attr[str] = field(index=gsi("gsi-status"))
    rank: Attr[int] = field(
        default=0, index=[gsi("gsi-status", sort=True), lsi("lsi-rank")]
    )
    name: Attr[str] = field(attribute="display_name")
    nick: Attr[str | None] = field(default=None, omitempty=True)
    tags: Attr[set[str]] = field(factory=set)
    profile: Attr[Profile] = field(json=True)
    blob: Attr[bytes] = field(default=b"")
    rev: Attr[int] = version()
    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()
    expires: Attr[datetime | None] = ttl(default=None)


def instances(now: datetime) -> None:
    user = User(
        id="1", joined=now, email="a", status="s", name="Ann", profile=Profile("Ulm")
    )
    assert_type(user.id, str)
    assert_type(user.rank, int)
    assert_type(user.nick, str | None)
    assert_type(user.tags, set[str])
    assert_type(user.profile, Profile)
    assert_type(user.made, datetime)
    # mypy's attrs plugin knows only classes that attrs itself decorates.
    assert_type(attrs.evolve(user, rank=3), User)  # type: ignore[misc]
    assert_type(attrs.asdict(user), dict[str, Any])
    attrs.fields(User)
    user.rank = 3
    user.nick = None


def expressions(now: datetime) -> None:
    assert_type(User.rank, Path[int])
    assert_type(User.nick, Path[str | None])
    assert_type(User.rank > 18, Condition)
    assert_type(User.rank == 18, Condition)
    assert_type(User.joined >= now, Condition)
    assert_type(User.nick == None, Condition)  # noqa: E711
    assert_type(User.rank > User.rev, Condition)
    assert_type(User.rank.between(1, 2), Condition)
    assert_type(User.rank.is_in([1, 2]), Condition)
    assert_type(User.rank.is_in(1, 2), Condition)
    assert_type(User.name.begins_with("A"), Condition)
    assert_type(User.nick.begins_with("A"), Condition)
    assert_type(User.blob.begins_with(b"A"), Condition)
    assert_type(User.tags.contains("x"), Condition)
    assert_type(User.tags.size() > 2, Condition)
    assert_type(User.nick.exists() & ~User.nick.not_exists(), Condition)
    assert_type(User.profile["city"], Path[Any])
    assert_type(User.profile["langs"][0] == "de", Condition)


async def queries(db: Database, user: User) -> None:
    assert_type(db.model(User), Query[User])
    assert_type(db.model(user), Query[User])
    query = (
        db.model(User)
        .where(User.id == "1")
        .where("rank", ">", 18)
        .filter(User.rank > 1)
        .filter_group(lambda q: q.filter(User.rank > 1).or_filter("rank", "EXISTS"))
        .order_by(User.joined, "DESC")
        .limit(10)
    )
    assert_type(query, Query[User])
    assert_type(await query, list[User])
    assert_type(await query.all(), list[User])
    assert_type(await query.first(), User)
    assert_type(await query.first_or_none(), User | None)
    assert_type(await query.one(), User)
    assert_type(await query.count(), int)
    assert_type(await query.exists(), bool)
    assert_type(await query.all_paginated(), PaginatedResult[User])
    async for each in query:
        assert_type(each, User)
    async for page in query.pages():
        assert_type(page, PaginatedResult[User])
    async for each in query.scan():
        assert_type(each, User)
    assert_type(await db.model(user).create(), User)
    assert_type(await db.model(user).update("rank", User.name), User)
    assert_type(await db.get(User, "1"), User | None)
    assert_type(await db.save(user), User)
    assert_type(await db.create(user, wait_for_index="gsi-email"), User)
    assert_type(await db.model(user).create(wait_for_index="gsi-email", wait=1), User)


async def transactions(db: Database) -> None:
    keys = [(User, "1"), (User, "2")]
    assert_type(await db.transact_get(keys), list[User | None])
    found: Model | None
    found, _ = await db.transact_get([(User, "1"), (Parcel, "7")])
    assert found is not None


async def batches(db: Database, user: User, now: datetime) -> None:
    query = db.model(User)
    keys = [user, ("1", now), {"id": "1", "joined": now}, "1"]
    assert_type(await query.batch_get(keys, max_concurrency=4), list[User])
    assert_type(await query.batch_create([user], on_progress=print), None)
    assert_type(await query.batch_delete(keys), None)
    assert_type(await query.batch_write([user], deletes=keys), None)
    wait = query.batch_update_with_options([user], ["rank", User.name])
    assert_type(await wait, None)
    async with db.batch_writer(on_progress=told) as writer:
        assert_type(writer, BatchWriter)
        await writer.put(user)
        await writer.delete(user)
        await writer.delete(User, ("1", now))
        await writer.flush()
        assert_type(writer.unprocessed, list[Any])


async def told(_done: int, _total: int | None) -> None: ...


class Parcel(Model, table="parcels"):
    id: Attr[str] = partition_key()
    pieces: Attr[int] = field()
    grams: Attr[int | None] = field(default=None)
    metres: Attr[float] = field()
    price: Attr[Decimal] = field()
    sent: Attr[datetime | None] = field(default=None)


async def aggregates(db: Database) -> None:
    parcels = db.model(Parcel)
    assert_type(await parcels.sum(Parcel.pieces), int)
    assert_type(await parcels.sum(Parcel.grams), int)
    assert_type(await parcels.sum(Parcel.metres), float)
    assert_type(await parcels.sum(Parcel.price), Decimal)
    assert_type(await parcels.sum("price"), Any)
    assert_type(await parcels.average(Parcel.pieces), Decimal | None)
    assert_type(await parcels.average(Parcel.grams), Decimal | None)
    assert_type(await parcels.average(Parcel.metres), float | None)
    assert_type(await parcels.average(Parcel.price), Decimal | None)
    assert_type(await parcels.min(Parcel.sent), datetime | None)
    assert_type(await parcels.max(Parcel.id), str | None)
    assert_type(await parcels.count_distinct(Parcel.sent), int)
    groups = parcels.group_by(Parcel.id).count().sum(Parcel.price, "paid")
    assert_type(groups.having("count", ">", 1), GroupBy[str])
    for group in await groups:
        assert_type(group, GroupResult[str])
        assert_type(group.key, str)
        assert_type(group["paid"], Any)


async def segments(db: Database, saved: str | None) -> None:
    scan = db.model(Parcel).scan_all_segments(8, resume=saved, max_concurrency=2)
    assert_type(scan, SegmentedRows[Parcel])
    async for parcel in scan:
        assert_type(parcel, Parcel)
    assert_type(scan.resume_token(), str)
    assert_type(await scan, list[Parcel])
    assert_type(await db.model(Parcel).parallel_scan(0, 8), list[Parcel])
