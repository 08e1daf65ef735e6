"""Indexes that hold only a part: what can be read from them, and what is chosen."""

from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, gsi, lsi, partition_key, sort_key
from dynamorm_async.errors import IndexNotFoundError, UnknownFieldError
from tests.asking import ask, body, exactly
from tests.models import Listing, Place


class Reading(
    Model,
    table="readings",
    naming="camelCase",
    projections={
        "by-site": "KEYS_ONLY",
        "by-day": "KEYS_ONLY",
        "by-kind": ["max_heat"],
    },
):
    """A local index, and one chosen only for what it holds."""

    sensor: Attr[str] = partition_key()
    taken_at: Attr[str] = sort_key()
    site: Attr[str] = field(index=[gsi("by-site"), gsi("wide-site")])
    day: Attr[str] = field(default="", index=lsi("by-day"))
    kind: Attr[str] = field(default="", index="by-kind")
    max_heat: Attr[int] = field(default=0)


BY_KIND = ask(Listing).where(Listing.kind == "k")
BY_SHOP = ask(Listing).where(Listing.shop == "s")


@pytest.mark.parametrize(
    ("query", "verb", "index"),
    [
        (BY_KIND.select("id"), "all", "by-kind"),
        (BY_KIND.select("id", "kind", "shop"), "all", "by-kind"),
        (BY_KIND.select("price"), "all", None),
        (BY_KIND, "all", None),
        (BY_KIND, "count", "by-kind"),
        (BY_KIND, "exists", "by-kind"),
        (BY_KIND.filter(Listing.shop == "s"), "count", "by-kind"),
        (BY_KIND.filter(Listing.price > 1), "count", None),
        (BY_KIND.filter(Listing.id == Listing.title), "count", None),
        (BY_SHOP, "all", None),
        (BY_SHOP.select("price"), "all", "by-shop"),
        (BY_SHOP.select(Listing.price, Listing.title), "all", None),
        (BY_SHOP.select("price").filter(Listing.title == "t"), "all", None),
        (BY_SHOP.filter(Listing.price > 1), "count", "by-shop"),
        (BY_SHOP.filter(Listing.title > "t"), "count", None),
        (BY_SHOP.filter((Listing.price > 1) | ~(Listing.title > "t")), "count", None),
    ],
)
@pytest.mark.filterwarnings("ignore::dynamorm_async.errors.ScanWarning")
def test_an_index_is_chosen_only_if_it_holds_what_is_read(
    query: Any, verb: str, index: str | None
) -> None:
    assert query.compile(verb).index_name == index


def test_an_index_that_holds_more_is_preferred_to_a_scan() -> None:
    asked = ask(Reading).where(Reading.site == "s")
    assert [asked.compile().index_name, asked.select("site").compile().index_name] == [
        "wide-site",
        "by-site",
    ]


@pytest.mark.parametrize(
    ("query", "verb", "missing"),
    [
        (BY_KIND.index("by-kind"), "all", "price, title"),
        (BY_KIND.index("by-kind"), "scan", "price, title"),
        (BY_KIND.index("by-kind").select("title"), "first", "title"),
        (BY_KIND.index("by-kind").filter(Listing.price > 1), "count", "price"),
        (ask(Listing).index("by-kind"), "all", "price, title"),
    ],
)
def test_naming_an_index_that_lacks_something_says_what(
    query: Any, verb: str, missing: str
) -> None:
    message = (
        f"index 'by-kind' of Listing does not hold {missing}; select() only what it "
        "holds, or widen its projection"
    )
    with pytest.raises(IndexNotFoundError, match=exactly(message)):
        query.compile(verb)


def test_a_local_index_reads_the_rest_from_the_table() -> None:
    asked = ask(Reading).where(Reading.sensor == "s").where(Reading.day > "d")
    assert body(asked.index("by-day")) == {
        "TableName": "readings",
        "IndexName": "by-day",
        "KeyConditionExpression": "#n0 = :v0 AND #n1 > :v1",
        "ExpressionAttributeNames": {"#n0": "sensor", "#n1": "day"},
        "ExpressionAttributeValues": {":v0": {"S": "s"}, ":v1": {"S": "d"}},
    }


def test_a_projection_names_fields_by_either_name() -> None:
    assert body(ask(Reading).where(Reading.kind == "k").select("maxHeat")) == {
        "TableName": "readings",
        "IndexName": "by-kind",
        "KeyConditionExpression": "#n0 = :v0",
        "ProjectionExpression": "#n1, #n2, #n3, #n0",
        "ExpressionAttributeNames": {
            "#n0": "kind",
            "#n1": "sensor",
            "#n2": "takenAt",
            "#n3": "maxHeat",
        },
        "ExpressionAttributeValues": {":v0": {"S": "k"}},
    }


def test_selecting_reads_the_keys_too() -> None:
    compiled = BY_SHOP.select("price").compile()
    assert compiled.projection_expression == "#n1, #n2, #n0"
    assert compiled.expression_attribute_names == {
        "#n0": "shop",
        "#n1": "id",
        "#n2": "price",
    }


def test_the_keys_of_the_index_are_not_part_of_the_rows() -> None:
    item = {"id": {"S": "1"}, "price": {"N": "5"}, "shop": {"S": "s"}}
    rows = BY_SHOP.select("price").compile().decode({"Items": [item]})
    assert [vars(each) for each in rows] == [{"id": "1", "price": 5}]


def test_selecting_twice_counts_once() -> None:
    asked = ask(Place).select("city", "city", Place.city)
    assert asked.compile("scan").projection_expression == "#n0, #n1"


def test_the_last_select_holds_and_an_empty_one_clears() -> None:
    asked = ask(Place)
    assert body(asked.select("city").select("zone"), "scan") == body(
        asked.select("zone"), "scan"
    )
    assert body(asked.select("city").select(), "scan") == {"TableName": "places"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "address.city",
            "Place.address.city is a place within Place.address; only whole fields can "
            "be read or written here",
        ),
        (
            Place.scores[0],
            "Place.scores[0] is a place within Place.scores; only whole fields can be "
            "read or written here",
        ),
        (Listing.price, "Listing.price is not a field of Place"),
    ],
)
def test_only_whole_fields_are_selected(name: Any, message: str) -> None:
    with pytest.raises(UnknownFieldError, match=exactly(message)):
        ask(Place).select(name)
