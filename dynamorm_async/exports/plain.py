"""Stored values as plain JSON: exact numbers, base64 for bytes, lists for sets."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from ..wire import AttributeValue, Item

JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class NumberText(str):
    """A number of JSON, to the digit as it was written."""

    __slots__ = ()


def plain(stored: AttributeValue) -> Any:
    """A stored value as what `json_bytes` writes.

    >>> json_bytes(plain({"L": [{"N": "1.10"}, {"SS": ["b", "a"]}]}))
    b'[1.10,["a","b"]]'
    """
    ((tag, content),) = stored.items()
    return _PLAIN[tag](content)


def plain_item(item: Item) -> dict[str, Any]:
    """A stored item, by stored names."""
    return {name: plain(value) for name, value in item.items()}


def json_bytes(value: object) -> bytes:
    """One line of JSON, without its end."""
    return msgspec.json.encode(value)


def read_json(text: str) -> Any:
    """The value of a JSON text, its numbers as `NumberText`.  Raises ValueError."""
    try:
        return json.loads(
            text,
            parse_int=NumberText,
            parse_float=NumberText,
            parse_constant=_no_number,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None


def number(text: str) -> msgspec.Raw:
    """A number as JSON writes one; to the digit as it is stored where that is valid."""
    if not JSON_NUMBER.fullmatch(text):
        text = str(Decimal(text))
    return msgspec.Raw(text.encode())


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "S": lambda text: text,
    "N": number,
    "B": lambda text: text,
    "BOOL": lambda value: value,
    "NULL": lambda _: None,
    "SS": sorted,
    "NS": lambda texts: [number(each) for each in sorted(texts, key=Decimal)],
    "BS": sorted,
    "L": lambda elements: list(map(plain, elements)),
    "M": plain_item,
}
