"""Many a request, compiled and printed: the same in every process.

Run as a program by `test_determinism.py`.
"""

import json
from typing import Any

from tests.asking import ask
from tests.compiler.things import Color, Thing
from tests.models import NOON, Account, Listing, Note, Place, Profile, User, a_user

LETTERS = frozenset("abcdefgh")


def requests() -> list[Any]:
    """The requests, each compiled anew."""
    user = a_user(tags=set(LETTERS), profile=Profile("Ulm", sorted(LETTERS)))
    keyed = ask(User).where(User.id == "1")
    place = Place(country="DE", address={each: {each} for each in sorted(LETTERS)})
    place.id = place.id.__class__(int=1)
    return [
        *(ask(user).compile(verb) for verb in ("create", "put", "delete")),
        *(ask(user).compile(verb) for verb in ("create_or_update", "update")),
        ask(user).compile("update", "tags", "rank", "nick"),
        ask(place).compile("put"),
        ask(Account(number=1))
        .if_exists()
        .where(Account.holder == "x")
        .compile("delete"),
        keyed.filter(User.tags == set(LETTERS)).compile(),
        keyed.filter(User.name.is_in(set(LETTERS))).compile(),
        keyed.filter("name", "IN", LETTERS).compile(),
        keyed.filter(User.rank.is_in(frozenset(range(20)))).compile(),
        keyed.filter("tags", "SIZE IN", {9, 8, 7}).compile(),
        keyed.where(User.joined > NOON).select("name", "rank").compile(),
        ask(Thing).filter(Thing.color.is_in(set(Color))).compile("scan"),
        ask(Listing).where(Listing.shop == "s").select("price").compile(),
        ask(Place)
        .where(Place.country == "DE")
        .where(Place.city > "U")
        .compile("count"),
        ask(Note)
        .where(Note.owner == "a")
        .filter_group(lambda q: q.filter(Note.stars > 1).or_filter(Note.text == "x"))
        .compile(),
        ask(Note(owner="a", day="1"))
        .with_condition_expression(
            "#t = :t OR #s > :s",
            {"t": "x", "s": set(LETTERS)},
            {"s": "stars", "t": "text"},
        )
        .compile("put"),
    ]


if __name__ == "__main__":
    for each in requests():
        print(each.operation, json.dumps(each.body))  # noqa: T201 # its output is its use
