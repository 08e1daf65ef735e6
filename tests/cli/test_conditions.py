"""Conditions as a shell writes them: what they mean, and what is wrong with others."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from dynamorm_async import (
    Attr,
    Condition,
    Database,
    Model,
    QueryError,
    field,
    partition_key,
    ttl,
)
from dynamorm_async.cli.conditions import Conditions


class Color(Enum):
    RED = "red"
    TEN = "10"


class Size(Enum):
    ONE = 1
    BIG = "big"


class Thing(Model):
    id: Attr[str] = partition_key()
    rank: Attr[int]
    price: Attr[Decimal]
    is_new: Attr[bool]
    made: Attr[datetime]
    day: Attr[date]
    unix: Attr[datetime] = field(format="unix")
    ends: Attr[datetime | None] = ttl(default=None)
    code: Attr[UUID]
    color: Attr[Color]
    size: Attr[Size]
    data: Attr[bytes]
    tags: Attr[set[str]]
    marks: Attr[set[int]]
    scores: Attr[list[int]]
    address: Attr[dict[str, Any]]
    either: Attr[int | str]
    name: Attr[str] = field(attribute="display name")
    nick: Attr[str | None] = field(default=None, null=True)
    left: Attr[datetime | None] = field(default=None, null=True)
    label: Attr[str] = field(attribute="label", json=True)


DB = Database(region="us-east-1")


def conditions() -> Conditions:
    """The reader of conditions on things."""
    query = DB.model(Thing)
    compiler = query._compiler
    return Conditions.of(compiler.codec(query._question.table), compiler.codecs)


def said(condition: Condition) -> str:
    """A condition as DynamoDB is told it, names and values written out."""
    compiled = DB.model(Thing).filter(condition).compile("scan")
    text = compiled.filter_expression or ""
    for short, name in reversed((compiled.expression_attribute_names or {}).items()):
        text = text.replace(short, name)
    values = compiled.expression_attribute_values or {}
    for short, value in reversed(values.items()):
        ((tag, content),) = value.items()
        text = text.replace(short, f"{tag}:{content}")
    return text


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("rank = 1", "rank = N:1"),
        ("rank=1", "rank = N:1"),
        ("  rank  ==  -1.0 ", "rank = N:-1"),
        ("rank>=1", "rank >= N:1"),
        ("rank <> 1", "rank <> N:1"),
        ("rank ge 1", "rank >= N:1"),
        ("price < 1.10", "price < N:1.1"),
        ("color = red", "color = S:red"),
        ("color = 10", "color = S:10"),
        ("size = 1", "size = N:1"),
        ("size = big", "size = S:big"),
        ("is_new = TRUE", "is_new = BOOL:True"),
        ("made > 2026-01-02", "made > S:2026-01-02T00:00:00.000000Z"),
        ("made > 2026-01-02T03:04:05+01:00", "made > S:2026-01-02T02:04:05.000000Z"),
        ("day = 2026-01-02", "day = S:2026-01-02"),
        ("unix > 2026-01-02", "unix > N:1767312000"),
        ("ends < 2026-01-02T00:00:01Z", "ends < N:1767312001"),
        ("ends < 1767312001", "ends < N:1767312001"),
        (
            "code = 12345678-1234-5678-1234-56789ABCDEF0",
            "code = S:12345678-1234-5678-1234-56789abcdef0",
        ),
        ("data = AQI=", "data = B:AQI="),
        ('tags = ["a"]', "tags = SS:['a']"),
        ("tags CONTAINS red", "contains(tags, S:red)"),
        ("marks contains 7", "contains(marks, N:7)"),
        ("tags NOT CONTAINS red", "NOT contains(tags, S:red)"),
        ("tags NOT_CONTAINS red", "NOT contains(tags, S:red)"),
        ("tags SIZE > 2", "size(tags) > N:2"),
        ("tags EXISTS", "attribute_exists(tags)"),
        ("tags not exists", "attribute_not_exists(tags)"),
        ("tags ATTRIBUTE_TYPE ss", "attribute_type(tags, S:SS)"),
        ("scores[0] = 5", "scores[0] = N:5"),
        ("scores = [1, 2]", "scores = L:[{'N': '1'}, {'N': '2'}]"),
        ('address = {"a": 1}', "address = M:{'a': {'N': '1'}}"),
        ("address.city BEGINS_WITH U", "begins_with(address.city, S:U)"),
        ("address.zip = 10", "address.zip = N:10"),
        ("address.zip = '10'", "address.zip = S:10"),
        ("either = 10", "either = N:10"),
        ("either = ten", "either = S:ten"),
        ("either = '10'", "either = S:10"),
        ("name = Ann", "display name = S:Ann"),
        ("name = 'Ann Lee'", "display name = S:Ann Lee"),
        ('name = "O\'Hara"', "display name = S:O'Hara"),
        (r"name = 'O\'Hara'", "display name = S:O'Hara"),
        ("name = ''", "display name = S:"),
        ("name = null", "display name = S:null"),
        ("nick = null", "nick = NULL:True"),
        ("nick = 'null'", "nick = S:null"),
        ("left != null", "left <> NULL:True"),
        ("rank BETWEEN 1 AND 2", "rank BETWEEN N:1 AND N:2"),
        ("rank IN (1, 2,3)", "rank IN (N:1, N:2, N:3)"),
        ("rank > 1 AND rank < 9", "rank > N:1 AND rank < N:9"),
        (
            "rank BETWEEN 1 AND 2 AND is_new = true OR tags EXISTS",
            "(rank BETWEEN N:1 AND N:2 AND is_new = BOOL:True) "
            "OR attribute_exists(tags)",
        ),
        (
            "rank = 1 and (rank = 2 or rank = 3)",
            "rank = N:1 AND (rank = N:2 OR rank = N:3)",
        ),
        ("NOT rank = 1", "NOT rank = N:1"),
        ("NOT (rank = 1 OR rank = 2)", "NOT (rank = N:1 OR rank = N:2)"),
    ],
)
def test_a_text_means(text: str, means: str) -> None:
    assert said(conditions().parse(text)) == means


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "lacks the name of a field at the end"),
        ("rank", "lacks an operator"),
        ("rank =", "lacks a value at the end"),
        ("rank >> 1", "lacks a value at character 7"),
        ("rank = 1 rank = 2", "lacks AND or OR at character 10"),
        ("rank = 1 AND", "lacks the name of a field at the end"),
        ("(rank = 1", r"lacks \) to close a group"),
        ("rank BETWEEN 1 2", "lacks AND and the upper end"),
        ("rank IN 1", "lacks a list in parentheses"),
        ("rank IN (1", r"lacks \) at the end of the list"),
        ("rank LIKE 1", "'LIKE' is no operator"),
        ("rnk = 1", "no field 'rnk'; did you mean 'rank'"),
        ("rank = x", "Thing.rank: expected a number"),
        ("rank = 1.5", "Thing.rank: "),
        ("is_new = 1", "Thing.is_new: expected true or false"),
        ("color = blue", "Thing.color: "),
        ("made = yesterday", "Thing.made: expected an RFC 3339 date"),
        ("made = 2026-01-02T03:04:05", "Thing.made: expected an RFC 3339 date"),
        ("data = '\u00e9'", "Thing.data: malformed base64"),
        ("tags = a", "Thing.tags: expected a list of JSON, such as"),
        ("tags = [1", "lacks a whole value of JSON"),
        ("scores = [a]", "lacks a whole value of JSON"),
        ("rank BEGINS_WITH 1", "only text and bytes begin with something"),
        ("tags ATTRIBUTE_TYPE X", "a DynamoDB type"),
    ],
)
def test_a_mistake_is_named(text: str, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint):
        said(conditions().parse(text))


def test_a_moment_is_what_the_model_would_write() -> None:
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert said(conditions().parse("made = 2026-01-02T12:00:00Z")) == said(
        Thing.made == noon
    )
