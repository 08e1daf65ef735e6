"""Cursors: where to read on, as text.

The text is the base64url JSON of the Go library DynamORM, byte for byte, so that
services in both languages can hand cursors to each other.
"""

import base64
from typing import TYPE_CHECKING, Any

from ..errors import InvalidCursorError
from ..lazily import lazy
from ..wire import AttributeValue, Item

if TYPE_CHECKING:
    import json
else:
    json = lazy("json")

_KEY_TYPES = frozenset({"S", "N", "B"})

# Go's encoder writes these as escapes, so that JSON can stand inside HTML.
_ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def write_cursor(last_key: Item, index: str | None, order: str | None) -> str:
    """The cursor after the row of this key."""
    content: dict[str, Any] = {"lastKey": _sorted(last_key)}
    if index:
        content["index"] = index
    if order:
        content["sort"] = order
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.translate(_ESCAPED).encode()).decode()


def _sorted(attributes: Item) -> Item:
    return {
        name: {"M": _sorted(value["M"])} if "M" in value else value
        for name, value in sorted(attributes.items())
    }


def read_cursor(
    text: str, index: str | None, order: str | None, attributes: tuple[str, ...]
) -> Item:
    """The key after which to read on.

    Raises `InvalidCursorError` for a text that is no cursor, and for one of another
    query: of another index, order or key.
    """
    content = read_json("cursor", text)
    last_key: Any = content.get("lastKey")
    if not is_key(last_key):
        raise InvalidCursorError("the cursor is malformed: it holds no key")
    theirs = (content.get("index") or None, _direction(content.get("sort")))
    if theirs != (index or None, _direction(order)):
        raise InvalidCursorError(
            "the cursor belongs to another query: its index or order differs"
        )
    if last_key.keys() != set(attributes):
        raise InvalidCursorError(
            "the cursor belongs to another query: its key is not made of "
            + ", ".join(attributes)
        )
    found: Item = last_key
    return found


def _direction(order: object) -> str:
    return str(order or "ASC").upper()


def read_json(kind: str, text: str) -> dict[str, Any]:
    """The JSON object in a text that was handed out; `kind` names it in errors."""
    try:
        padded = text + "=" * (-len(text) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidCursorError(
            f"the {kind} is malformed: it is no base64 JSON"
        ) from error
    if not isinstance(content, dict):
        raise InvalidCursorError(f"the {kind} is malformed: it is no JSON object")
    return content


def is_key(candidate: object) -> bool:
    """Whether it has the form of an item's key."""
    return isinstance(candidate, dict) and all(map(_is_key_part, candidate.values()))


def _is_key_part(value: AttributeValue) -> bool:
    return (
        isinstance(value, dict)
        and len(value) == 1
        and value.keys() <= _KEY_TYPES
        and all(isinstance(each, str) for each in value.values())
    )
