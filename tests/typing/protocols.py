"""The real classes satisfy the protocols, which keep the types of what is asked."""

from typing import Any, assert_type

from dynamorm_async import (
    DB,
    Attr,
    Database,
    ExtendedDB,
    LambdaDB,
    Model,
    PaginatedResult,
    Query,
    QueryLike,
    UpdateBuilder,
    UpdateBuilderLike,
    field,
    partition_key,
)
from dynamorm_async.protocols import OldValuesLike


class User(Model, table="users"):
    id: Attr[str] = partition_key()
    rank: Attr[int] = field(default=0)


def a_database_is_a_db(
    database: Database, lambda_db: LambdaDB
) -> tuple[DB, ExtendedDB, DB, ExtendedDB]:
    return database, database, lambda_db, lambda_db


def an_extended_db_is_a_db(db: ExtendedDB) -> DB:
    return db


def a_query_is_query_like(query: Query[User]) -> QueryLike[User]:
    return query


def an_update_builder_is_update_builder_like(
    builder: UpdateBuilder[User, User], old: UpdateBuilder[User, User | None]
) -> tuple[UpdateBuilderLike[User, User], UpdateBuilderLike[User, User | None]]:
    return builder, old


def so_is_one_that_returns_old_values(
    builder: UpdateBuilder[User, User | None],
) -> OldValuesLike[User]:
    return builder


async def the_protocols_keep_the_types(db: DB, user: User) -> None:
    assert_type(db.model(User), QueryLike[User])
    assert_type(db.model(user), QueryLike[User])
    query = (
        db.model(User)
        .where(User.id == "1")
        .where("rank", ">", 18)
        .filter_group(lambda q: q.filter(User.rank > 1).or_filter("rank", "EXISTS"))
        .order_by(User.rank, "DESC")
        .limit(10)
    )
    assert_type(query, QueryLike[User])
    assert_type(await query, list[User])
    assert_type(await query.all(), list[User])
    assert_type(await query.first(), User)
    assert_type(await query.first_or_none(), User | None)
    assert_type(await query.count(), int)
    assert_type(await query.sum(User.rank), int)
    async for each in query:
        assert_type(each, User)
    async for page in query.pages():
        assert_type(page, PaginatedResult[User])
    assert_type(await query.batch_get(["1"]), list[User])
    builder = query.update_builder().add(User.rank, 1)
    assert_type(builder, UpdateBuilderLike[User, User])
    assert_type(await builder.execute_with_result(), User)
    old = builder.return_values("ALL_OLD").condition_exists(User.rank)
    assert_type(old, OldValuesLike[User])
    assert_type(await old.execute_with_result(), User | None)
    assert_type(await db.get(User, "1"), User | None)
    assert_type(await db.create(user), User)
    assert_type(await db.with_timeout(1).save(user), User)


async def transactions(db: DB) -> None:
    async with db.transaction() as tx:
        tx.model(User).where(User.id == "1").update_builder().add("rank", 1).execute()
    keys = [(User, "1"), (User, "2")]
    assert_type(await db.transact_get(keys), list[User | None])


async def an_extended_db_has_tables(db: ExtendedDB) -> None:
    await db.ensure_table(User)
    await db.with_lambda_timeout(None).get(User, "1")


def a_plain_db_has_none(db: DB) -> Any:
    return db.ensure_table(User)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
