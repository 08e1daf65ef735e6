"""Ten processes that start at once, each sure that the table is its own to make."""

import sys

import anyio
import pytest

from dynamorm_async import Attr, Database, Model, partition_key
from dynamorm_async.testing import Engine
from tests.conftest import Witness

PROGRAM = [sys.executable, "-m", "tests.integration.ten_processes"]


class Bare(Model, table="airports"):
    """The table before anybody wanted an index."""

    code: Attr[str] = partition_key()


async def run_ten(engine: Engine, prefix: str, verb: str) -> list[str]:
    """What ten processes print that do the same at the same time."""
    printed: list[str] = []

    async def run_one() -> None:
        done = await anyio.run_process(
            [*PROGRAM, engine.url, prefix, verb], check=False
        )
        said = done.stdout.decode().strip()
        printed.append(said if done.returncode == 0 else done.stderr.decode()[-600:])

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(run_one)
    return printed


@pytest.mark.timeout(120)
@pytest.mark.parametrize("verb", ["ensure", "migrate"])
async def test_ten_processes_make_one_table(
    engine: Engine, prefix: str, boto: Witness, verb: str
) -> None:
    assert await run_ten(engine, prefix, verb) == ["ACTIVE closes 2"] * 10
    found = (await boto.describe_table(TableName=f"{prefix}airports"))["Table"]
    assert len(found["GlobalSecondaryIndexes"]) == 2


@pytest.mark.timeout(120)
@pytest.mark.engine_lacks(moto="a lock: of updates at the same time it loses some")
async def test_ten_processes_bring_one_table_up_to_date(
    engine: Engine, prefix: str, db: Database, boto: Witness
) -> None:
    await db.ensure_table(Bare)
    assert await run_ten(engine, prefix, "migrate") == ["ACTIVE closes 2"] * 10
    found = (await boto.describe_table(TableName=f"{prefix}airports"))["Table"]
    names = [each["IndexName"] for each in found["GlobalSecondaryIndexes"]]
    assert sorted(names) == ["by-height", "by-zone"]
