"""The floor with models: the same, read straight into attrs instances by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from attrs import define

from . import floor


@define
class Person:
    """What a reader by hand makes of an item."""

    id: str
    day: str
    name: str
    email: str
    status: str
    rank: int
    score: int
    balance: Decimal
    active: bool
    made: datetime
    tags: set[str]
    marks: list[int]
    address: dict[str, str]


def person(item: dict[str, Any]) -> Person:
    """An instance of a stored item; nothing is checked."""
    return Person(
        item["id"]["S"],
        item["day"]["S"],
        item["name"]["S"],
        item["email"]["S"],
        item["status"]["S"],
        int(item["rank"]["N"]),
        int(item["score"]["N"]),
        Decimal(item["balance"]["N"]),
        item["active"]["BOOL"],
        datetime.fromisoformat(item["made"]["S"]).astimezone(UTC),
        set(item["tags"]["SS"]),
        [int(each["N"]) for each in item["marks"]["L"]],
        {name: each["S"] for name, each in item["address"]["M"].items()},
    )


class Driver(floor.Driver):
    """The floor, and the instances."""

    async def get(self, number: int) -> Any:
        """One item by its key."""
        return person(await super().get(number))

    async def query(self, number: int) -> list[Any]:
        """A page of items of one partition."""
        return [person(item) for item in await super().query(number)]

    async def batch_get(self, number: int) -> list[Any]:
        """Items by their keys."""
        return [person(item) for item in await super().batch_get(number)]


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each.id, "name": each.name} for each in rows]
