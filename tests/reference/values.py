"""Typed attribute values as values that Python compares: tag and content."""

import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Any

from attrs import frozen

from dynamorm_async.wire import AttributeValue, Item

DIGITS = 38
"""The precision of numbers; "Naming rules and data types" in the developer guide."""


@frozen
class Value:
    """A typed value: N is a Decimal, a set a frozenset, L a tuple, M a dict."""

    tag: str
    content: Any


def value_of(stored: AttributeValue) -> Value:
    """The value of DynamoDB's JSON; binary values are base64 text or bytes."""
    ((tag, content),) = stored.items()
    readers: dict[str, Callable[[Any], Any]] = {
        "N": Decimal,
        "B": _bytes,
        "SS": frozenset,
        "NS": lambda each: frozenset(map(Decimal, each)),
        "BS": lambda each: frozenset(map(_bytes, each)),
        "L": lambda each: tuple(map(value_of, each)),
        "M": item_of,
    }
    return Value(tag, readers.get(tag, lambda each: each)(content))


def item_of(item: Item) -> dict[str, Value]:
    """A whole item."""
    return {name: value_of(stored) for name, stored in item.items()}


def stored_values(values: Mapping[str, Any]) -> dict[str, Value]:
    """A whole item, from Python's own types."""
    return {name: stored_value(each) for name, each in values.items()}


def stored_value(value: Any) -> Value:
    """How DynamoDB holds a value of Python."""
    if isinstance(value, datetime):
        text = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return Value("S", text)
    if isinstance(value, set):
        elements = [stored_value(each) for each in value]
        return Value(f"{elements[0].tag}S", frozenset(e.content for e in elements))
    holders = ((tag, hold) for kind, tag, hold in _PYTHON if isinstance(value, kind))
    tag, hold = next(holders)
    return Value(tag, hold(value))


_PYTHON: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    (bool, "BOOL", bool),  # first, as a bool is an int
    (int, "N", Decimal),
    (str, "S", str),
    (bytes, "B", bytes),
    (type(None), "NULL", lambda _: True),
    (list, "L", lambda each: tuple(map(stored_value, each))),
    (dict, "M", stored_values),
)


def _bytes(content: str | bytes) -> bytes:
    return base64.b64decode(content) if isinstance(content, str) else content


def size_of(value: Value) -> int | None:
    """What `size()` gives; None of a type that has none."""
    return len(value.content) if value.tag not in ("N", "BOOL", "NULL") else None


def order_of(value: Value) -> Any:
    """By what values of one type are ordered; None where there is no order."""
    if value.tag == "S":
        return value.content.encode()
    return value.content if value.tag in ("N", "B") else None


def begins_with(value: Value, prefix: Value) -> bool:
    """Of two texts or two binary values: whether the one begins with the other."""
    return (
        value.tag == prefix.tag
        and value.tag in ("S", "B")
        and value.content.startswith(prefix.content)
    )


def contains(value: Value, part: Value) -> bool:
    """A part of a text or of bytes, or an element of a set or list."""
    if value.tag in ("S", "B"):
        return value.tag == part.tag and part.content in value.content
    if value.tag in ("SS", "NS", "BS"):
        return value.tag[0] == part.tag and part.content in value.content
    return value.tag == "L" and part in value.content


def total(one: Value, other: Value, sign: int = 1) -> Value:
    """The sum or difference of two numbers, in the precision of DynamoDB."""
    with localcontext() as context:
        context.prec = DIGITS
        return Value("N", one.content + sign * other.content)


def joined(parts: Iterable[Value]) -> Value:
    """Lists, one after the other."""
    return Value("L", tuple(each for part in parts for each in part.content))
