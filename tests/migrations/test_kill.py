"""A migration whose process is killed goes on as if nothing had happened."""

import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from tests.migrations.models import as_v2
from tests.migrations.test_migrations import OLD, by_text
from tests.pages import ROOT


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.migrations.job", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go_on(process: subprocess.Popen[str], *, batches: int) -> None:
    """Let so many batches pass, and wait until the next one is told of."""
    pipes: tuple[IO[str] | None, ...] = process.stdin, process.stdout
    into, out = pipes
    assert into is not None
    assert out is not None
    assert out.readline()
    for _ in range(batches):
        into.write("\n")
        into.flush()
        assert out.readline()


def items_of(client: Any, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.scan(TableName=table)["Items"]
    return found


@pytest.mark.timeout(60)
@pytest.mark.parametrize("batches", [0, 2, 4])
def test_a_killed_migration_goes_on(
    batches: int, endpoint: str, prefix: str, boto_client: Any, tmp_path: Path
) -> None:
    boto_client.create_table(
        TableName=f"{prefix}users-v1",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for each in OLD:
        boto_client.put_item(TableName=f"{prefix}users-v1", Item=each)
    job = (endpoint, prefix, tmp_path / "checkpoint")

    with start(*job) as first:
        go_on(first, batches=batches)
        first.kill()
    assert first.returncode == -9

    with start(*job) as second:
        said, _ = second.communicate("\n" * 10)
    assert second.returncode == 0
    told = [int(line) for line in said.split()]
    assert told[0] == 10 * (batches + 2)  # it began where the first one was
    assert told[-1] == 60

    wanted = [new for each in OLD if (new := as_v2(each))]
    assert by_text(items_of(boto_client, f"{prefix}users-v2")) == by_text(wanted)
    assert by_text(items_of(boto_client, f"{prefix}users-v1")) == by_text(OLD)
    boto_client.close()
