"""Mocks satisfy the protocols, and are known to type checkers down to their methods."""

from typing import Any, assert_type

from dynamorm_async import (
    DB,
    Attr,
    Database,
    ExtendedDB,
    Model,
    QueryLike,
    UpdateBuilderLike,
    field,
    partition_key,
)
from dynamorm_async.testing import (
    ANY,
    Expectation,
    MockDB,
    MockExtendedDB,
    MockQuery,
    MockUpdateBuilder,
    matching,
)


class User(Model, table="users"):
    id: Attr[str] = partition_key()
    rank: Attr[int] = field(default=0)


def mocks_are_like_the_real_ones(
    query: MockQuery[User], builder: MockUpdateBuilder[User, User]
) -> tuple[DB, ExtendedDB, Database, QueryLike[User], UpdateBuilderLike[User, User]]:
    return MockDB(), MockExtendedDB(), MockDB(), query, builder


def a_bare_mock_is_one_of_anything() -> None:
    query, builder = MockQuery(), MockUpdateBuilder()
    assert_type(query, MockQuery[Any])
    assert_type(builder, MockUpdateBuilder[Any, Any])


async def expectations(user: User) -> None:
    mock_db, query = MockDB(), MockQuery[User]()
    assert_type(mock_db.on("model", User), Expectation)
    mock_db.on("model", User).returns(query).once()
    query.on("where", User.id == "1")
    query.on("limit", matching(lambda rows: rows < 9))
    query.on("first").returns_each(user, KeyError("x"))
    query.on("select", ANY, ...)
    assert_type(await query.where(User.id == "1").limit(3).first(), User)
    mock_db.assert_expectations()


def mistakes() -> None:
    MockQuery[User]().on("limmit", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    MockDB().on("where", "id")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
