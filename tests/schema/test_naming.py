"""Stored names and table names; the conversions are those of the Go library."""

from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, partition_key
from dynamorm_async.errors import InvalidModelError
from dynamorm_async.schema.model import table_of
from dynamorm_async.schema.naming import Naming, camel_case, plural, snake_case

CONVERSIONS = [
    ("ID", "id", "id"),
    ("UserID", "userID", "user_id"),
    ("URLValue", "urlValue", "url_value"),
    ("PK", "PK", "pk"),
    ("SK", "SK", "sk"),
    ("GSI1PK", "gsI1PK", "gsi1pk"),
    ("HTTPCode2", "httpCode2", "http_code2"),
    ("OAuth2Token", "oAuth2Token", "o_auth2token"),
    ("X509Cert", "x509Cert", "x509cert"),
    ("user_id", "userId", "user_id"),
    ("created_at", "createdAt", "created_at"),
    ("user_ID", "userID", "user_id"),
    ("name", "name", "name"),
    ("_secret", "secret", "_secret"),
    ("line_2", "line2", "line_2"),
    ("x", "x", "x"),
    ("_", "_", "_"),
]


@pytest.mark.parametrize(("name", "camel", "_snake"), CONVERSIONS)
def test_camel_case(name: str, camel: str, _snake: str) -> None:
    assert camel_case(name) == camel


@pytest.mark.parametrize(("name", "_camel", "snake"), CONVERSIONS)
def test_snake_case(name: str, _camel: str, snake: str) -> None:
    assert snake_case(name) == snake


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("User", "Users"),
        ("Glass", "Glasses"),
        ("Category", "Categories"),
        ("Box", "Boxs"),
        ("Key", "Keies"),
    ],
)
def test_a_table_has_the_plural_of_the_class_name(name: str, table: str) -> None:
    assert plural(name) == table


def stored_names(naming: Naming) -> dict[str, str]:
    class Visit(Model, naming=naming):
        UserID: Attr[str] = partition_key()
        first_seen: Attr[str] = field(default="")
        plain: Attr[str] = field(default="", attribute="As_It_Is")

    return {each.name: each.attribute for each in table_of(Visit).fields}


@pytest.mark.parametrize(
    ("naming", "stored"),
    [
        (None, ["UserID", "first_seen", "As_It_Is"]),
        ("camelCase", ["userID", "firstSeen", "As_It_Is"]),
        ("camel_case", ["userID", "firstSeen", "As_It_Is"]),
        ("snake_case", ["user_id", "first_seen", "As_It_Is"]),
        (str.upper, ["USERID", "FIRST_SEEN", "As_It_Is"]),
    ],
)
def test_a_convention_names_every_field_without_a_name_of_its_own(
    naming: Naming, stored: list[str]
) -> None:
    assert list(stored_names(naming).values()) == stored


@pytest.mark.parametrize("naming", ["kebab-case", "", 7])
def test_an_unknown_convention_is_an_error(naming: Any) -> None:
    with pytest.raises(InvalidModelError, match=r"^Visit: naming=.* is unknown"):
        stored_names(naming)


def test_a_class_without_a_table_name_has_its_plural() -> None:
    class Category(Model):
        id: Attr[str] = partition_key()

    assert table_of(Category).table_name == "Categories"


def test_a_function_names_the_table_each_time_it_is_asked() -> None:
    stages = iter(["test", "live"])

    class Order(Model, table=lambda: f"orders-{next(stages)}"):
        id: Attr[str] = partition_key()

    assert [table_of(Order).table_name for _ in range(2)] == [
        "orders-test",
        "orders-live",
    ]


@pytest.mark.parametrize("table", ["", 7])
def test_a_table_name_is_a_text_that_is_not_empty(table: Any) -> None:
    with pytest.raises(InvalidModelError, match=r"^Order: table is a name or a f"):

        class Order(Model, table=table):
            id: Attr[str] = partition_key()
