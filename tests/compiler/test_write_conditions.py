"""What a write requires: the helpers, `where`, and conditions written by hand."""

from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async.errors import InvalidOperatorError, InvalidValueError
from dynamorm_async.query.query import Query
from tests.asking import ask, body, exactly
from tests.models import Account, Note

ANN = Note(owner="ann", day="1", text="x", stars=2)
ONE = ask(Note).where(Note.owner == "ann").where(Note.day == "1")


def required(query: Query[Any], verb: str = "delete") -> tuple[str, dict[str, Any]]:
    """The text of a condition, names written out, and its values."""
    sent = body(query, verb)
    text = sent["ConditionExpression"]
    for placeholder, name in sent.get("ExpressionAttributeNames", {}).items():
        text = text.replace(placeholder, name)
    return text, sent.get("ExpressionAttributeValues", {})


@pytest.mark.parametrize(
    ("build", "text", "values"),
    [
        (lambda q: q.if_exists(), "attribute_exists(owner)", []),
        (lambda q: q.if_not_exists(), "attribute_not_exists(owner)", []),
        (lambda q: q.where(Note.stars > 1), "stars > :v0", ["1"]),
        (lambda q: q.where("stars", ">", 1), "stars > :v0", ["1"]),
        (lambda q: q.with_condition(Note.stars > 1), "stars > :v0", ["1"]),
        (lambda q: q.with_condition("stars", "gt", 1), "stars > :v0", ["1"]),
        (
            lambda q: q.with_condition(Note.stars > 1).where(Note.text == "x"),
            "stars > :v0 AND text = :v1",
            ["1", "x"],
        ),
        (
            lambda q: q.if_exists().with_condition(
                (Note.stars > 1) | (Note.text == "x")
            ),
            "attribute_exists(owner) AND (stars > :v0 OR text = :v1)",
            ["1", "x"],
        ),
        (
            lambda q: q.where((Note.stars > 1) & ~Note.text.exists()),
            "stars > :v0 AND NOT attribute_exists(text)",
            ["1"],
        ),
        (
            lambda q: q.where(Note.owner.exists() | (Note.day > "1")),
            "attribute_exists(owner) OR day > :v0",
            ["1"],
        ),
        (
            lambda q: q.with_condition(Note.day > "0").with_condition("day", "<", "9"),
            "day > :v0 AND day < :v1",
            ["0", "9"],
        ),
        (
            lambda q: q.with_condition_expression("stars > :least", {":least": 1}),
            "stars > :v0",
            ["1"],
        ),
        (
            lambda q: q.with_condition_expression("stars > :least", {"least": 1}),
            "stars > :v0",
            ["1"],
        ),
        (
            lambda q: q.with_condition_expression(
                "#s > :a AND (#s < :b OR #t = :a)",
                {"a": 1, "b": 9},
                {"#s": "stars", "t": "size"},
            ),
            "stars > :v0 AND (stars < :v1 OR size = :v0)",
            ["1", "9"],
        ),
        (
            lambda q: q.with_condition_expression("attribute_exists(stars)"),
            "attribute_exists(stars)",
            [],
        ),
        (
            lambda q: q.if_exists().with_condition_expression(
                "stars > :a OR stars < :b", {"a": 1, "b": 2}
            ),
            "attribute_exists(owner) AND (stars > :v0 OR stars < :v1)",
            ["1", "2"],
        ),
        (
            lambda q: q.if_exists().with_condition_expression(
                " (stars > :a OR stars < :b) ", {"a": 1, "b": 2}
            ),
            "attribute_exists(owner) AND  (stars > :v0 OR stars < :v1) ",
            ["1", "2"],
        ),
        (
            lambda q: q.if_exists().with_condition_expression(
                "(stars > :a) OR (stars < :b)", {"a": 1, "b": 2}
            ),
            "attribute_exists(owner) AND ((stars > :v0) OR (stars < :v1))",
            ["1", "2"],
        ),
    ],
)
@pytest.mark.parametrize("query", [ONE, ask(ANN)])
def test_a_write_requires_all_that_was_said(
    query: Query[Note], build: Any, text: str, values: list[str]
) -> None:
    found, given = required(build(query))
    assert (found, [next(iter(each.values())) for each in given.values()]) == (
        text,
        values,
    )


