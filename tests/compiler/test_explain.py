"""`explain()`: which request, why, and what it costs."""

from typing import Any

import pytest

from tests.asking import ask
from tests.models import Listing, Note, Place, User

ANN = ask(Note).where(Note.owner == "ann")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            ANN,
            """\
Query on notes: equality on the table's partition key
  key: owner = :v0""",
        ),
        (
            ask(User)
            .where(User.status == "active")
            .filter(User.name.begins_with("A"))
            .order_by("rank", "DESC")
            .select("name")
            .limit(10)
            .page_size(50)
            .offset(5),
            """\
Query on users, index gsi-status: equality on the index's partition key
  key: status = :v0
  filter: begins_with(display_name, :v1)
  reads only: id, joined, display_name, status, rank
  order: descending
  rows: at most 10
  page: 50 rows read per request
  offset: the first 5 rows are read, billed and dropped; a cursor costs nothing
  cost: every row read is billed, also those the filter drops""",
        ),
        (
            ANN.where(Note.day > "1").consistent_read(),
            """\
Query on notes: equality on the table's partition key
  key: owner = :v0 AND day > :v1
  cost: consistent reads are billed twice""",
        ),
        (
            ask(Listing).where(Listing.kind == "k").index("by-kind").select("shop"),
            """\
Query on listings, index by-kind: the index named
  key: kind = :v0
  reads only: id, shop, kind""",
        ),
        (
            ask(Note).filter(Note.stars > 1),
            """\
Scan on notes: no condition fits a key
  filter: stars > :v0
  cost: every row read is billed, also those the filter drops
  cost: a Scan reads the whole table or index""",
        ),
        (
            ask(Place).index("by-country").where(Place.height > 1.0),
            """\
Scan on places, index by-country: no equality on the index's partition key
  filter: height > :v0
  cost: every row read is billed, also those the filter drops
  cost: a Scan reads the whole table or index""",
        ),
        (
            ANN.parallel_scan(0, 2),
            """\
Scan on notes: asked for
  filter: owner = :v0
  cost: every row read is billed, also those the filter drops
  cost: a Scan reads the whole table or index""",
        ),
        (
            ask(Place).where(Place.country == "DE").filter("address.city", "=", "Ulm"),
            """\
Query on places, index by-country: equality on the index's partition key
  key: country = :v0
  filter: address.city = :v1
  cost: every row read is billed, also those the filter drops""",
        ),
    ],
)
def test_a_plan_in_words(query: Any, text: str) -> None:
    assert query.explain() == text


def test_no_value_is_shown() -> None:
    asked = ask(User).where(User.status == "4711").filter(User.name == "4712")
    assert "471" not in asked.explain()


def test_a_request_of_one_item_names_its_key() -> None:
    note = ANN.where(Note.day == "1")
    assert (note.explain("first"), note.explain("delete")) == (
        "GetItem on notes\n  key: owner and day",
        "DeleteItem on notes\n  key: owner and day",
    )


def test_a_read_of_one_row_that_is_filtered_says_how_much_it_reads() -> None:
    assert (
        ANN.filter(Note.stars > 1).explain("first")
        == """\
Query on notes: equality on the table's partition key
  key: owner = :v0
  filter: stars > :v1
  rows: at most 1
  page: 25 rows read at first, then more and more
  cost: every row read is billed, also those the filter drops"""
    )
