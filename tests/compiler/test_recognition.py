"""Whether a stored item is what a write, whose reply was lost, left behind."""

from typing import Any
from uuid import UUID

import pytest

from dynamorm_async import UpdateBuilder
from dynamorm_async.compiler.recognition import (
    holds_changes,
    holds_item,
    is_gone,
    never,
    same_value,
    unknowable,
    version_differs,
)
from dynamorm_async.wire import AttributeValue, CompiledQuery, Item
from tests.asking import ask
from tests.models import NOON_TEXT, Account, Note, Place, a_user

REV = ask(Account)._question.table.field("rev")

SAME: list[tuple[AttributeValue, AttributeValue]] = [
    ({"S": "a"}, {"S": "a"}),
    ({"N": "1"}, {"N": "1.0"}),
    ({"N": "2E3"}, {"N": "2000"}),
    ({"N": "-0"}, {"N": "0"}),
    ({"NS": ["1", "20"]}, {"NS": ["2E1", "1.0"]}),
    ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
    ({"BS": ["YQ==", "Yg=="]}, {"BS": ["Yg==", "YQ=="]}),
    (
        {"L": [{"N": "1"}, {"SS": ["a", "b"]}]},
        {"L": [{"N": "1.0"}, {"SS": ["b", "a"]}]},
    ),
    (
        {"M": {"a": {"N": "1"}, "b": {"S": ""}}},
        {"M": {"b": {"S": ""}, "a": {"N": "1.0"}}},
    ),
    ({"NULL": True}, {"NULL": True}),
    ({"BOOL": False}, {"BOOL": False}),
    ({"B": "YQ=="}, {"B": "YQ=="}),
]
DIFFERENT: list[tuple[AttributeValue, AttributeValue]] = [
    ({"S": "a"}, {"S": "A"}),
    ({"S": "1"}, {"N": "1"}),
    ({"N": "1"}, {"N": "1.00000000000000000000000000000000000001"}),
    ({"BOOL": True}, {"N": "1"}),
    ({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}),
    ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "1"}, "b": {"N": "1"}}}),
    ({"SS": ["a"]}, {"L": [{"S": "a"}]}),
    ({"SS": ["a"]}, {"SS": ["a", "b"]}),
    ({"S": "a"}, {}),
]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [*((*pair, True) for pair in SAME), *((*pair, False) for pair in DIFFERENT)],
)
def test_values_are_compared_by_what_they_mean(
    one: AttributeValue, other: AttributeValue, same: bool
) -> None:
    assert (same_value(one, other), same_value(other, one)) == (same, same)


ITEM: Item = {"id": {"S": "1"}, "n": {"N": "1"}}


