"""Binary values: text on the wire, bytes in botocore's arguments."""

import binascii
from base64 import b64decode
from typing import Any

from ..errors import InvalidValueError


def with_bytes(part: Any) -> Any:
    """A request, or part of one, with its base64 texts as bytes.

    What needs no change is returned as it is, not copied.  An object whose member "B"
    is text is a binary value wherever it stands: in a map with an attribute named "B"
    that member is an object, and nothing else in a request may have such a name.
    """
    if isinstance(part, dict):
        return _object(part)
    if isinstance(part, list):
        changed = [with_bytes(each) for each in part]
        is_same = all(new is old for new, old in zip(changed, part, strict=True))
        return part if is_same else changed
    return part


def _object(part: dict[str, Any]) -> dict[str, Any]:
    if isinstance(part.get("B"), str):
        return {**part, "B": _decoded(part["B"])}
    if isinstance(part.get("BS"), list):
        return {**part, "BS": [_decoded(each) for each in part["BS"]]}
    changed = {}
    for name, value in part.items():
        if isinstance(value, dict | list):
            new = with_bytes(value)
            if new is not value:
                changed[name] = new
    return {**part, **changed} if changed else part


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidValueError(
            "a binary value of a request must be base64 text"
        ) from error
