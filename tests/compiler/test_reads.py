"""GetItem, Query, Scan and their counts: whole bodies."""

from typing import Any

import pytest

from dynamorm_async.compiler.compiler import Compiler
from dynamorm_async.errors import (
    InvalidModelError,
    InvalidValueError,
)
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.query.query import Query
from tests.asking import COMPILER, ask, body, exactly
from tests.models import NOON, NOON_TEXT, Account, Note, Place, User, a_user

ONE = ask(User).where(User.id == "1").where(User.joined == NOON)
KEY = {"id": {"S": "1"}, "joined": {"S": NOON_TEXT}}
ANN = ask(Note).where(Note.owner == "ann")
ANN_BODY = {
    "TableName": "notes",
    "KeyConditionExpression": "#n0 = :v0",
    "ExpressionAttributeNames": {"#n0": "owner"},
    "ExpressionAttributeValues": {":v0": {"S": "ann"}},
}
POPULAR = ANN.filter(Note.stars > 1)
POPULAR_BODY = {
    "TableName": "notes",
    "KeyConditionExpression": "#n0 = :v0",
    "FilterExpression": "#n1 > :v1",
    "ExpressionAttributeNames": {"#n0": "owner", "#n1": "stars"},
    "ExpressionAttributeValues": {":v0": {"S": "ann"}, ":v1": {"N": "1"}},
}


@pytest.mark.parametrize(
    "query",
    [
        ONE,
        ask(User).where(User.joined == NOON).where(User.id == "1"),
        ask(User).where((User.joined == NOON) & (User.id == "1")),
        ask(User).where("joined", "=", NOON).where("id", "eq", "1"),
        ONE.limit(5).page_size(7),
        ONE.order_by("joined", "DESC"),
        ask(a_user()),
    ],
)
def test_the_first_row_of_a_full_key_is_a_get_item(query: Query[User]) -> None:
    compiled = query.compile("first")
    assert (compiled.operation, compiled.body) == (
        "GetItem",
        {"TableName": "users", "Key": KEY},
    )


@pytest.mark.parametrize(
    "query",
    [
        ONE.filter(User.rank > 1),
        ONE.where(User.rank > 1),
        ask(User).index("lsi-rank").where(User.id == "1").where(User.rank == 1),
        ONE.offset(1),
        ask(User).where(User.id == "1"),
        ask(User).where(User.id == "1").where(User.joined >= NOON),
        ask(Account).where(Account.number > 1),
        ask(a_user()).filter(User.rank > 1),
        ask(a_user()).parallel_scan(0, 2),
        ask(a_user()).offset(1),
    ],
)
@pytest.mark.filterwarnings("ignore::dynamorm_async.errors.ScanWarning")
def test_the_first_row_of_anything_else_is_no_get_item(query: Query[Any]) -> None:
    assert query.compile("first").operation in {"Query", "Scan"}


def test_a_get_item_with_all_that_it_takes() -> None:
    compiled = ONE.select("name", User.rank).consistent_read().compile("first")
    assert compiled.body == {
        "TableName": "users",
        "Key": KEY,
        "ConsistentRead": True,
        "ProjectionExpression": "#n0, #n1, #n2, #n3",
        "ExpressionAttributeNames": {
            "#n0": "id",
            "#n1": "joined",
            "#n2": "display_name",
            "#n3": "rank",
        },
    }
    assert (compiled.key, compiled.consistent_read, compiled.projection_expression) == (
        KEY,
        True,
        "#n0, #n1, #n2, #n3",
    )


def test_a_get_item_is_decoded_to_the_model_or_none() -> None:
    decode = (
        ask(Note)
        .where(Note.owner == "a")
        .where(Note.day == "1")
        .compile("first")
        .decode
    )
    item = {"owner": {"S": "a"}, "day": {"S": "1"}, "unknown": {"S": "x"}}
    assert [decode({"Item": item}), decode({})] == [Note(owner="a", day="1"), None]


def test_an_item_of_which_nothing_was_asked_for_is_there_all_the_same() -> None:
    decode = (
        ask(Account).where(Account.number == 1).select("holder").compile("first").decode
    )
    assert decode({"Item": {"number": {"N": "1"}}}) == decode(
        {"Item": {"number": {"N": "1"}, "unknown": {"S": "x"}}}
    )


