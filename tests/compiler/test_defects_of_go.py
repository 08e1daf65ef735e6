"""What the Go library DynamORM 1.3 gets wrong, and this one must not.

Each test names the defect; the cases are those that went wrong there.
"""

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, gsi, partition_key, version
from dynamorm_async.errors import (
    DynamORMError,
    EmptyValueError,
    InvalidFieldError,
    InvalidModelError,
    InvalidOperatorError,
)
from tests.asking import COMPILER, ask, body
from tests.models import NOON, Account, Note, Profile, User, a_user


class Shelf(Model, table="shelves", naming="camelCase"):
    """All that the Go library stored in one way and read in another."""

    shelf_id: Attr[str] = partition_key()
    top_box: Attr[Profile] = field()
    any_map: Attr[dict[str, Any]] = field(factory=dict)
    any_list: Attr[list[Any]] = field(factory=list)
    words: Attr[set[str]] = field(factory=set)
    numbers: Attr[set[int]] = field(factory=set)
    blobs: Attr[set[bytes]] = field(factory=set)
    blob: Attr[bytes] = field(default=b"")


def a_shelf() -> Shelf:
    return Shelf(
        shelf_id="1",
        top_box=Profile("Ulm", ["de"]),
        any_map={"a": None, "b": [1, {"c": True}]},
        any_list=[None, "x", {"n": 2}],
        words={"b", "a"},
        numbers={2, 1},
        blobs={b"b", b"a"},
        blob=b"raw",
    )


STORED = {
    "shelfId": {"S": "1"},
    "topBox": {"M": {"city": {"S": "Ulm"}, "langs": {"L": [{"S": "de"}]}}},
    "anyMap": {
        "M": {
            "a": {"NULL": True},
            "b": {"L": [{"N": "1"}, {"M": {"c": {"BOOL": True}}}]},
        }
    },
    "anyList": {"L": [{"NULL": True}, {"S": "x"}, {"M": {"n": {"N": "2"}}}]},
    "words": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": ["YQ==", "Yg=="]},
    "blob": {"B": "cmF3"},
}


def test_a_group_does_not_overwrite_the_placeholders_of_the_query() -> None:
    sent = body(
        ask(Note)
        .where(Note.owner == "ann")
        .where(Note.day == "1")
        .filter(Note.stars == 3)
        .or_filter_group(lambda q: q.filter(Note.text == "x").filter(Note.stars == 4))
    )
    assert sent["ExpressionAttributeNames"] == {
        "#n0": "owner",
        "#n1": "day",
        "#n2": "stars",
        "#n3": "text",
    }
    assert sent["ExpressionAttributeValues"] == {
        ":v0": {"S": "ann"},
        ":v1": {"S": "1"},
        ":v2": {"N": "3"},
        ":v3": {"S": "x"},
        ":v4": {"N": "4"},
    }


def test_put_update_and_condition_store_a_value_in_one_way() -> None:
    shelf = a_shelf()
    updated = body(ask(shelf), "update")
    names = updated["ExpressionAttributeNames"]
    sets = updated["UpdateExpression"].removeprefix("SET ").split(", ")
    by_update = {
        names[name]: updated["ExpressionAttributeValues"][value]
        for name, value in (each.split(" = ") for each in sets)
    }
    by_condition = {
        each: body(ask(Shelf).filter(each, "=", getattr(shelf, name)), "scan")[
            "ExpressionAttributeValues"
        ][":v0"]
        for each, name in (
            (field.attribute, field.name)
            for field in COMPILER.question(Shelf, None).table.fields
        )
    }
    assert body(ask(shelf), "put")["Item"] == STORED
    assert {"shelfId": {"S": "1"}, **by_update} == STORED
    assert by_condition == STORED


def test_what_was_put_is_read_back_nested_and_dynamic_values_included() -> None:
    decode = ask(Shelf).where(Shelf.shelf_id == "1").compile("first").decode
    assert decode({"Item": STORED}) == a_shelf()


