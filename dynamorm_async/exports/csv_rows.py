"""CSV: one column for each field of a model, under its stored name.

A cell is what a person would write: `18`, `true`, `Ann`, JSON for what has parts.  An
empty cell is an attribute that is not there, `null` is NULL, and a text that could be
taken for something else stands in it as JSON: `""`, `"null"`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import (
    InvalidValueError,
    ItemShapeError,
    UnknownFieldError,
    UnsupportedTypeError,
)
from ..wire import AttributeValue, Item
from .plain import json_bytes, plain, read_json
from .rows import Row
from .typed import NULL, Place, Typing

_LONGEST_CELL = 4 * 1024 * 1024
"""Characters; an item of 400 KB as JSON has fewer."""

_NULL_TEXT = "null"
_MARK = "\ufeff"
"""What some programs put at the beginning of a text in UTF-8."""


class CsvRows:
    """The CSV of one model's items."""

    def __init__(self, typing: Typing) -> None:
        self._typing = typing
        self._columns = tuple(typing.codec.fields)
        self.header = self.heading = _written(self._columns)
        self.left_out = 0
        """Attributes that the model does not know, and so have no column."""

    def line(self, item: Item) -> str:
        """The row of an item, with its end."""
        cells = [self._cell(name, item.get(name)) for name in self._columns]
        self.left_out += len(item.keys() - self._typing.codec.fields.keys())
        return _written(cells)

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        """The rows below a header, whose columns may stand in any order.

        Raises `UnknownFieldError` for a column that is no field of the model, and
        `ItemShapeError` for a file without a header.
        """
        # The only limit there is holds for all readers of the process.
        csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
        consumed: list[str] = []
        reader = csv.reader(_noting(lines, consumed), strict=True)
        columns = self._columns_of(next(reader, []))
        self.heading = "".join(consumed).removeprefix(_MARK)
        while True:
            consumed.clear()
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, "".join(consumed), reason="the line is not CSV")
                continue
            if cells:
                yield self._row(line, "".join(consumed), columns, cells)

    def _columns_of(self, header: list[str]) -> list[str]:
        if not header:
            raise ItemShapeError("the file is empty: CSV begins with a line of names")
        names = [header[0].removeprefix(_MARK), *header[1:]]
        found = [self._typing.codec.table.field(each).attribute for each in names]
        twice = next((each for each in found if found.count(each) > 1), None)
        if twice is not None:
            raise UnknownFieldError(f"two columns are for the attribute {twice!r}")
        return found

    def _row(self, line: int, text: str, columns: list[str], cells: list[str]) -> Row:
        if len(cells) != len(columns):
            reason = f"{len(cells)} cells, and the header names {len(columns)}"
            return Row(line, text, reason=reason)
        try:
            return Row(line, text, self._item(columns, cells))
        except (ItemShapeError, InvalidValueError, UnsupportedTypeError) as error:
            return Row(line, text, reason=str(error))

    def _item(self, columns: list[str], cells: list[str]) -> Item:
        item: Item = {}
        for name, cell in zip(columns, cells, strict=True):
            if not cell:
                continue
            try:
                item[name] = self._stored(cell, self._typing.field(name))
            except ItemShapeError as error:
                raise ItemShapeError(f"column {name!r}: {error}") from error
        return item

    def _stored(self, cell: str, place: Place) -> AttributeValue:
        if cell == _NULL_TEXT:
            return NULL
        if place.tag in ("S", "B") and cell.startswith('"'):
            return self._typing.of_text(_json_text(cell), place)
        return self._typing.of_text(cell, place)

    def _cell(self, name: str, stored: AttributeValue | None) -> str:
        if stored is None:
            return ""
        ((tag, content),) = stored.items()
        is_told = tag == self._typing.field(name).tag
        if is_told and tag in ("S", "N", "B") and not _is_ambiguous(content):
            return str(content)
        return json_bytes(plain(stored)).decode()


def _is_ambiguous(text: str) -> bool:
    is_odd = not text or text == _NULL_TEXT or text.startswith('"')
    # An end of line to some readers, and an end of text to others.
    return is_odd or "\r" in text or "\0" in text


def _json_text(cell: str) -> str:
    try:
        found: Any = read_json(cell)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise ItemShapeError("a cell that begins with a quote is a text of JSON")
    return found


def _noting(lines: Iterable[str], consumed: list[str]) -> Iterator[str]:
    for line in lines:
        consumed.append(line)
        yield line


def _written(cells: Iterable[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
