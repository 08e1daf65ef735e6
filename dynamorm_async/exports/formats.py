"""The formats of files of items.  Pure: texts and items, no file and no loop."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from ..errors import (
    InvalidOperatorError,
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from ..marshalling.codecs import Codecs
from ..marshalling.items import ItemCodec
from ..wire import Item
from .csv_rows import CsvRows
from .plain import json_bytes, plain_item, read_json
from .rows import ItemFormat, Row
from .typed import Typing

__all__ = ["FORMATS", "FormatName", "ItemFormat", "Row", "format_for", "name_of"]

FormatName = str
"""`dynamodb-json`, `jsonl` or `csv`."""


class DynamoDBJson:
    """Lines of `{"Item": {"id": {"S": "1"}}}`, as exports to S3 have them: exact."""

    header = heading = ""

    def __init__(self, typing: Typing) -> None:
        self._typing = typing

    def line(self, item: Item) -> str:
        """The line of an item, with its end."""
        return json_bytes({"Item": self._typing.ordered(item)}).decode() + "\n"

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        """The rows of lines; blank lines are skipped."""
        return _json_rows(lines, _item_of_line)


class PlainJson:
    """Lines of `{"id": "1"}`: what the model tells of the types makes them whole."""

    header = heading = ""

    def __init__(self, typing: Typing) -> None:
        self._typing = typing

    def line(self, item: Item) -> str:
        """The line of an item, with its end."""
        return json_bytes(plain_item(self._typing.ordered(item))).decode() + "\n"

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        """The rows of lines; blank lines are skipped."""
        return _json_rows(lines, lambda text: self._typing.item(read_json(text)))


class Kind(Struct, frozen=True):
    """One kind of file: its names' endings, and what makes its format for a model."""

    suffixes: tuple[str, ...]
    make: Callable[[Typing], ItemFormat]


FORMATS: dict[FormatName, Kind] = {
    "dynamodb-json": Kind((".json", ".ddb.jsonl"), DynamoDBJson),
    "jsonl": Kind((".jsonl", ".ndjson"), PlainJson),
    "csv": Kind((".csv",), CsvRows),
}
"""Every format by its name."""


def name_of(path: str | os.PathLike[str]) -> FormatName:
    """The format that a file's name says, `.gz` aside.

    >>> name_of("users.csv.gz")
    'csv'

    Raises `InvalidOperatorError` for a name that says none.
    """
    name = os.fspath(path).lower().removesuffix(".gz")
    found = [
        (len(suffix), kind)
        for kind, each in FORMATS.items()
        for suffix in each.suffixes
        if name.endswith(suffix)
    ]
    if not found:
        endings = ", ".join(each for kind in FORMATS.values() for each in kind.suffixes)
        raise InvalidOperatorError(
            f"the name of {os.fspath(path)!r} says no format; end it with one of "
            f"{endings} (and .gz), or name the format: {', '.join(FORMATS)}"
        )
    return max(found)[1]


def format_for(name: FormatName, codec: ItemCodec[Any], codecs: Codecs) -> ItemFormat:
    """The format of this name, for the items of a model."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise InvalidOperatorError(f"there is no format {name!r}; there are {known}")
    return FORMATS[name].make(Typing(codec, codecs))


def _item_of_line(text: str) -> Item:
    found = msgspec.json.decode(text)
    if not isinstance(found, dict) or not isinstance(found.get("Item"), dict):
        raise ItemShapeError('expected a line of the form {"Item": {...}}')
    item: Item = found["Item"]
    return item


def _json_rows(lines: Iterable[str], read: Callable[[str], Item]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        text = line.removeprefix("\ufeff") if number == 1 else line
        if not text.strip():
            continue
        try:
            yield Row(number, line, read(text))
        except (
            ItemShapeError,
            InvalidValueError,
            UnsupportedTypeError,
        ) as error:
            yield Row(number, line, reason=str(error))
        except (ValueError, msgspec.DecodeError):
            # Its own words may quote the line.
            yield Row(number, line, reason="the line is not JSON")
