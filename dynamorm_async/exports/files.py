"""The files of exports and imports: plain and blocking, to be used from threads."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

import msgspec
from msgspec import Struct

from ..errors import ConfigurationError, InvalidValueError

_LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; the JSON of an item of 400 KB has fewer, whatever it escapes."""


def is_gzip(path: str | os.PathLike[str]) -> bool:
    """Whether a file of this name is compressed."""
    return os.fspath(path).lower().endswith(".gz")


class Output:
    """Where lines go, batch by batch.

    What was written by `write` is on the disk when it returns, and of a compressed file
    a whole part of its own: whatever comes after can be cut off again.
    """

    def __init__(self, file: BinaryIO, *, compress: bool, is_durable: bool) -> None:
        self._file = file
        self._compress = compress
        self._is_durable = is_durable
        self.size = file.tell() if is_durable else 0
        """Bytes written, those of former runs included."""

    @classmethod
    def started(cls, path: Path, *, compress: bool) -> Self:
        """A new file; raises `ConfigurationError` if there is one."""
        return cls(_opened(path, "xb"), compress=compress, is_durable=True)

    @classmethod
    def resumed(cls, path: Path, size: int, *, compress: bool) -> Self:
        """A file as it was when it had so many bytes."""
        file = _opened(path, "r+b")
        if file.seek(0, os.SEEK_END) < size:
            file.close()
            raise ConfigurationError(
                f"{path} is shorter than its checkpoint says; start anew with force"
            )
        file.truncate(size)
        file.seek(size)
        return cls(file, compress=compress, is_durable=True)

    def write(self, text: str) -> None:
        """Write lines, and wait until they are there."""
        data = text.encode()
        # Without the time in it, the same items make the same file.
        self._file.write(gzip.compress(data, mtime=0) if self._compress else data)
        self._file.flush()
        if self._is_durable:
            os.fsync(self._file.fileno())
            self.size = self._file.tell()

    def close(self) -> None:
        """Close the file, if it is ours."""
        if self._is_durable:
            self._file.close()


class Input:
    """The lines of a file, each with its end; undecodable bytes become surrogates."""

    def __init__(self, file: BinaryIO, *, compressed: bool, size: int | None) -> None:
        self._raw = file
        self._file = gzip.GzipFile(fileobj=file) if compressed else file
        self.size = size
        """Bytes of the file; None of a stream."""

    @classmethod
    def opened(cls, path: Path) -> Self:
        """A file to read; raises `ConfigurationError` if it cannot be."""
        file = _opened(path, "rb")
        size = os.fstat(file.fileno()).st_size
        return cls(file, compressed=is_gzip(path), size=size)

    @classmethod
    def stream(cls, file: BinaryIO) -> Self:
        """What is read as it comes, and belongs to somebody else."""
        return cls(file, compressed=False, size=None)

    @property
    def done(self) -> int:
        """Bytes read, of the file as it is."""
        return self._raw.tell() if self.size is not None else 0

    def lines(self) -> Iterator[str]:
        """Line by line; raises `InvalidValueError` for a damaged file."""
        try:
            while line := self._file.readline(_LONGEST_LINE):
                if len(line) == _LONGEST_LINE:
                    raise InvalidValueError(
                        f"a line has more than {_LONGEST_LINE:,} bytes: is this the "
                        "right format?"
                    )
                yield line.decode("utf-8", "surrogateescape")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InvalidValueError("the file is no gzip, or is damaged") from error

    def close(self) -> None:
        """Close the file, if it is ours."""
        if self.size is not None:
            self._raw.close()


class StateFile(Struct, frozen=True):
    """A small file that says how far a job has come; there while it is unfinished."""

    path: Path

    def exists(self) -> bool:
        """Whether there is an unfinished job."""
        return self.path.exists()

    def read(self, type_: Any) -> Any:
        """What it says; raises `ConfigurationError` for what is no such file."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=type_)
        except FileNotFoundError:
            raise ConfigurationError(
                f"there is nothing to resume: no file {self.path}"
            ) from None
        except (OSError, msgspec.DecodeError, ValueError) as error:
            raise ConfigurationError(
                f"{self.path} cannot be read, or is no checkpoint; delete it to start "
                "anew"
            ) from error

    def write(self, state: object) -> None:
        """Put the new state in the place of the old, all of it or nothing."""
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with beside.open("wb") as file:
                file.write(msgspec.json.encode(state))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise ConfigurationError(
                f"the checkpoint {self.path} cannot be written: {error.strerror}"
            ) from error

    def remove(self) -> None:
        """The job is done."""
        self.path.unlink(missing_ok=True)


def _opened(path: Path, mode: str) -> BinaryIO:
    try:
        file: Any = path.open(mode)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be opened: {error.strerror}"
        ) from error
    opened: BinaryIO = file
    return opened
