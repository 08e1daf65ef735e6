"""How large DynamoDB counts an item.

The rules are those of "DynamoDB item sizes and formats" in the developer guide.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from ..errors import ItemTooLargeError
from ..wire import AttributeValue, Item
from ..wire.sealed import SEALED, unsealed

LARGEST_ITEM = 400 * 1024
"""Bytes, names included."""

LARGEST_TRANSACTION = 4 * 1024 * 1024
"""Bytes of all its items."""


_encode = msgspec.json.Encoder(enc_hook=unsealed).encode


def check_size(model_name: str, item: Item) -> None:
    """Refuse an item, or the known part of one, over DynamoDB's limit."""
    # The JSON is never shorter than the item is large, and quick to make.
    if json_size(item) <= LARGEST_ITEM:
        return
    size = item_size(item)
    if size > LARGEST_ITEM:
        largest = max(item, key=lambda name: item_size({name: item[name]}))
        raise ItemTooLargeError(
            f"{model_name}: the item has {size:,} bytes, and DynamoDB takes "
            f"{LARGEST_ITEM:,}; the largest attribute is {largest!r}"
        )


def json_size(item: Item) -> int:
    """Bytes of the item's JSON."""
    return len(_encode(item))


def check_transaction(items: Iterable[Item]) -> None:
    """Refuse a transaction of items that are too large together."""
    size = sum(map(item_size, items))
    if size > LARGEST_TRANSACTION:
        raise ItemTooLargeError(
            f"the items of the transaction have {size:,} bytes together, and DynamoDB "
            f"takes {LARGEST_TRANSACTION:,}"
        )


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


def _envelope_size(plain: Any) -> int:
    # What is around the value: the data key, nonce, tag, and the names of the map.
    return 300 + len(msgspec.json.encode(plain.value))


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
    SEALED: _envelope_size,
}
