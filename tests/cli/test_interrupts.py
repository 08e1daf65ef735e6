"""The program as a process: interrupted, killed, cut off, and gone on with."""

import json
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dynamorm_async.testing import Engine
from tests.migrations.models import as_v2
from tests.migrations.test_migrations import OLD, by_text

ROOT = Path(__file__).parent.parent.parent
NOTE = "tests.models:Note"
TEXT = "x" * 2_000
ROWS = 1_600
"""Some pages of a scan, which has at most 1 MB in each."""

PATIENCE = 15.0
"""Seconds until a process must have done what is waited for."""


@pytest.fixture(autouse=True)
def _heeding_interrupts() -> Iterator[None]:
    """A shell lets what it starts in the background ignore SIGINT, children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def notes(boto_client: Any, prefix: str) -> Iterator[str]:
    """A table of notes that takes several pages to read."""
    table = f"{prefix}notes"
    boto_client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "owner", "KeyType": "HASH"},
            {"AttributeName": "day", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("owner", "day")
        ],
    )
    puts = [{"PutRequest": {"Item": note(number)}} for number in range(ROWS)]
    for start in range(0, ROWS, 25):
        boto_client.batch_write_item(RequestItems={table: puts[start : start + 25]})
    yield table
    boto_client.close()


def note(number: int) -> dict[str, Any]:
    """A note as it is stored."""
    return {
        "owner": {"S": f"owner {number % 7}"},
        "day": {"S": f"{number:06}"},
        "text": {"S": TEXT},
    }


@contextmanager
def started(
    *arguments: str, environment: dict[str, str], folder: Path
) -> Iterator["subprocess.Popen[str]"]:
    """The program at work, ended with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "dynamorm_async.cli", *arguments],
        env={**environment, "PYTHONPATH": str(ROOT), "AWS_CONFIG_FILE": "/dev/null"},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def interrupt(
    process: "subprocess.Popen[str]", when: Path, how: signal.Signals, said: str = ""
) -> tuple[int, str]:
    """End a process as soon as a file says something; its code, and its last words."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if when.exists() and said in when.read_text():
            break
        time.sleep(0.005)
    process.send_signal(how)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def ran(
    *arguments: str, environment: dict[str, str], folder: Path
) -> tuple[int, str, str]:
    """What the program came to, and what it said."""
    with started(*arguments, environment=environment, folder=folder) as process:
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
@pytest.mark.parametrize("items", [0, 1_000])
@pytest.mark.usefixtures("notes")
def test_an_export_that_was_ended_goes_on(
    environment: dict[str, str],
    tmp_path: Path,
    how: signal.Signals,
    code: int,
    items: int,
) -> None:
    arguments = ("export", NOTE, "n.jsonl.gz", "--segments", "1")
    slowly = ("--requests-per-second", "1")
    with started(*arguments, *slowly, environment=environment, folder=tmp_path) as each:
        state = tmp_path / "n.jsonl.gz.export"
        ended = interrupt(each, state, how, f'"items":{items},')
    # Between the state and the word of it there is a moment.
    lines = [
        f"interrupted; {counted} items in n.jsonl.gz.part; go on with: dynamorm export "
        f"{NOTE} n.jsonl.gz --segments 1 --requests-per-second 1 --resume\n"
        for counted in ("0", f"{items:,}")
    ]
    said = lines if how is signal.SIGINT else [""]
    assert (ended[0], ended[1] in said) == (code, True)
    assert ran(*arguments, "--resume", environment=environment, folder=tmp_path) == (
        0,
        "",
        "1,600 items in n.jsonl.gz\n",
    )
    assert [each.name for each in tmp_path.iterdir()] == ["n.jsonl.gz"]
    imported = ran(
        *("import", NOTE, "n.jsonl.gz", "--yes"),
        environment=environment,
        folder=tmp_path,
    )
    assert imported == (0, "", "1,600 items from n.jsonl.gz\n")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_an_import_that_was_ended_goes_on(
    notes: str,
    environment: dict[str, str],
    boto_client: Any,
    tmp_path: Path,
    how: signal.Signals,
    code: int,
) -> None:
    rows = [f"bob,{number:06},{number % 5}\n" for number in range(6_000)]
    (tmp_path / "n.csv").write_text("owner,day,stars\n" + "".join(rows))
    arguments = ("import", NOTE, "n.csv", "--yes")
    with started(*arguments, environment=environment, folder=tmp_path) as process:
        ended, said = interrupt(process, tmp_path / "n.csv.import", how)
    assert ended == code
    go_on = "--resume"
    if how is signal.SIGINT:
        go_on = shlex.split(said.partition("go on with: ")[2])[-1]
        assert said.startswith("interrupted; ")
    resumed = ran(*arguments, go_on, environment=environment, folder=tmp_path)
    assert resumed == (0, "", "6,000 items from n.csv\n")
    assert [each.name for each in tmp_path.iterdir()] == ["n.csv"]
    assert count(boto_client, notes, "bob") == 6_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_migration_that_was_ended_goes_on(
    prefix: str,
    environment: dict[str, str],
    boto_client: Any,
    tmp_path: Path,
    how: signal.Signals,
    code: int,
) -> None:
    table, new = f"{prefix}users-v1", f"{prefix}users-v2"
    boto_client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    for item in OLD:
        boto_client.put_item(TableName=table, Item=item)
    models = "tests.migrations.models"
    arguments = (
        *("migrate", f"{models}:UserV1", "--to", f"{models}:UserV2"),
        *("--transform", f"{models}:upgrade", "--batch-size", "5", "--yes"),
    )
    slowly = ("--items-per-second", "20")
    with started(*arguments, *slowly, environment=environment, folder=tmp_path) as each:
        ended, said = interrupt(each, tmp_path / f"{table}-{new}.migration", how)
    assert (ended, said.startswith("interrupted")) == (code, how is signal.SIGINT)
    resumed = ran(*arguments, "--json", environment=environment, folder=tmp_path)
    report = json.loads(resumed[1])
    assert (resumed[0], report["read"], resumed[2]) == (0, len(OLD), "")
    assert by_text(boto_client.scan(TableName=new)["Items"]) == by_text(
        [made for old in OLD if (made := as_v2(old)) is not None]
    )
    assert list(tmp_path.iterdir()) == []
    boto_client.close()


def count(boto_client: Any, table: str, owner: str) -> int:
    """How many notes an owner has, as another client counts them."""
    pages = boto_client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": owner}},
        Select="COUNT",
    )
    return sum(page["Count"] for page in pages)


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", NOTE, "-"),
        ("query", NOTE, "--scan", "--all", "--output", "jsonl"),
    ],
)
@pytest.mark.usefixtures("notes")
def test_a_reader_that_has_had_enough_is_no_error(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with started(*arguments, environment=environment, folder=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith('{"owner":"owner ')
        process.stdout.close()
        assert process.wait(PATIENCE) == 141
        assert process.stderr.read() == ""


def test_a_file_can_come_and_go_through_pipes(
    engine: Engine, environment: dict[str, str], tmp_path: Path
) -> None:
    where: dict[str, Any] = {"environment": environment, "folder": tmp_path}
    assert ran("apply", NOTE, "--yes", **where)[0] == 0
    with started("import", NOTE, "-", "--yes", **where) as process:
        answer = process.communicate('{"owner": "ann", "day": "1"}\n', PATIENCE)
    assert answer == ("", "1 item from standard input\n")
    assert ran("export", NOTE, "-", **where) == (
        0,
        '{"owner":"ann","day":"1"}\n',
        "1 item in standard output\n",
    )


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    program = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from dynamorm_async.cli.__main__ import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    said = f"dynamorm needs {missing}, which is not installed: "
    assert (ran.returncode, ran.stderr) == (
        1,
        f"{said}pip install 'dynamorm_async[cli]'\n",
    )