@pytest.mark.parametrize(
    ("verb", "own"),
    [
        ("create", "attribute_not_exists(owner) AND "),
        ("put", ""),
        ("create_or_update", ""),
        ("update", "attribute_exists(owner) AND "),
        ("delete", ""),
    ],
)
def test_every_write_takes_conditions_beside_its_own(verb: str, own: str) -> None:
    query = ask(ANN).where(Note.stars > 1).with_condition(Note.text.exists())
    text, _ = required(query.where(Note.owner == "ann"), verb)
    assert text.startswith(f"{own}attribute_exists(text) AND stars > :v")


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("create", "attribute_not_exists(number) AND balance >= :v0"),
        ("put", "balance >= :v0"),
        (
            "create_or_update",
            "(attribute_not_exists(rev) OR rev = :v3) AND balance >= :v4",
        ),
        ("update", "rev = :v3 AND balance >= :v4"),
        ("delete", "rev = :v0 AND balance >= :v1"),
    ],
)
def test_a_version_is_required_first(verb: str, text: str) -> None:
    account = Account(number=1)
    account.rev = 3
    query = ask(account).with_condition(Account.balance >= Decimal(5))
    assert required(query, verb)[0] == text


def test_a_put_with_a_condition_is_a_whole_body() -> None:
    query = ask(ANN).if_exists().where(Note.stars < 5)
    assert body(query, "put") == {
        "TableName": "notes",
        "Item": {
            "owner": {"S": "ann"},
            "day": {"S": "1"},
            "text": {"S": "x"},
            "stars": {"N": "2"},
        },
        "ConditionExpression": "attribute_exists(#n0) AND #n1 < :v0",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {"#n0": "owner", "#n1": "stars"},
        "ExpressionAttributeValues": {":v0": {"N": "5"}},
    }


def test_conditions_by_hand_share_the_placeholders_of_the_request() -> None:
    query = ask(ANN).with_condition_expression("#n0 > :v0", {":v0": 1}, {"#n0": "size"})
    assert body(query, "update", "stars") == {
        "TableName": "notes",
        "Key": {"owner": {"S": "ann"}, "day": {"S": "1"}},
        "UpdateExpression": "SET #n0 = :v0",
        "ConditionExpression": "attribute_exists(#n1) AND (#n2 > :v1)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {"#n0": "stars", "#n1": "owner", "#n2": "size"},
        "ExpressionAttributeValues": {":v0": {"N": "2"}, ":v1": {"N": "1"}},
    }


@pytest.mark.parametrize(
    ("values", "names", "message"),
    [
        ({}, {}, "the condition uses #s, :a, for which no value or name is given"),
        ({"a": 1}, {}, "the condition uses #s, for which no value or name is given"),
        (
            {},
            {"s": "stars"},
            "the condition uses :a, for which no value or name is given",
        ),
        (
            {"a": 1, "b": 2},
            {"s": "stars", "t": "text"},
            "the condition does not use #t, :b; DynamoDB would refuse it",
        ),
    ],
)
def test_placeholders_by_hand_are_all_given_and_all_used(
    values: dict[str, Any], names: dict[str, str], message: str
) -> None:
    query = ONE.with_condition_expression("#s > :a", values, names)
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        body(query, "delete")


@pytest.mark.parametrize("text", ["", "  ", None, 1])
def test_a_condition_by_hand_is_a_text(text: Any) -> None:
    message = "a condition expression is a text, and not empty"
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        ONE.with_condition_expression(text)


def test_a_value_by_hand_that_cannot_be_stored_is_refused() -> None:
    query = ONE.with_condition_expression("stars > :a", {"a": float("nan")})
    with pytest.raises(InvalidValueError, match="NaN and infinity cannot be stored"):
        body(query, "delete")


def test_the_stored_item_is_asked_for_only_with_a_condition() -> None:
    asked = [body(query, "delete") for query in (ONE, ONE.if_exists())]
    assert ["ReturnValuesOnConditionCheckFailure" in each for each in asked] == [
        False,
        True,
    ]
