"""A model with something of every kind that an update can change, and an item of it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from dynamorm_async import Attr, Database, Model, field, partition_key

Build = Callable[[Any], Any]
"""Steps of an update builder: from one to the next."""


class Thing(Model, table="things"):
    """Something of every kind that an update can change."""

    id: Attr[str] = partition_key()
    count: Attr[int] = field(default=0)
    price: Attr[Decimal | None] = field(default=None)
    title: Attr[str | None] = field(default=None, attribute="t")
    words: Attr[set[str]] = field(factory=set)
    numbers: Attr[set[int]] = field(factory=set)
    blobs: Attr[set[bytes]] = field(factory=set)
    labels: Attr[list[str]] = field(factory=list, as_set=True)
    rows: Attr[list[Any]] = field(factory=list)
    tree: Attr[dict[str, Any]] = field(factory=dict)
    seen: Attr[datetime | None] = field(default=None)
    copy: Attr[int | None] = field(default=None)


BEFORE: dict[str, Any] = {
    "id": {"S": "1"},
    "count": {"N": "5"},
    "t": {"S": "old"},
    "words": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": [b"a", b"b"]},
    "labels": {"SS": ["a"]},
    "rows": {"L": [{"N": "0"}, {"S": "one"}, {"N": "2"}]},
    "tree": {
        "M": {"a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}]}}}, "n": {"N": "1"}}
    },
}


def builder(db: Database, key: str = "1") -> Any:
    """The update builder of the item of this key."""
    return db.model(Thing).where(Thing.id == key).update_builder()
