"""PutItem, UpdateItem and DeleteItem of an instance: whole bodies."""

from typing import Any

import pytest

from dynamorm_async.errors import (
    InvalidPrimaryKeyError,
)
from tests.asking import ask, body, exactly
from tests.compiler.written import (
    EARLIER,
    EARLIER_TEXT,
    NOTE_KEY,
    OLD,
    STAMPED,
    USER_KEY,
    Tag,
    a_note,
    an_account,
)
from tests.models import NOON, NOON_TEXT, Account, Note, User, a_user


def test_create_puts_an_item_whose_key_must_be_new() -> None:
    compiled = ask(a_user(rev=7, made=EARLIER, changed=EARLIER)).compile("create")
    assert (compiled.operation, compiled.body) == (
        "PutItem",
        {
            "TableName": "users",
            "Item": STAMPED,
            "ConditionExpression": "attribute_not_exists(#n0)",
            **OLD,
            "ExpressionAttributeNames": {"#n0": "id"},
        },
    )


def test_put_replaces_whatever_is_there() -> None:
    compiled = ask(a_user(rev=7, made=EARLIER, changed=EARLIER)).compile("put")
    item = {**STAMPED, "rev": {"N": "7"}, "made": {"S": EARLIER_TEXT}}
    assert (compiled.operation, compiled.body, compiled.check) == (
        "PutItem",
        {"TableName": "users", "Item": item},
        None,
    )


def test_put_of_what_was_never_created_sets_its_creation_time() -> None:
    assert body(ask(a_user()), "put")["Item"] == STAMPED


def test_create_or_update_sets_and_removes_every_field() -> None:
    compiled = ask(a_user(rev=7, made=EARLIER, nick="", tags={"b", "a"})).compile(
        "create_or_update"
    )
    assert (compiled.operation, compiled.body) == (
        "UpdateItem",
        {
            "TableName": "users",
            "Key": USER_KEY,
            "UpdateExpression": (
                "SET #n0 = :v0, #n1 = :v1, #n2 = :v2, #n3 = :v3, #n5 = :v4, "
                "#n6 = :v5, #n7 = :v6, #n8 = if_not_exists(#n8, :v7), #n9 = :v8 "
                "REMOVE #n4, #n10"
            ),
            "ConditionExpression": "attribute_not_exists(#n7) OR #n7 = :v9",
            **OLD,
            "ExpressionAttributeNames": {
                "#n0": "email",
                "#n1": "status",
                "#n2": "rank",
                "#n3": "display_name",
                "#n4": "nick",
                "#n5": "tags",
                "#n6": "profile",
                "#n7": "rev",
                "#n8": "made",
                "#n9": "changed",
                "#n10": "expires",
            },
            "ExpressionAttributeValues": {
                ":v0": {"S": "a@b.c"},
                ":v1": {"S": "active"},
                ":v2": {"N": "0"},
                ":v3": {"S": "Ann"},
                ":v4": {"SS": ["a", "b"]},
                ":v5": {"S": '{"city":"Ulm","langs":[]}'},
                ":v6": {"N": "8"},
                ":v7": {"S": NOON_TEXT},
                ":v8": {"S": NOON_TEXT},
                ":v9": {"N": "7"},
            },
            "ReturnValues": "ALL_NEW",
        },
    )


def test_create_or_update_without_lifecycle_requires_nothing() -> None:
    assert body(ask(a_note()), "create_or_update") == {
        "TableName": "notes",
        "Key": NOTE_KEY,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "text", "#n1": "stars"},
        "ExpressionAttributeValues": {":v0": {"S": "x"}, ":v1": {"N": "2"}},
    }


def test_create_or_update_of_a_mere_key_is_an_empty_update() -> None:
    assert body(ask(Tag(name="x")), "create_or_update") == {
        "TableName": "tags",
        "Key": {"name": {"S": "x"}},
    }


