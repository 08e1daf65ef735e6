"""How large DynamoDB counts an item.

The rules are those of "DynamoDB item sizes and formats" in the developer guide.
"""

from collections.abc import Callable
from typing import Any

from ..wire import AttributeValue, Item

LARGEST_ITEM = 400 * 1024
"""Bytes, names included."""


def item_size(item: Item) -> int:
    """The size of an item in bytes."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    """The size of one attribute value in bytes."""
    ((tag, content),) = value.items()
    return _SIZES[tag](content)


def _number_size(text: str) -> int:
    digits = text.upper().partition("E")[0].replace(".", "").lstrip("-").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def _bytes_size(text: str) -> int:
    return len(text) * 3 // 4 - text.count("=", -2)


def _text_size(text: str) -> int:
    return len(text.encode())


# A list or map costs three bytes, and one more for each element or pair.
def _list_size(elements: list[AttributeValue]) -> int:
    return 3 + sum(1 + value_size(each) for each in elements)


def _map_size(pairs: Item) -> int:
    return 3 + len(pairs) + item_size(pairs)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text_size,
    "N": _number_size,
    "B": _bytes_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda content: sum(map(_text_size, content)),
    "NS": lambda content: sum(map(_number_size, content)),
    "BS": lambda content: sum(map(_bytes_size, content)),
    "L": _list_size,
    "M": _map_size,
}
