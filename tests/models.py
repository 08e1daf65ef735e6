"""The example models that the tests share."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import attrs

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    field,
    gsi,
    lsi,
    partition_key,
    sort_key,
    ttl,
    updated_at,
    version,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOON_TEXT = "2026-11-22T12:00:00.000000Z"


@attrs.define
class Profile:
    city: str
    langs: list[str] = attrs.field(factory=list)


class User(Model, table="users"):
    """The model of the design: every role, every kind of index."""

    id: Attr[str] = partition_key()
    joined: Attr[datetime] = sort_key()
    email: Attr[str] = field(index="gsi-email")
    status: Attr[str] = field(index=gsi("gsi-status"))
    rank: Attr[int] = field(
        default=0, index=[gsi("gsi-status", sort=True), lsi("lsi-rank")]
    )
    name: Attr[str] = field(attribute="display_name")
    nick: Attr[str | None] = field(default=None, omitempty=True)
    tags: Attr[set[str]] = field(factory=set)
    profile: Attr[Profile] = field(json=True)
    rev: Attr[int] = version()
    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()
    expires: Attr[datetime | None] = ttl(default=None)


class Note(Model, table="notes"):
    """The smallest model with a sort key; nothing automatic."""

    owner: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
    text: Attr[str] = field(default="")
    stars: Attr[int] = field(default=0)


class Account(Model, table="accounts"):
    """A model with one key and a version."""

    number: Attr[int] = partition_key()
    holder: Attr[str] = field(default="")
    balance: Attr[Decimal] = field(default=Decimal(0))
    rev: Attr[int] = version()


class Place(Model, table="places"):
    """Nested values, and indexes that do not hold everything."""

    id: Attr[UUID] = partition_key(factory=uuid4)
    country: Attr[str] = field(index=gsi("by-country"))
    city: Attr[str | None] = field(default=None, index=gsi("by-country", sort=True))
    zone: Attr[str | None] = field(default=None, index=gsi("by-zone"))
    height: Attr[float] = field(default=0.0)
    address: Attr[dict[str, Any]] = field(factory=dict)
    scores: Attr[list[int]] = field(factory=list)
    profile: Attr[Profile | None] = field(default=None)


class Listing(
    Model,
    table="listings",
    projections={"by-kind": "KEYS_ONLY", "by-shop": ["price"]},
):
    """Indexes that project only a part."""

    id: Attr[str] = partition_key()
    kind: Attr[str] = field(index=gsi("by-kind"))
    shop: Attr[str] = field(index=[gsi("by-shop"), gsi("by-kind", sort=True)])
    price: Attr[int] = field(default=0)
    title: Attr[str] = field(default="")


def a_user(**said: Any) -> User:
    """A user, complete but for what is said."""
    whole: dict[str, Any] = {
        "id": "1",
        "joined": NOON,
        "email": "a@b.c",
        "status": "active",
        "name": "Ann",
        "profile": Profile("Ulm"),
    }
    return User(**{**whole, **said})
