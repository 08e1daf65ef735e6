"""PynamoDB: instances of its own model class; it blocks, so one call is in flight."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.models import Model

from benchmarks import work


class Moment(UnicodeAttribute):
    """A time in the text that all others store; PynamoDB's own has another form."""

    def serialize(self, value: datetime) -> str:
        """To text."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def deserialize(self, value: str) -> datetime:
        """From text."""
        return datetime.fromisoformat(value)


class Exact(NumberAttribute):
    """A decimal; PynamoDB's own numbers are floats."""

    def serialize(self, value: Decimal) -> str:
        """To text."""
        return str(value)

    def deserialize(self, value: str) -> Decimal:
        """From text."""
        return Decimal(value)


class Person(Model):
    """The item of every benchmark."""

    class Meta:
        """Where it is."""

        table_name = work.TABLE
        region = work.REGION
        host = ""

    id = UnicodeAttribute(hash_key=True)
    day = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    status = UnicodeAttribute()
    rank = NumberAttribute()
    score = NumberAttribute()
    balance = Exact()
    active = BooleanAttribute()
    made = Moment()
    tags = UnicodeSetAttribute()
    marks = ListAttribute(of=NumberAttribute)
    address = MapAttribute()


class Driver:
    """The model, and where it is."""

    def __init__(self, endpoint: str) -> None:
        Person.Meta.host = endpoint
        self._keys = [tuple(work.key(number).values()) for number in range(work.ROWS)]
        self._batch = [Person(**work.values(number)) for number in range(work.WRITES)]

    def get(self, number: int) -> Any:
        """One item by its key."""
        return Person.get(f"person-{number}", "2026-11-22")

    def put(self, number: int) -> None:
        """Write a new instance."""
        Person(**work.values(number)).save()

    def update(self, number: int) -> None:
        """Three changes to one item."""
        Person(f"person-{number}", "2026-11-22").update(
            actions=[
                Person.name.set("Ada"),
                Person.status.set("idle"),
                Person.rank.add(1),
            ]
        )

    def query(self, number: int) -> list[Any]:
        """A page of items of one partition."""
        return list(Person.query(f"person-{number}"))

    def batch_get(self, _number: int) -> list[Any]:
        """Items by their keys."""
        return list(Person.batch_get(self._keys))

    def batch_write(self, _number: int) -> None:
        """Put instances."""
        with Person.batch_write() as batch:
            for each in self._batch:
                batch.save(each)


def told(found: Any) -> list[dict[str, Any]]:
    """What was read, as values to compare."""
    rows = found if isinstance(found, list) else [found]
    return [{"id": each.id, "name": each.name} for each in rows]
