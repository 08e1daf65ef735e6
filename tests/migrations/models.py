"""Two versions of a model, and the ways from the one to the other."""

from datetime import datetime
from typing import Any

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    field,
    partition_key,
    sort_key,
    version,
)


class UserV1(Model, table="users-v1"):
    id: Attr[str] = partition_key()
    name: Attr[str] = field(default="")
    zone: Attr[str] = field(default="Europe/Berlin")
    made: Attr[datetime] = created_at()
    rev: Attr[int] = version()


class UserV2(Model, table="users-v2"):
    country: Attr[str] = partition_key()
    id: Attr[str] = sort_key()
    title: Attr[str] = field(default="")
    made: Attr[datetime] = created_at()
    rev: Attr[int] = version()


class Clone(Model, table="users-clone"):
    """What `UserV1` is, in another table."""

    id: Attr[str] = partition_key()
    name: Attr[str] = field(default="")
    zone: Attr[str] = field(default="Europe/Berlin")
    made: Attr[datetime] = created_at()
    rev: Attr[int] = version()


def upgrade(old: UserV1) -> UserV2 | None:
    """The user under the new key; nobody whose id ends in 7."""
    if old.id.endswith("7"):
        return None
    return UserV2(country=old.zone.partition("/")[0], id=old.id, title=old.name.upper())


def as_v2(old: dict[str, Any]) -> dict[str, Any] | None:
    """What `upgrade` makes of a stored item."""
    if old["id"]["S"].endswith("7"):
        return None
    return {
        "country": {"S": "Europe"},
        "id": old["id"],
        "title": {"S": old["name"]["S"].upper()},
        "made": old["made"],
        "rev": old["rev"],
    }