@pytest.mark.parametrize(
    ("stored", "applied"),
    [
        (ITEM, True),
        ({"id": {"S": "1"}, "n": {"N": "1.0"}}, True),
        ({"id": {"S": "1"}}, False),
        ({**ITEM, "more": {"S": "x"}}, False),
        ({**ITEM, "n": {"N": "2"}}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_put_was_applied_if_the_whole_item_is_there(
    stored: Item | None, applied: bool
) -> None:
    assert holds_item(stored, {"Item": ITEM}) is applied


@pytest.mark.parametrize(
    ("stored", "applied"),
    [
        ({**ITEM, "more": {"S": "x"}}, True),
        (ITEM, True),
        ({**ITEM, "gone": {"S": "x"}}, False),
        ({"id": {"S": "1"}}, False),
        ({"n": {"N": "2"}}, False),
        (None, False),
    ],
)
def test_an_update_was_applied_if_its_changes_are_there(
    stored: Item | None, applied: bool
) -> None:
    left_behind = holds_changes({"n": ":v0"}, {}, ["gone"])
    sent = {"ExpressionAttributeValues": {":v0": {"N": "1"}, ":v1": {"N": "2"}}}
    assert left_behind(stored, sent) is applied


@pytest.mark.parametrize(("stored", "gone"), [(None, True), ({}, False), (ITEM, False)])
def test_a_delete_was_applied_if_nothing_is_there(
    stored: Item | None, gone: bool
) -> None:
    assert is_gone(stored, {}) is gone


@pytest.mark.parametrize(
    ("stored", "differs"),
    [
        ({"rev": {"N": "3"}}, False),
        ({"rev": {"N": "3.0"}}, False),
        ({"rev": {"N": "4"}}, True),
        ({"rev": {"S": "3"}}, True),
        ({}, True),
        (None, True),
    ],
)
def test_a_version_is_another_if_it_is_not_the_one_in_memory(
    stored: Item | None, differs: bool
) -> None:
    assert version_differs(REV, 3)(stored) is differs


@pytest.mark.parametrize(
    ("stored", "differs"),
    [({}, False), ({"rev": {"N": "0"}}, False), ({"rev": {"N": "1"}}, True)],
)
def test_no_version_is_the_one_that_it_is_read_as(stored: Item, differs: bool) -> None:
    assert version_differs(REV, 0)(stored) is differs


def test_never_is_never() -> None:
    assert [never(None), never({}), unknowable({}, {})] == [False, False, False]


def conditional(instance: Any, verb: Any, *fields: str) -> CompiledQuery[Any]:
    return ask(instance).compile(verb, *fields)


def an_account(rev: int) -> Account:
    account = Account(number=1)
    account.rev = rev
    return account


@pytest.mark.parametrize(
    ("compiled", "stored", "applied", "outdated"),
    [
        (
            conditional(Note(owner="a", day="1"), "create"),
            {
                "owner": {"S": "a"},
                "day": {"S": "1"},
                "text": {"S": ""},
                "stars": {"N": "0"},
            },
            True,
            False,
        ),
        (
            conditional(Note(owner="a", day="1"), "create"),
            {"owner": {"S": "a"}, "day": {"S": "1"}, "text": {"S": "other"}},
            False,
            False,
        ),
        (
            conditional(a_user(), "update", "nick"),
            {"id": {"S": "1"}, "rev": {"N": "1"}, "changed": {"S": NOON_TEXT}},
            True,
            True,
        ),
        (
            conditional(a_user(), "update", "nick"),
            {"id": {"S": "1"}, "rev": {"N": "1"}, "changed": {"S": "2026"}},
            False,
            True,
        ),
        (conditional(an_account(3), "delete"), None, True, True),
        (conditional(an_account(3), "delete"), {"rev": {"N": "4"}}, False, True),
        (conditional(an_account(3), "delete"), {"rev": {"N": "3"}}, False, False),
        (
            conditional(an_account(3), "create_or_update"),
            {
                "number": {"N": "1"},
                "holder": {"S": ""},
                "balance": {"N": "0"},
                "rev": {"N": "4"},
            },
            True,
            True,
        ),
    ],
)
def test_each_write_knows_what_it_leaves_behind(
    compiled: CompiledQuery[Any], stored: Item | None, applied: bool, outdated: bool
) -> None:
    check = compiled.check
    assert check is not None
    seen = (check.applied(stored, compiled.body), check.outdated(stored))
    assert seen == (applied, outdated)


@pytest.mark.parametrize("verb", ["put", "create_or_update", "delete"])
def test_a_write_that_requires_nothing_needs_no_recognition(verb: Any) -> None:
    assert ask(Note(owner="a", day="1")).compile(verb).check is None


BY_KEY = ask(Account).where(Account.number == 1).update_builder()
ELSEWHERE = ask(Place).where(Place.id == UUID(int=1)).update_builder()


@pytest.mark.parametrize(
    ("builder", "stored", "applied"),
    [
        (
            BY_KEY.set("holder", "Ann").condition_version(3),
            {"number": {"N": "1"}, "holder": {"S": "Ann"}, "rev": {"N": "4"}},
            True,
        ),
        (
            BY_KEY.set("holder", "Ann").condition_version(3),
            {"number": {"N": "1"}, "holder": {"S": "Ann"}, "rev": {"N": "5"}},
            False,
        ),
        (
            BY_KEY.set("holder", "Ann").condition_version(3),
            {"number": {"N": "1"}, "holder": {"S": "Bob"}, "rev": {"N": "4"}},
            False,
        ),
        (
            BY_KEY.set("holder", "Ann").condition("balance", ">", 1),
            {"number": {"N": "1"}, "holder": {"S": "Ann"}, "rev": {"N": "4"}},
            False,
        ),
        (
            BY_KEY.add("balance", 1).condition_version(3),
            {"number": {"N": "1"}, "balance": {"N": "1"}, "rev": {"N": "4"}},
            False,
        ),
        (
            ELSEWHERE.remove("zone").condition_exists("zone"),
            {"country": {"S": "DE"}},
            True,
        ),
        (
            ELSEWHERE.remove("address.city").condition_exists("zone"),
            {"address": {"M": {"city": {"S": "Ulm"}}}},
            False,
        ),
        (
            ELSEWHERE.remove_from_list_at("scores", 0).condition_exists("zone"),
            {"scores": {"L": []}},
            False,
        ),
    ],
)
def test_an_update_builder_knows_what_it_leaves_behind_where_that_can_be_seen(
    builder: UpdateBuilder[Any, Any], stored: Item, applied: bool
) -> None:
    compiled = builder.compile()
    check = compiled.check
    assert check is not None
    assert check.applied(stored, compiled.body) is applied