def test_create_does_not_overwrite_and_upserts_honour_conditions() -> None:
    created = body(ask(a_shelf()), "create")
    saved = body(ask(a_shelf()).with_condition(Shelf.blob.exists()), "create_or_update")
    assert created["ConditionExpression"] == "attribute_not_exists(#n0)"
    assert saved["ConditionExpression"] == "attribute_exists(#n6)"
    assert saved["ExpressionAttributeNames"]["#n6"] == "blob"


def test_the_order_of_the_conditions_does_not_make_a_scan() -> None:
    terms = (Note.text == "x", Note.owner == "ann", Note.stars == 1)
    operations = set()
    for order in permutations(terms):
        query = ask(Note)
        for term in order:
            query = query.where(term)
        operations.add(query.compile().operation)
    assert operations == {"Query"}


def test_a_global_index_with_the_key_of_the_table_is_not_preferred() -> None:
    class Twin(Model, table="twins"):
        id: Attr[str] = partition_key(index=gsi("by-id"))
        rank: Attr[int] = field(default=0, index=gsi("by-id", sort=True))

    asked = ask(Twin).where(Twin.id == "1").filter(Twin.rank > 1).consistent_read()
    assert body(asked) == {
        "TableName": "twins",
        "ConsistentRead": True,
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "#n1 > :v1",
        "ExpressionAttributeNames": {"#n0": "id", "#n1": "rank"},
        "ExpressionAttributeValues": {":v0": {"S": "1"}, ":v1": {"N": "1"}},
    }


def test_an_upsert_keeps_the_creation_time_and_a_create_sets_it_once() -> None:
    sent = body(ask(a_user(made=NOON - timedelta(days=1))), "create_or_update")
    assert "#n8 = if_not_exists(#n8, :v6)" in sent["UpdateExpression"]
    assert sent["ExpressionAttributeNames"]["#n8"] == "made"


def test_both_timestamps_of_a_create_and_of_the_instance_are_one_reading() -> None:
    user = a_user()
    compiled = ask(user).compile("create")
    compiled.decode({})
    item = compiled.body["Item"]
    assert (item["made"], user.made) == (item["changed"], user.changed)


@pytest.mark.parametrize(
    "moments",
    [
        [
            datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC),
            datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC),
            datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
            datetime(2026, 1, 1, 0, 0, 2, tzinfo=timezone(timedelta(hours=-1))),
        ]
    ],
)
def test_times_sort_as_text_whatever_their_fraction_and_zone(
    moments: list[datetime],
) -> None:
    texts = [
        body(ask(User).where(User.id == "1").where(User.joined == moment))[
            "ExpressionAttributeValues"
        ][":v1"]["S"]
        for moment in moments
    ]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}


@pytest.mark.parametrize(
    "term", [Note.day.contains("x"), Note.day.is_in("1", "2"), Note.day != "1"]
)
def test_no_key_condition_is_sent_that_dynamodb_rejects(term: Any) -> None:
    with pytest.raises(InvalidOperatorError, match="is a key of the table"):
        body(ask(Note).where(Note.owner == "a").where(term))


def test_the_sort_key_of_the_table_is_a_filter_on_an_index_without_one() -> None:
    sent = body(ask(User).where(User.email == "a").where(User.joined >= NOON))
    assert [
        sent[part]
        for part in ("IndexName", "KeyConditionExpression", "FilterExpression")
    ] == ["gsi-email", "#n0 = :v0", "#n1 >= :v1"]


@pytest.mark.parametrize("subject", [None, 1, "User", object()])
def test_asking_for_what_is_no_model_is_a_typed_error(subject: Any) -> None:
    with pytest.raises(InvalidModelError, match="expected a model or an instance"):
        COMPILER.question(subject, None)


def test_a_count_sends_no_projection() -> None:
    assert "ProjectionExpression" not in body(ask(Note).select("text"), "count")


def test_an_empty_in_is_not_sent() -> None:
    with pytest.raises(EmptyValueError, match="IN needs at least one value"):
        ask(Note).filter("stars", "IN", [])


