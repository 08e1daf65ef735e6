"""AND, OR and NOT: parentheses stand as the chain reads."""

from typing import Any

import pytest

from dynamorm_async.errors import (
    InvalidOperatorError,
    NotAConditionError,
)
from tests.asking import ask, body, exactly
from tests.models import Note, User

W, X, Y, Z = (User.rank > number for number in range(4))
AND_OR: list[tuple[Any, str]] = [
    (lambda q: q.filter(W).filter(X), "0 AND 1"),
    (lambda q: q.filter(W).or_filter(X), "0 OR 1"),
    (lambda q: q.or_filter(W).or_filter(X), "0 OR 1"),
    (lambda q: q.filter(W).or_filter(X).filter(Y), "(0 OR 1) AND 2"),
    (lambda q: q.filter(W).filter(X).or_filter(Y), "(0 AND 1) OR 2"),
    (
        lambda q: q.filter(W).or_filter(X).filter(Y).or_filter(Z),
        "((0 OR 1) AND 2) OR 3",
    ),
    (lambda q: q.filter(W & X).or_filter(Y | Z), "(0 AND 1) OR 2 OR 3"),
    (lambda q: q.filter(~(W | X)).filter(~Y), "NOT (0 OR 1) AND NOT 2"),
    (lambda q: q.filter((W & X) | (Y & Z)), "(0 AND 1) OR (2 AND 3)"),
    (lambda q: q.where(W).or_filter(X).or_filter(Y), "0 AND (1 OR 2)"),
    (lambda q: q.or_filter(X).or_filter(Y).where(W), "0 AND (1 OR 2)"),
    (lambda q: q.where(W | X).where(Y), "(0 OR 1) AND 2"),
    (lambda q: q.filter(W).filter_group(lambda g: g.filter(X)), "0 AND 1"),
    (
        lambda q: q.filter(W).filter_group(lambda g: g.filter(X).or_filter(Y)),
        "0 AND (1 OR 2)",
    ),
    (
        lambda q: q.filter(W).or_filter_group(lambda g: g.filter(X).filter(Y)),
        "0 OR (1 AND 2)",
    ),
    (
        lambda q: q.filter_group(
            lambda g: g.filter(W).or_filter_group(
                lambda h: h.filter(X).filter_group(lambda i: i.filter(Y).or_filter(Z))
            )
        ),
        "0 OR (1 AND (2 OR 3))",
    ),
    (
        lambda q: q.where(W).filter_group(lambda g: g.or_filter(X)).or_filter(Y),
        "0 AND (1 OR 2)",
    ),
]


@pytest.mark.parametrize(("build", "text"), AND_OR)
def test_and_and_or_are_parenthesised_as_the_chain_reads(build: Any, text: str) -> None:
    sent = body(build(ask(User)), "scan")
    values = sent["ExpressionAttributeValues"]
    found = sent["FilterExpression"].replace("#n0 > ", "")
    for placeholder, value in values.items():
        found = found.replace(placeholder, value["N"])
    assert found == text


def test_a_group_shares_the_placeholders_of_the_query() -> None:
    asked = (
        ask(Note)
        .where(Note.owner == "ann")
        .filter(Note.stars > 1)
        .filter_group(lambda q: q.filter(Note.text == "a").or_filter(Note.stars == 2))
    )
    assert body(asked) == {
        "TableName": "notes",
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "#n1 > :v1 AND (#n2 = :v2 OR #n1 = :v3)",
        "ExpressionAttributeNames": {"#n0": "owner", "#n1": "stars", "#n2": "text"},
        "ExpressionAttributeValues": {
            ":v0": {"S": "ann"},
            ":v1": {"N": "1"},
            ":v2": {"S": "a"},
            ":v3": {"N": "2"},
        },
    }


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (
            lambda _: None,
            NotAConditionError,
            "the function of a filter group returns the query it built, not a NoneType",
        ),
        (
            lambda _: User.rank > 1,
            NotAConditionError,
            "the function of a filter group returns the query it built, not a "
            "Comparison",
        ),
        (
            lambda q: q,
            InvalidOperatorError,
            "a filter group is made of filter() and or_filter()",
        ),
        (
            lambda q: q.filter(User.rank > 1).where(User.id == "1"),
            InvalidOperatorError,
            "a filter group is made of filter() and or_filter()",
        ),
    ],
)
@pytest.mark.parametrize("step", ["filter_group", "or_filter_group"])
def test_a_group_is_made_of_filters(
    step: str, build: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        getattr(ask(User), step)(build)