def test_update_writes_all_but_keys_and_creation_time() -> None:
    compiled = ask(a_user(rev=7, nick="A", expires=NOON)).compile("update")
    assert (compiled.operation, compiled.body) == (
        "UpdateItem",
        {
            "TableName": "users",
            "Key": USER_KEY,
            "UpdateExpression": (
                "SET #n0 = :v0, #n1 = :v1, #n2 = :v2, #n3 = :v3, #n4 = :v4, "
                "#n6 = :v5, #n7 = :v6, #n8 = :v7, #n9 = :v8 REMOVE #n5"
            ),
            "ConditionExpression": "#n9 = :v9",
            **OLD,
            "ExpressionAttributeNames": {
                "#n0": "email",
                "#n1": "status",
                "#n2": "rank",
                "#n3": "display_name",
                "#n4": "nick",
                "#n5": "tags",
                "#n6": "profile",
                "#n7": "expires",
                "#n8": "changed",
                "#n9": "rev",
            },
            "ExpressionAttributeValues": {
                ":v0": {"S": "a@b.c"},
                ":v1": {"S": "active"},
                ":v2": {"N": "0"},
                ":v3": {"S": "Ann"},
                ":v4": {"S": "A"},
                ":v5": {"S": '{"city":"Ulm","langs":[]}'},
                ":v6": {"N": str(int(NOON.timestamp()))},
                ":v7": {"S": NOON_TEXT},
                ":v8": {"N": "8"},
                ":v9": {"N": "7"},
            },
        },
    )


def test_update_requires_that_the_item_exists() -> None:
    assert body(ask(a_note()), "update") == {
        "TableName": "notes",
        "Key": NOTE_KEY,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ConditionExpression": "attribute_exists(#n2)",
        **OLD,
        "ExpressionAttributeNames": {"#n0": "text", "#n1": "stars", "#n2": "owner"},
        "ExpressionAttributeValues": {":v0": {"S": "x"}, ":v1": {"N": "2"}},
    }


@pytest.mark.parametrize(
    "names",
    [
        ("rank", "name"),
        (User.rank, "display_name"),
        ("rank", User.name, "rank"),
        ("rank", "name", "changed", "rev"),
    ],
)
def test_update_of_named_fields_writes_these_and_the_automatic_ones(
    names: tuple[Any, ...],
) -> None:
    assert body(ask(a_user(rev=7)), "update", *names) == {
        "TableName": "users",
        "Key": USER_KEY,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1, #n2 = :v2, #n3 = :v3",
        "ConditionExpression": "#n3 = :v4",
        **OLD,
        "ExpressionAttributeNames": {
            "#n0": "rank",
            "#n1": "display_name",
            "#n2": "changed",
            "#n3": "rev",
        },
        "ExpressionAttributeValues": {
            ":v0": {"N": "0"},
            ":v1": {"S": "Ann"},
            ":v2": {"S": NOON_TEXT},
            ":v3": {"N": "8"},
            ":v4": {"N": "7"},
        },
    }


def test_update_of_an_automatic_field_alone_touches_the_item() -> None:
    assert body(ask(a_user()), "update", "changed") == {
        "TableName": "users",
        "Key": USER_KEY,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ConditionExpression": (
            "attribute_exists(#n2) AND (attribute_not_exists(#n1) OR #n1 = :v2)"
        ),
        **OLD,
        "ExpressionAttributeNames": {"#n0": "changed", "#n1": "rev", "#n2": "id"},
        "ExpressionAttributeValues": {
            ":v0": {"S": NOON_TEXT},
            ":v1": {"N": "1"},
            ":v2": {"N": "0"},
        },
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ask(a_note()), {"TableName": "notes", "Key": NOTE_KEY}),
        (
            ask(Note).where(Note.day == "1").where(Note.owner == "ann"),
            {"TableName": "notes", "Key": NOTE_KEY},
        ),
        (
            ask(an_account(rev=3)),
            {
                "TableName": "accounts",
                "Key": {"number": {"N": "0"}},
                "ConditionExpression": "#n0 = :v0",
                **OLD,
                "ExpressionAttributeNames": {"#n0": "rev"},
                "ExpressionAttributeValues": {":v0": {"N": "3"}},
            },
        ),
        (
            ask(Account).where(Account.number == 1),
            {"TableName": "accounts", "Key": {"number": {"N": "1"}}},
        ),
    ],
)
def test_delete_names_a_key_and_of_an_instance_the_version(
    query: Any, expected: dict[str, Any]
) -> None:
    compiled = query.compile("delete")
    assert (compiled.operation, compiled.body) == ("DeleteItem", expected)


@pytest.mark.parametrize(
    "verb", ["create", "put", "create_or_update", "update", "delete"]
)
def test_an_instance_is_not_written_under_another_key(verb: str) -> None:
    same = ask(a_note()).where(Note.day == "1")
    assert body(same, verb) == body(ask(a_note()), verb)
    message = (
        "Note: where() names another key than that of the instance, whose values "
        "would go to the wrong item"
    )
    with pytest.raises(InvalidPrimaryKeyError, match=exactly(message)):
        body(ask(a_note()).where(Note.day == "2"), verb)
