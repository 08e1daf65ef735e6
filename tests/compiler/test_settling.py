"""After a write the instance holds what the table holds."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from dynamorm_async import (
    Attr,
    Database,
    Model,
    created_at,
    field,
    partition_key,
)
from tests.asking import ask, body
from tests.compiler.written import (
    EARLIER,
    EARLIER_TEXT,
    NOTE_ITEM,
    Draft,
    Lease,
    a_note,
)
from tests.models import NOON, Account, Profile, a_user
from tests.scripted import ScriptedTransport, ok

VERBS = ["create", "put", "create_or_update", "update", "delete"]


def test_after_a_create_the_instance_holds_what_the_table_holds() -> None:
    user = a_user(rev=7, made=EARLIER, changed=EARLIER)
    compiled = ask(user).compile("create")
    before = (user.rev, user.made, user.changed)
    assert compiled.decode({}) is user
    assert [before, (user.rev, user.made, user.changed)] == [
        (7, EARLIER, EARLIER),
        (0, NOON, NOON),
    ]


def test_after_an_update_it_does_too() -> None:
    user = a_user(rev=7, made=EARLIER, changed=EARLIER)
    compiled = ask(user).compile("update", "rank")
    before = (user.rev, user.changed)
    assert compiled.decode({}) is user
    assert (before, (user.rev, user.made, user.changed)) == (
        (7, EARLIER),
        (8, EARLIER, NOON),
    )


def test_after_a_create_or_update_it_has_the_stored_creation_time() -> None:
    user = a_user(rev=7, made=None)
    stored = {"Attributes": {"made": {"S": EARLIER_TEXT}, "rev": {"N": "8"}}}
    ask(user).compile("create_or_update").decode(stored)
    assert (user.rev, user.made, user.changed) == (8, EARLIER, NOON)


def test_a_creation_time_stored_as_a_number_comes_back_as_a_time() -> None:
    draft = Draft(id="1")
    compiled = ask(draft).compile("create_or_update")
    compiled.decode({"Attributes": {"made": {"N": "1795348800"}}})
    assert draft.made == NOON


def test_a_time_to_live_is_whole_seconds_in_memory_too() -> None:
    draft = Draft(id="1", expires=NOON + timedelta(milliseconds=750))
    compiled = ask(draft).compile("create")
    assert compiled.body["Item"]["expires"] == {"N": "1795348800"}
    compiled.decode({})
    assert draft.expires == NOON


def test_a_time_to_live_may_be_a_number() -> None:
    lease = Lease(id="1", until=1795348800)
    compiled = ask(lease).compile("put")
    compiled.decode({})
    assert (compiled.body["Item"]["until"], lease.until) == (
        {"N": "1795348800"},
        1795348800,
    )


def test_settling_goes_past_validators_and_converters() -> None:
    class Guarded(Model):
        id: Attr[str] = partition_key()
        made: Attr[datetime] = created_at()
        name: Attr[str] = field(default="", converter=str.upper)

    guarded = Guarded(id="1", name="x")
    ask(guarded).compile("create").decode({})
    assert (guarded.made, guarded.name) == (NOON, "X")


@pytest.mark.parametrize("verb", ["create", "create_or_update", "update", "delete"])
def test_a_stored_item_that_stands_in_the_way_is_decoded(verb: str) -> None:
    compiled = ask(a_note()).if_exists().compile(verb)  # type: ignore[arg-type]
    assert compiled.decode_item is not None
    assert compiled.decode_item(NOTE_ITEM) == a_note()


def test_compiling_leaves_the_instance_as_it_is() -> None:
    user = a_user(rev=7)
    before = dict(vars(user))
    for verb in VERBS:
        body(ask(user), verb)
    assert vars(user) == before


def test_a_delete_returns_nothing() -> None:
    assert ask(a_note()).compile("delete").decode({}) is None


def test_nested_values_keep_their_shape() -> None:
    assert body(ask(a_user(profile=Profile("Bonn", ["de"]))), "put")["Item"][
        "profile"
    ] == {"S": '{"city":"Bonn","langs":["de"]}'}


@pytest.mark.parametrize(("stored", "rev"), [("8", 8), ("9", 7)])
def test_an_instance_keeps_its_version_where_another_writer_came_between(
    stored: str, rev: int
) -> None:
    account = Account(number=1, holder="Ann", rev=7)
    compiled = ask(account).update_builder().add("balance", 5).compile()
    compiled.decode(
        {
            "Attributes": {
                "number": {"N": "1"},
                "holder": {"S": "Bob"},
                "balance": {"N": "6"},
                "rev": {"N": stored},
            }
        }
    )
    assert account == Account(number=1, holder="Ann", balance=Decimal(6), rev=rev)


async def test_an_update_that_leaves_half_an_item_is_a_success_all_the_same() -> None:
    user = a_user()
    transport = ScriptedTransport(ok(Attributes={"rank": {"N": "1"}}))
    async with Database(region="eu-west-1", transport=transport) as db:
        await db.model(user).update_builder(touch=False).remove("email").add("rank", 1)
    assert user == a_user(rank=1)
