"""`local_dynamodb` starts empty, keeps to its engine, and leaves nothing behind."""

import asyncio
import threading

import pytest

from dynamorm_async import (
    Attr,
    ConfigurationError,
    Model,
    TableNotFoundError,
    partition_key,
)
from dynamorm_async.testing import local_dynamodb


class Note(Model, table="notes"):
    id: Attr[str] = partition_key()
    text: Attr[str]


def moto_threads() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "moto"]


async def test_what_is_written_in_the_block_is_read_in_it() -> None:
    async with local_dynamodb() as db:
        await db.ensure_table(Note)
        await db.create(Note(id="1", text="milk"))
        assert await db.get(Note, "1") == Note(id="1", text="milk")


async def test_two_blocks_share_no_tables() -> None:
    async with local_dynamodb() as first, local_dynamodb() as second:
        await first.ensure_table(Note)
        with pytest.raises(TableNotFoundError, match="ResourceNotFoundException"):
            await second.describe_table(Note)


async def test_the_engine_ends_with_the_block() -> None:
    before = moto_threads()
    async with local_dynamodb():
        assert len(moto_threads()) == len(before) + 1
    assert moto_threads() == before


async def test_settings_reach_the_database() -> None:
    async with local_dynamodb(region="eu-west-1", table_prefix="mine-") as db:
        assert (db.config.region, db.config.table_prefix) == ("eu-west-1", "mine-")


async def test_two_blocks_on_one_running_engine_share_no_tables_either(
    endpoint: str,
) -> None:
    async with (
        local_dynamodb(engine=endpoint) as first,
        local_dynamodb(engine=endpoint) as second,
    ):
        await first.ensure_table(Note)
        with pytest.raises(TableNotFoundError, match="ResourceNotFoundException"):
            await second.describe_table(Note)


async def test_an_unknown_engine_is_an_error_at_the_door() -> None:
    with pytest.raises(ConfigurationError, match="engine='dynamo' is not known"):
        async with local_dynamodb(engine="dynamo"):
            pass


async def test_a_wrong_setting_is_named_and_stops_the_engine() -> None:
    before = moto_threads()
    with pytest.raises(ConfigurationError, match="regoin"):
        async with local_dynamodb(regoin="eu-west-1"):
            pass
    assert moto_threads() == before


async def test_a_block_cancelled_while_its_engine_starts_leaves_none() -> None:
    before = moto_threads()

    async def enter() -> None:
        async with local_dynamodb():
            await asyncio.Event().wait()

    entering = asyncio.create_task(enter())
    await asyncio.sleep(0)
    entering.cancel()
    with pytest.raises(asyncio.CancelledError, match=r"^$"):
        await entering
    assert moto_threads() == before


async def test_a_proxy_does_not_stand_before_an_engine_nearby(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with local_dynamodb() as db:
        await db.ensure_table(Note)
        assert await db.get(Note, "1") is None
