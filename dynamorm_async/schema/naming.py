"""Stored names and table names, from Python names.

The conversions equal those of the Go library DynamORM, so that both can share a table.
"""

import re
from collections.abc import Callable

from ..errors import InvalidModelError

Naming = str | Callable[[str], str] | None
"""`None` keeps the Python name; "camelCase", "snake_case", or a function."""


def camel_case(name: str) -> str:
    """`user_id` and `UserId` to `userId`, `URLValue` to `urlValue`.

    `PK` and `SK` stay as they are.
    """
    if name in ("PK", "SK"):
        return name
    first, *rest = [part for part in name.split("_") if part] or [name]
    return _lower_capitals(first) + "".join(part[0].upper() + part[1:] for part in rest)


def _lower_capitals(name: str) -> str:
    run = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    # The last capital of a run begins the next word: URLValue is url + Value.
    kept = run if run in (1, len(name)) else run - 1
    return name[:kept].lower() + name[kept:]


def snake_case(name: str) -> str:
    """`UserID` to `user_id`, `HTTPCode2` to `http_code2`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


_CONVENTIONS: dict[str, Callable[[str], str]] = {
    "camelCase": camel_case,
    "camel_case": camel_case,
    "snake_case": snake_case,
}


def convention(naming: Naming) -> Callable[[str], str]:
    """The function that `naming` stands for."""
    if naming is None:
        return str
    if callable(naming):
        return naming
    if naming in _CONVENTIONS:
        return _CONVENTIONS[naming]
    raise InvalidModelError(
        f"naming={naming!r} is unknown; use None, 'camelCase', 'snake_case' or a "
        "function"
    )


def plural(name: str) -> str:
    """The table name of a class without one: `User` to `Users`, `City` to `Cities`."""
    if name.endswith("s"):
        return f"{name}es"
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}s"