def test_whether_a_full_key_exists_is_a_get_item_of_the_key() -> None:
    compiled = ONE.compile("exists")
    assert (compiled.operation, compiled.body) == (
        "GetItem",
        {
            "TableName": "users",
            "Key": KEY,
            "ProjectionExpression": "#n0, #n1",
            "ExpressionAttributeNames": {"#n0": "id", "#n1": "joined"},
        },
    )
    assert [compiled.decode({"Item": {}}), compiled.decode({})] == [1, 0]


BODIES: list[tuple[Any, str, dict[str, Any]]] = [
    (ANN, "all", ANN_BODY),
    (ANN, "first", {**ANN_BODY, "Limit": 1}),
    (ANN, "count", {**ANN_BODY, "Select": "COUNT"}),
    (ANN, "exists", {**ANN_BODY, "Select": "COUNT", "Limit": 1}),
    (ANN.limit(5), "all", {**ANN_BODY, "Limit": 5}),
    (ANN.page_size(5), "all", {**ANN_BODY, "Limit": 5}),
    (ANN.limit(5).page_size(3), "all", {**ANN_BODY, "Limit": 3}),
    (ANN.limit(3).page_size(5), "all", {**ANN_BODY, "Limit": 3}),
    (ANN.limit(3).offset(4), "all", {**ANN_BODY, "Limit": 7}),
    (ANN.limit(3).offset(4).page_size(5), "all", {**ANN_BODY, "Limit": 5}),
    (ANN.offset(4), "all", ANN_BODY),
    (ANN.limit(5), "first", {**ANN_BODY, "Limit": 1}),
    (ANN.limit(5), "count", {**ANN_BODY, "Select": "COUNT", "Limit": 5}),
    (POPULAR, "all", POPULAR_BODY),
    (POPULAR.limit(5), "all", POPULAR_BODY),
    (POPULAR.limit(5).page_size(3), "all", {**POPULAR_BODY, "Limit": 3}),
    (POPULAR.limit(2).page_size(3), "all", {**POPULAR_BODY, "Limit": 3}),
    (POPULAR, "first", {**POPULAR_BODY, "Limit": 25}),
    (POPULAR.page_size(3), "first", {**POPULAR_BODY, "Limit": 3}),
    (POPULAR, "count", {**POPULAR_BODY, "Select": "COUNT"}),
    (POPULAR, "exists", {**POPULAR_BODY, "Select": "COUNT", "Limit": 25}),
    (ANN.order_by("day", "DESC"), "all", {**ANN_BODY, "ScanIndexForward": False}),
    (ANN.consistent_read(), "all", {**ANN_BODY, "ConsistentRead": True}),
    (ANN.select("text"), "count", {**ANN_BODY, "Select": "COUNT"}),
    (ask(Note), "all", {"TableName": "notes"}),
    (ask(Note), "first", {"TableName": "notes", "Limit": 1}),
    (ask(Note), "count", {"TableName": "notes", "Select": "COUNT"}),
    (ask(Note, table="other"), "all", {"TableName": "other"}),
    (
        ask(Note).parallel_scan(1, 4).limit(3).consistent_read(),
        "all",
        {
            "TableName": "notes",
            "ConsistentRead": True,
            "Segment": 1,
            "TotalSegments": 4,
            "Limit": 3,
        },
    ),
    (
        ask(Place).index("by-country").parallel_scan(0, 2).select("city"),
        "all",
        {
            "TableName": "places",
            "IndexName": "by-country",
            "Segment": 0,
            "TotalSegments": 2,
            "ProjectionExpression": "#n0, #n1, #n2",
            "ExpressionAttributeNames": {"#n0": "id", "#n1": "city", "#n2": "country"},
        },
    ),
    (
        ANN.parallel_scan(0, 1),
        "all",
        {
            "TableName": "notes",
            "Segment": 0,
            "TotalSegments": 1,
            "FilterExpression": "#n0 = :v0",
            "ExpressionAttributeNames": {"#n0": "owner"},
            "ExpressionAttributeValues": {":v0": {"S": "ann"}},
        },
    ),
]


@pytest.mark.parametrize(("query", "verb", "expected"), BODIES)
def test_a_read_is_this_body(query: Any, verb: str, expected: dict[str, Any]) -> None:
    assert body(query, verb) == expected


