"""Who builds requests without sending them, and how: three requests each.

Each builder gets a number, and makes the body of a request about the item of that
number.  aiodynamo's and PynamoDB's builders are called as their clients call them.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from benchmarks import work

Builders = Mapping[str, Callable[[int], object]]

KEY, TWO, THREE = "get by key", "query, two conditions", "update, three changes"


def contenders() -> dict[str, Builders]:
    """The builders of every library that is installed."""
    found: dict[str, Builders] = {"dynamorm": dynamorm()}
    with suppress(ImportError):
        found["aiodynamo"] = aiodynamo()
    with suppress(ImportError):
        found["pynamodb"] = pynamodb()
    return found


def dynamorm() -> Builders:
    """Through the query builder, typed attributes and all."""
    from benchmarks.drivers.dynamorm import Person
    from dynamorm_async import Database

    db = Database(region=work.REGION)

    def key(number: int) -> object:
        query = db.model(Person).where(Person.id == f"person-{number}")
        return query.where(Person.day == "2026-11-22").compile("first").body

    def two(number: int) -> object:
        query = db.model(Person).where(Person.id == f"person-{number}")
        return query.filter(Person.rank > number).compile().body

    def three(number: int) -> object:
        query = db.model(Person).where(Person.id == f"person-{number}")
        builder = query.where(Person.day == "2026-11-22").update_builder()
        builder = builder.set(Person.name, "Ada").set(Person.status, "idle")
        return builder.add(Person.rank, number).compile().body

    return {KEY: key, TWO: two, THREE: three}


def aiodynamo() -> Builders:
    """As `Client.get_item`, `query` and `update_item` make their payloads."""
    from aiodynamo.client import _query_payload
    from aiodynamo.expressions import F, HashKey, Parameters
    from aiodynamo.models import Select
    from aiodynamo.utils import py2dy

    def key(number: int) -> object:
        wanted = {"id": f"person-{number}", "day": "2026-11-22"}
        return {"TableName": work.TABLE, "Key": py2dy(wanted), "ConsistentRead": False}

    def two(number: int) -> object:
        return _query_payload(
            table=work.TABLE,
            key_condition=HashKey("id", f"person-{number}"),
            start_key=None,
            filter_expression=F("rank").gt(number),
            scan_forward=True,
            index=None,
            projection=None,
            select=Select.all_attributes,
        )

    def three(number: int) -> object:
        changes = F("name").set("Ada") & F("status").set("idle") & F("rank").add(number)
        params = Parameters()
        body: dict[str, Any] = {
            "TableName": work.TABLE,
            "Key": py2dy({"id": f"person-{number}", "day": "2026-11-22"}),
            "UpdateExpression": changes.encode(params),
            "ReturnValues": "NONE",
        }
        body.update(params.to_request_payload())
        return body

    return {KEY: key, TWO: two, THREE: three}


def pynamodb() -> Builders:
    """The update that `Model.update` makes; its reads are not to be had unsent."""
    from benchmarks.drivers.pynamodb import Person

    def three(number: int) -> object:
        person = Person(f"person-{number}", "2026-11-22")
        changes = [
            Person.name.set("Ada"),
            Person.status.set("idle"),
            Person.rank.add(number),
        ]
        hash_key, range_key = person._get_hash_range_key_serialized_values()
        return person._get_connection().get_operation_kwargs(
            hash_key, range_key, actions=changes
        )

    return {THREE: three}
