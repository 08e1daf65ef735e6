"""Makers of databases hand out what they were told, and remember what was asked."""

import pytest

from dynamorm_async import DB, Config, Database
from dynamorm_async.errors import ConfigurationError
from dynamorm_async.testing import (
    ConfigurableMockDBFactory,
    DBFactory,
    DefaultDBFactory,
    MockDB,
    MockDBFactory,
    SimpleMockFactory,
    TestDBFactory,
    UnmetExpectationsError,
)
from tests.models import User, a_user

ANN = a_user()


async def name_of(factory: DBFactory, key: str) -> str:
    async with factory.create_db(region="eu-west-1") as db:
        found = await db.get(User, key)
    return "" if found is None else found.name


async def test_the_default_makes_real_databases() -> None:
    made = DefaultDBFactory().create_db(Config(region="eu-west-1"), table_prefix="x-")
    assert type(made) is Database
    assert (made.config.region, made.config.table_prefix) == ("eu-west-1", "x-")


async def test_one_mock_is_handed_out_and_the_settings_are_kept() -> None:
    mock_db, seen = MockDB(), list[Config]()
    mock_db.on("get", User, "1").returns(ANN)
    factory = MockDBFactory(mock_db, on_create=seen.append)
    assert await name_of(factory, "1") == "Ann"
    assert factory.configs == seen == [Config(region="eu-west-1")]


async def test_making_one_may_fail() -> None:
    factory = MockDBFactory(error=ConfigurationError("no such account"))
    with pytest.raises(ConfigurationError, match="no such account"):
        await name_of(factory, "1")


def test_a_setting_that_does_not_exist_is_refused_as_by_a_real_one() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'region'"):
        MockDBFactory().create_db(regoin="eu-west-1")


def test_wrappings_are_put_on_in_order() -> None:
    inner, wrapped = MockDB(name="inner"), list[tuple[str, DB]]()
    outer = MockDB(name="outer")

    def first(db: DB) -> DB:
        wrapped.append(("first", db))
        return db

    def second(db: DB) -> DB:
        wrapped.append(("second", db))
        return outer

    factory = ConfigurableMockDBFactory().with_db(inner)
    factory.with_middleware(first).with_middleware(second)
    assert factory.create_db() is outer
    assert wrapped == [("first", inner), ("second", inner)]
    factory.with_error(ConfigurationError("not now"))
    with pytest.raises(ConfigurationError, match="not now"):
        factory.create_db()
    assert factory.with_error(None).create_db() is outer


async def test_a_new_mock_is_set_up_each_time() -> None:
    factory = SimpleMockFactory(lambda db: db.on("get", User, "1").returns(ANN).once())
    assert [await name_of(factory, "1") for _ in range(2)] == ["Ann", "Ann"]
    assert factory.create_db(region="eu-west-1").config.region == "eu-west-1"


async def test_all_that_were_made_are_asked_in_the_end() -> None:
    factory = TestDBFactory(lambda made: made.expect_get(User, "1", result=ANN))
    assert await name_of(factory, "1") == "Ann"
    factory.assert_expectations()
    factory.create_db()
    with pytest.raises(UnmetExpectationsError, match="get"):
        factory.assert_expectations()
    assert len(factory.instances) == 2
    factory.reset()
    factory.assert_expectations()
