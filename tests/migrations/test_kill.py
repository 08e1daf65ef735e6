"""A migration whose process is killed goes on as if nothing had happened."""

import json
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture
def users(prefix: str, boto_client: Any) -> Iterator[None]:
    """Sixty stored users, written by another client."""
    boto_client.create_table(
        TableName=f"{prefix}users-v1",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for each in OLD:
        boto_client.put_item(TableName=f"{prefix}users-v1", Item=each)
    yield
    boto_client.close()


def check_moved(client: Any, prefix: str) -> None:
    """The tables are as an undisturbed run leaves them."""
    wanted = [new for each in OLD if (new := as_v2(each))]
    assert by_text(items_of(client, f"{prefix}users-v2")) == by_text(wanted)
    assert by_text(items_of(client, f"{prefix}users-v1")) == by_text(OLD)


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("batches", [0, 2, 4])
def test_a_killed_migration_goes_on(
    batches: int, endpoint: str, prefix: str, boto_client: Any, tmp_path: Path
) -> None:
    job = (endpoint, prefix, tmp_path / "checkpoint", "told")
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
    check_moved(boto_client, prefix)


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("users")
def test_whenever_it_is_killed_it_goes_on(
    endpoint: str, prefix: str, boto_client: Any, tmp_path: Path
) -> None:
    job = (endpoint, prefix, tmp_path / "checkpoint")
    # Each run saves once before its first batch; a batch takes two requests.
    for moment in ("unsaved:1", "sent:2", "half:3", "unsaved:2", "sent:1"):
        with start(*job, moment) as killed:
            pass
        assert (moment, killed.returncode) == (moment, -9)
    with start(*job, "never") as last:
        pass
    assert last.returncode == 0
    check_moved(boto_client, prefix)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(60)
@pytest.mark.usefixtures("users")
def test_what_is_left_of_a_killed_backup_is_in_nobodys_way(
    endpoint: str, prefix: str, boto_client: Any, tmp_path: Path
) -> None:
    job = (endpoint, prefix, tmp_path / "checkpoint")
    with start(*job, "copied") as killed:
        pass
    left = sorted(each.name for each in tmp_path.iterdir())
    assert (killed.returncode, left) == (-9, ["checkpoint", "checkpoint.items.half"])
    with start(*job, "kept") as last:
        pass
    assert last.returncode == 0
    (kept,) = tmp_path.iterdir()
    lines = [json.loads(line)["Item"] for line in kept.read_text().splitlines()]
    assert by_text(lines) == by_text(OLD)
    check_moved(boto_client, prefix)
