"""Checkpoint files: replaced as a whole, and good for one job."""

import errno
import os
from pathlib import Path

import anyio
import pytest
from msgspec.structs import replace

from dynamorm_async import InvalidCursorError
from dynamorm_async.migrations.checkpoint import (
    Checkpoint,
    Job,
    Side,
    check_job,
    check_table,
    check_writable,
    load,
    remove,
    save,
)
from dynamorm_async.migrations.report import Counts

SOURCE = Side("old", "Old", "1234")
TARGET = Side("new", "New", "5678")
JOB = Job(SOURCE, TARGET, 4)
STATE = Checkpoint(
    job=JOB,
    started="2026-11-22",
    source_id="1",
    target_id="2",
    token="t",
    counts=Counts(3, 2, 1),
    backup="b",
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
            b'{"job":{"source":{"table":"a","model":"A","shape":""},"target":{"table":'
            b'"b","model":"B","shape":""},"segments":1},"started":"","source_id":"",'
            b'"version":2}',
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
        (replace(JOB, target=replace(TARGET, table="x")), "target is the table 'new'"),
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


def test_a_table_that_was_made_again_is_refused(path: Path) -> None:
    check_table(path, "new", None, "2")
    check_table(path, "new", "2", "2")
    with pytest.raises(InvalidCursorError, match="'new' was deleted and made again"):
        check_table(path, "new", "1", "2")


def test_it_is_known_before_anything_is_done_whether_a_file_can_be_written(
    path: Path,
) -> None:
    anyio.run(save, path, STATE)
    anyio.run(check_writable, path)
    assert anyio.run(load, path) == STATE
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with pytest.raises(IsADirectoryError, match="directory"):
        anyio.run(check_writable, path.parent)
    with pytest.raises(FileNotFoundError, match="No such file"):
        anyio.run(check_writable, path.parent / "no" / "folder")


def test_a_full_disk_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    anyio.run(save, path, STATE)
    monkeypatch.setattr("os.fsync", is_full)
    with pytest.raises(OSError, match="No space left"):
        anyio.run(save, path, replace(STATE, token="u"))
    assert anyio.run(load, path) == STATE
