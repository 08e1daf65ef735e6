"""What a type checker knows of the engines."""

from typing import assert_type

from dynamorm_async import Database
from dynamorm_async.testing import Engine, local_dynamodb, start_engine


async def the_block_yields_a_database() -> None:
    async with local_dynamodb(engine="dynoxide") as db:
        assert_type(db, Database)


def the_plain_form_yields_the_engine() -> None:
    with start_engine() as engine:
        assert_type(engine, Engine)
        assert_type(engine.url, str)


def a_port_is_not_an_engine() -> None:
    start_engine(8000)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
