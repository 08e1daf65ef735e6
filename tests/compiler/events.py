"""A model with many indexes, and what is asked of it."""

from typing import Any

from dynamorm_async import Attr, Model, field, gsi, lsi, partition_key, sort_key
from dynamorm_async.expressions.conditions import Condition
from tests.asking import ask


class Event(Model, table="events"):
    """Many indexes, of which some share their partition key."""

    shop: Attr[str] = partition_key()
    number: Attr[int] = sort_key()
    kind: Attr[str] = field(index=[gsi("kind-day"), gsi("kind-cost"), gsi("kind-only")])
    day: Attr[str] = field(default="", index=gsi("kind-day", sort=True))
    cost: Attr[int] = field(
        default=0, index=[gsi("kind-cost", sort=True), lsi("shop-cost")]
    )
    user: Attr[str] = field(default="", index=[gsi("user")])
    note: Attr[str] = field(default="")


SHOP, NUMBER = Event.shop == "s", Event.number == 1
KIND, DAY, COST = Event.kind == "k", Event.day == "d", Event.cost > 5
WHO, NOTE = Event.user == "u", Event.note == "n"


def written_out(sent: dict[str, Any], part: str) -> str | None:
    """An expression with its placeholders filled in."""
    text: str | None = sent.get(part)
    for key, name in sent.get("ExpressionAttributeNames", {}).items():
        text = text and text.replace(key, name)
    for key, value in sent.get("ExpressionAttributeValues", {}).items():
        text = text and text.replace(key, str(*value.values()))
    return text


def terms_of(text: str | None) -> list[str]:
    """The terms of a filter, whatever their order."""
    return sorted((text or "").split(" AND "))


def asked_for(*terms: Condition, model: type[Model] = Event) -> Any:
    query: Any = ask(model)
    for term in terms:
        query = query.where(term)
    return query