def test_a_query_with_all_that_it_takes() -> None:
    compiled = (
        ask(User)
        .index("gsi-status")
        .where(User.status == "active")
        .filter(User.name.begins_with("A"))
        .order_by("rank", "DESC")
        .select("name")
        .limit(10)
        .page_size(50)
        .offset(5)
        .compile()
    )
    names = {
        "#n0": "status",
        "#n1": "display_name",
        "#n2": "id",
        "#n3": "joined",
        "#n4": "rank",
    }
    values = {":v0": {"S": "active"}, ":v1": {"S": "A"}}
    assert compiled.body == {
        "TableName": "users",
        "IndexName": "gsi-status",
        "ScanIndexForward": False,
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "begins_with(#n1, :v1)",
        "ProjectionExpression": "#n2, #n3, #n1, #n0, #n4",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "Limit": 50,
    }
    assert (
        compiled.operation,
        compiled.table_name,
        compiled.index_name,
        compiled.key_condition_expression,
        compiled.filter_expression,
        compiled.projection_expression,
        compiled.expression_attribute_names,
        compiled.expression_attribute_values,
        compiled.limit,
        compiled.page_size,
        compiled.offset,
        compiled.scan_index_forward,
    ) == (
        "Query",
        "users",
        "gsi-status",
        "#n0 = :v0",
        "begins_with(#n1, :v1)",
        "#n2, #n3, #n1, #n0, #n4",
        names,
        values,
        10,
        50,
        5,
        False,
    )


def test_what_was_not_asked_is_none() -> None:
    compiled = ask(Note).compile()
    assert {
        compiled.index_name,
        compiled.key_condition_expression,
        compiled.filter_expression,
        compiled.update_expression,
        compiled.condition_expression,
        compiled.expression_attribute_names,
        compiled.limit,
        compiled.exclusive_start_key,
        compiled.scan_index_forward,
        compiled.consistent_read,
        compiled.select,
        compiled.offset,
        compiled.return_values,
        compiled.segment,
    } == {None}


def test_one_reads_two_rows_to_know_of_a_second() -> None:
    assert COMPILER.first(ANN._question, limit=2).body == {**ANN_BODY, "Limit": 2}


def test_a_prefix_stands_before_every_table_name() -> None:
    compiler = Compiler(Codecs(), lambda: NOON, "test-")
    names = [compiler.question(Note, each).table_name for each in (None, "other")]
    assert names == ["test-notes", "test-other"]


@pytest.mark.parametrize("subject", [dict, {"id": "1"}, None, 1, "User", ANN])
def test_only_a_model_is_asked(subject: Any) -> None:
    kind = subject if isinstance(subject, type) else type(subject)
    message = f"expected a model or an instance of one, got {kind.__name__}"
    with pytest.raises(InvalidModelError, match=exactly(message)):
        COMPILER.question(subject, None)


@pytest.mark.parametrize(
    ("step", "arguments", "message"),
    [
        *(
            ("limit", (each,), "limit is a whole number of at least 1")
            for each in (0, -1, 1.0, True, "1", None)
        ),
        *(
            ("page_size", (each,), "page_size is a whole number of at least 1")
            for each in (0, -1, 1.5, False)
        ),
        *(
            ("offset", (each,), "offset is a whole number of at least 0")
            for each in (-1, 0.0, True)
        ),
        ("parallel_scan", (2, 2), "segments are counted from 0 to 1; there is no 2"),
        ("parallel_scan", (-1, 2), "segment is a whole number of at least 0"),
        (
            "parallel_scan",
            (0, 0),
            "the number of segments is a whole number of at least 1",
        ),
        (
            "parallel_scan",
            (0, 1_000_001),
            "DynamoDB scans in at most 1,000,000 segments",
        ),
        ("with_retry", (0,), "attempts is a whole number of at least 1"),
        ("with_retry", (1, -1.0), "delay is in seconds and can't be negative"),
        ("with_retry", (1, "1"), "delay is a number, not str"),
        ("with_timeout", ("1",), "seconds is a number, not str"),
        ("with_timeout", (float("nan"),), "seconds is a number, not float"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(
    step: str, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=exactly(message)):
        getattr(ask(Note), step)(*arguments)
