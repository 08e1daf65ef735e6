"""Checkpoint files: replaced as a whole, and good for one job."""

from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace

from dynamorm_async import InvalidCursorError
from dynamorm_async.migrations.checkpoint import (
    Checkpoint,
    Job,
    check_job,
    load,
    remove,
    save,
)
from dynamorm_async.migrations.report import Counts
from dynamorm_async.migrations.sides import Side

SOURCE = Side("old", "arn:old", "2026-11-22", "Old", "1234")
TARGET = Side("new", "arn:new", "2026-11-22", "New", "5678")
JOB = Job(SOURCE, TARGET, 4)
STATE = Checkpoint(
    job=JOB, started="2026-11-22", token="t", counts=Counts(3, 2, 1), backup="b"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "job.checkpoint"


def test_what_was_saved_is_loaded(path: Path) -> None:
    anyio.run(save, path, STATE)
    anyio.run(save, path, replace(STATE, token="u"))
    assert anyio.run(load, path) == replace(STATE, token="u")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o077 == 0


def test_no_file_is_no_checkpoint(path: Path) -> None:
    assert anyio.run(load, path) is None
    anyio.run(remove, path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is broken, or is another kind of file"),
        (b'{"format": "dynamorm migr', "is broken, or is another kind of file"),
        (b"[]", "is broken, or is another kind of file"),
        (
            b'{"job":{"source":{"table":"a","arn":null,"created":null,"model":"A",'
            b'"shape":""},"target":{"table":"b","arn":null,"created":null,"model":"B",'
            b'"shape":""},"segments":1},"started":"","version":2}',
            "was written by another version",
        ),
    ],
)
def test_half_a_checkpoint_is_refused(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(InvalidCursorError, match=message):
        anyio.run(load, path)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (replace(JOB, source=replace(SOURCE, table="x")), "source is the table"),
        (replace(JOB, target=replace(TARGET, created="x")), "deleted and made again"),
        (replace(JOB, source=replace(SOURCE, model="X")), "source has the model Old"),
        (replace(JOB, target=replace(TARGET, shape="x")), "fields of New were other"),
        (replace(JOB, segments=5), "its scan has 4 segments, this one 5"),
    ],
)
def test_the_checkpoint_of_another_job_is_refused(
    path: Path, job: Job, message: str
) -> None:
    check_job(path, STATE, JOB)
    with pytest.raises(InvalidCursorError, match=message):
        check_job(path, STATE, job)
