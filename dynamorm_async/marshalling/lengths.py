"""The lengths of keys: DynamoDB takes only so many bytes (AWS: *Quotas*)."""

from typing import Any

from ..errors import InvalidValueError
from ..schema.table import FieldInfo, TableInfo
from ..wire import AttributeValue
from .values import Encode

LONGEST_PARTITION_KEY = 2048
LONGEST_SORT_KEY = 1024

_MOST_BYTES = 4
"""Of one character in UTF-8."""


def longest_of(field: FieldInfo, table: TableInfo) -> int | None:
    """The bytes that a field may have; None where it is part of no key."""
    keys = [(table.partition_key, table.sort_key)]
    keys += [(each.partition_key, each.sort_key) for each in table.indexes.values()]
    lengths = [LONGEST_PARTITION_KEY for one, _ in keys if one.name == field.name]
    lengths += [
        LONGEST_SORT_KEY
        for _, other in keys
        if other is not None and other.name == field.name
    ]
    return min(lengths, default=None)


def up_to(longest: int, encode: Encode) -> Encode:
    """Encodes what has at most so many bytes, and refuses what is longer."""
    surely_short = longest // _MOST_BYTES

    def encode_short(value: Any) -> AttributeValue:
        stored = encode(value)
        text = stored.get("S")
        if text is not None and len(text) <= surely_short:
            return stored
        size = _size(stored)
        if size > longest:
            raise InvalidValueError(
                f"a key of {size:,} bytes; DynamoDB takes at most {longest:,} here"
            )
        return stored

    return encode_short


def _size(stored: AttributeValue) -> int:
    text: str = stored.get("S", "")
    binary: str = stored.get("B", "")
    return len(text.encode()) + len(binary) * 3 // 4 - binary.count("=", -2)
