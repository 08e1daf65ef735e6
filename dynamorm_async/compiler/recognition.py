"""Whether a stored item is what a write, whose reply was lost, left behind."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from ..schema.table import FieldInfo
from ..wire import AttributeValue, Body, Item
from ..wire.sealed import SEALED

Outcome = Callable[[Item | None], bool]
Applied = Callable[[Item | None, Body], bool]
"""Asks about a stored item, and the body of the write that may have made it."""


def holds_item(stored: Item | None, body: Body) -> bool:
    """Whether the stored item is the one that was put."""
    item: Item = body["Item"]
    return (
        stored is not None
        and stored.keys() == item.keys()
        and all(same_value(stored[name], value) for name, value in item.items())
    )


def holds_changes(
    changed: Mapping[str, str], foreseen: Item, removed: Iterable[str]
) -> Applied:
    """Whether the stored item has what an update sets, and lacks what it removes.

    `changed` gives for each attribute the placeholder of its new value.
    """
    gone = frozenset(removed)

    def applied(stored: Item | None, body: Body) -> bool:
        values = body.get("ExpressionAttributeValues", {})
        wanted = {name: values[each] for name, each in changed.items()} | foreseen
        return (
            stored is not None
            and gone.isdisjoint(stored)
            and all(
                name in stored and same_value(stored[name], value)
                for name, value in wanted.items()
            )
        )

    return applied


def is_gone(stored: Item | None, _body: Body) -> bool:
    """Whether there is no stored item."""
    return stored is None


def unknowable(_stored: Item | None, _body: Body) -> bool:
    """Of an item that looks the same whether the write was applied once or twice."""
    return False


def version_differs(version: FieldInfo, expected: int) -> Outcome:
    """Whether the stored version is not the expected one."""
    unversioned = {"N": str(version.default)}

    def outdated(stored: Item | None) -> bool:
        if stored is None:
            return True
        found = stored.get(version.attribute, unversioned)
        return not same_value(found, {"N": str(expected)})

    return outdated


def never(_stored: Item | None) -> bool:
    """Of no stored item."""
    return False


def same_value(one: AttributeValue, other: AttributeValue) -> bool:
    """Whether two attribute values are equal: numbers by value, sets in any order."""
    return _normal(one) == _normal(other)


def _normal(value: AttributeValue) -> object:
    for tag, content in value.items():
        if tag == "N":
            return tag, Decimal(content)
        if tag == "NS":
            return tag, frozenset(map(Decimal, content))
        if tag in ("SS", "BS"):
            return tag, frozenset(content)
        if tag == "L":
            return tag, [_normal(each) for each in content]
        if tag == SEALED:
            # The stored one was decrypted before it got here.
            return _normal(content.value)
        if tag == "M":
            return tag, {name: _normal(each) for name, each in content.items()}
        return tag, content
    return None
