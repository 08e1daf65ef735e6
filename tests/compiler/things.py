"""A model with one field of many a type, and what its filters come to."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from dynamorm_async import Attr, Model, field, partition_key
from tests.asking import ask, body
from tests.models import Profile


class Color(Enum):
    RED = "red"


class Thing(Model, table="things"):
    """One field of many a type."""

    id: Attr[str] = partition_key()
    when: Attr[datetime] = field()
    since: Attr[datetime] = field(format="unix")
    day: Attr[date] = field()
    took: Attr[timedelta] = field()
    price: Attr[Decimal] = field()
    share: Attr[float] = field()
    color: Attr[Color] = field()
    uid: Attr[UUID] = field()
    blob: Attr[bytes] = field()
    done: Attr[bool] = field()
    names: Attr[set[str]] = field()
    numbers: Attr[set[int]] = field()
    parts: Attr[list[Color]] = field()
    labels: Attr[list[str]] = field(as_set=True)
    rooms: Attr[dict[str, list[date]]] = field()
    profile: Attr[Profile] = field()
    packed: Attr[Profile] = field(json=True)
    raw: Attr[str] = field(binary=True)
    maybe: Attr[str | None] = field(null=True)
    other: Attr[str | None] = field(default=None)
    sealed: Attr[str] = field(encrypted=True)
    anything: Attr[Any] = field()


def text_of(model: type[Model], *parts: Any) -> tuple[str, list[str], list[Any]]:
    """A filter's text, and what its placeholders stand for, in their order."""
    sent = body(ask(model).filter(*parts), "scan")
    return (
        sent["FilterExpression"],
        list(sent.get("ExpressionAttributeNames", {}).values()),
        list(sent.get("ExpressionAttributeValues", {}).values()),
    )