@pytest.mark.parametrize(
    "value", ["--", "char(", "'; DROP TABLE x", "<script>", "x" * 5000, "update"]
)
def test_no_text_is_taken_for_an_attack(value: str) -> None:
    sent = body(ask(Note).filter(Note.text == value), "scan")
    assert sent["ExpressionAttributeValues"] == {":v0": {"S": value}}


def test_a_list_of_more_than_100_elements_is_a_value_like_any_other() -> None:
    shelf = a_shelf()
    shelf.any_list = list(range(500))
    assert len(body(ask(shelf), "put")["Item"]["anyList"]["L"]) == 500


def test_a_condition_by_hand_can_name_reserved_words() -> None:
    asked = ask(a_shelf()).with_condition_expression("#s = :s", {"s": 1}, {"s": "size"})
    assert body(asked, "delete")["ExpressionAttributeNames"] == {"#n0": "size"}


def test_field_names_that_differ_in_case_do_not_collide() -> None:
    class Cased(Model, table="cased"):
        id: Attr[str] = partition_key()
        one: Attr[str] = field(default="", attribute="Status")
        two: Attr[str] = field(default="", attribute="status")

    sent = body(ask(Cased).filter(Cased.one == "a").filter(Cased.two == "b"), "scan")
    assert sent["ExpressionAttributeNames"] == {"#n0": "Status", "#n1": "status"}


def test_a_list_index_in_the_middle_of_a_path_is_an_index() -> None:
    sent = body(ask(Shelf).filter("any_list[0].b", "=", 1), "scan")
    assert (sent["FilterExpression"], sent["ExpressionAttributeNames"]) == (
        "#n0[0].#n1 = :v0",
        {"#n0": "anyList", "#n1": "b"},
    )


def test_operators_with_blanks_and_aliases_work_everywhere() -> None:
    asked = ask(User).where("status", " eq ", "active").where("rank", " gt ", 1)
    assert body(asked)["KeyConditionExpression"] == "#n0 = :v0 AND #n1 > :v1"


@pytest.mark.parametrize("values", [(1, 2), [1, 2], range(1, 3), iter([1, 2])])
def test_between_and_in_take_any_iterable(values: Any) -> None:
    text = body(ask(Note).filter("stars", "BETWEEN", values), "scan")[
        "FilterExpression"
    ]
    assert text == "#n0 BETWEEN :v0 AND :v1"


def test_a_zero_version_and_a_zero_key_count() -> None:
    sent = body(ask(Account(number=0)), "delete")
    assert (sent["Key"], sent["ExpressionAttributeValues"]) == (
        {"number": {"N": "0"}},
        {":v0": {"N": "0"}},
    )


def test_a_second_update_of_one_instance_uses_the_version_of_the_first() -> None:
    account = Account(number=1)
    versions = []
    for _ in range(2):
        compiled = ask(account).compile("update", "holder")
        versions.append(compiled.body["ExpressionAttributeValues"])
        compiled.decode({})
    assert versions == [
        {":v0": {"S": ""}, ":v1": {"N": "1"}, ":v2": {"N": "0"}},
        {":v0": {"S": ""}, ":v1": {"N": "2"}, ":v2": {"N": "1"}},
    ]


def test_an_update_removes_what_is_none() -> None:
    assert body(ask(a_user()), "update", "nick")["UpdateExpression"].endswith(
        "REMOVE #n0"
    )


def test_a_time_named_like_a_lifecycle_field_is_none() -> None:
    class Plain(Model, table="plain"):
        id: Attr[str] = partition_key()
        CreatedAt: Attr[datetime | None] = field(default=None)

    assert body(ask(Plain(id="1")), "create")["Item"] == {"id": {"S": "1"}}


def test_a_stored_name_belongs_to_one_field() -> None:
    with pytest.raises(InvalidFieldError, match="are both stored as 'rev'"):

        class Twice(Model):
            id: Attr[str] = partition_key()
            rev: Attr[int] = version()
            other: Attr[int] = field(default=0, attribute="rev")


def test_every_error_has_one_root() -> None:
    assert issubclass(InvalidFieldError, DynamORMError)
    assert issubclass(InvalidOperatorError, DynamORMError)
