"""The file of rows that made no item, as they stood in theirs: to be mended, and
imported.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import ConfigurationError
from .rows import Row


class Rejects:
    """Takes rejected rows; makes its file when the first comes."""

    def __init__(self, path: Path | None, *, append: bool) -> None:
        self._path = path
        self._append = append
        if path is not None and path.exists() and not append:
            raise ConfigurationError(
                f"{path} exists; rejected rows go to a file of their own"
            )

    @classmethod
    def to(
        cls, path: str | os.PathLike[str] | None, *, append: bool = False
    ) -> "Rejects":
        """Rejects in this file, or nowhere; `append` to those of a former run."""
        return cls(None if path is None else Path(path), append=append)

    def write(self, header: str, rows: Iterable[Row]) -> None:
        """Add rows; the header comes before the first."""
        texts = [each.text.removesuffix("\n") + "\n" for each in rows]
        if self._path is None or not texts:
            return
        is_new = not self._path.exists()
        try:
            # The very bytes, those included that are no UTF-8.
            with self._path.open(
                "a", encoding="utf-8", errors="surrogateescape", newline=""
            ) as file:
                file.writelines([header if is_new else "", *texts])
        except OSError as error:
            raise ConfigurationError(
                f"{self._path} cannot be written: {error.strerror}"
            ) from error
