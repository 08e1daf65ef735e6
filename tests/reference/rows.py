"""The model that expressions are tried on, and items of it."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from dynamorm_async import Attr, Model, field, partition_key, sort_key

START = datetime(2026, 1, 1, tzinfo=UTC)


class Row(Model, table="rows"):
    """A field of every kind, half of them often missing, many with reserved names."""

    id: Attr[str] = partition_key(attribute="key")
    number: Attr[int] = sort_key(attribute="order")
    count: Attr[int] = field(default=0)
    size: Attr[int | None] = field(default=None)
    title: Attr[str] = field(default="", attribute="name")
    status: Attr[str | None] = field(default=None)
    flag: Attr[bool | None] = field(default=None, attribute="value")
    blob: Attr[bytes | None] = field(default=None)
    moment: Attr[datetime | None] = field(default=None, attribute="timestamp")
    words: Attr[set[str]] = field(factory=set)
    numbers: Attr[set[int]] = field(factory=set, attribute="set")
    items: Attr[list[Any]] = field(factory=list, attribute="list")
    tree: Attr[dict[str, Any]] = field(factory=dict)
    nothing: Attr[str | None] = field(default=None, null=True)


TEXTS = ("", "a", "ab", "b", "ba", "é", "😀", "\ufffd")
BLOBS = (b"", b"a", b"ab", b"b", b"\xff")
WORDS = ("a", "ab", "b")
LEAST, MOST = -2, 3
"""The range of all numbers: small, so that they meet."""


def moment(number: int) -> datetime:
    """A time for a number, in the same order."""
    return START + timedelta(hours=number)


def a_row(random: Random, key: str, number: int) -> Row:
    """A row of random values."""

    def a_number() -> int:
        return random.randint(LEAST, MOST)

    def perhaps(value: Any) -> Any:
        return value if random.random() < 0.6 else None

    tree: dict[str, Any] = {
        "size": perhaps(a_number()),
        "s": perhaps(random.choice(TEXTS)),
        "deep": perhaps({"n": a_number(), "l": [a_number()]}),
        "l": perhaps([a_number() for _ in range(random.randint(0, 3))]),
    }
    return Row(
        id=key,
        number=number,
        count=a_number(),
        size=perhaps(a_number()),
        title=random.choice(TEXTS),
        status=perhaps(random.choice(TEXTS)),
        flag=perhaps(random.random() < 0.5),
        blob=perhaps(random.choice(BLOBS)),
        moment=perhaps(moment(a_number())),
        words=set(random.sample(WORDS, random.randint(0, 3))),
        numbers={a_number() for _ in range(random.randint(0, 3))},
        items=[
            random.choice([a_number(), random.choice(TEXTS)])
            for _ in range(random.randint(0, 4))
        ],
        tree={name: value for name, value in tree.items() if value is not None},
        nothing=perhaps("x"),
    )


def values_of(row: Row) -> dict[str, Any]:
    """What is stored of a row, in Python's types: absent attributes are left out."""
    named = {
        "key": row.id,
        "order": row.number,
        "count": row.count,
        "size": row.size,
        "name": row.title,
        "status": row.status,
        "value": row.flag,
        "blob": row.blob,
        "timestamp": row.moment,
        "words": row.words or None,
        "set": row.numbers or None,
        "list": row.items,
        "tree": row.tree,
    }
    present = {name: each for name, each in named.items() if each is not None}
    return {**present, "nothing": row.nothing}


KEY = "k"
ROWS = [a_row(Random(seed), KEY, seed) for seed in range(24)]
"""Items to try expressions on, all of one partition; the same in every run."""
