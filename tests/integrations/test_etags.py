"""ETags, and what If-Match and If-None-Match ask of them."""

import re
from datetime import UTC, datetime

import pytest

from dynamorm_async import (
    Attr,
    InvalidModelError,
    Model,
    created_at,
    partition_key,
    version,
)
from dynamorm_async.integrations.etags import Conditions, Wanted, etag_of, wanted
from tests.models import Account, Note


class Page(Model):
    id: Attr[str] = partition_key()
    rev: Attr[int] = version()
    made: Attr[datetime] = created_at()


MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_etag_is_the_version() -> None:
    assert etag_of(Account(number=1, rev=7)) == '"7"'  # type: ignore[call-arg]


def test_an_item_that_was_made_anew_has_another_etag() -> None:
    first, second = Page(id="1"), Page(id="1")
    vars(first).update(made=MADE)
    vars(second).update(made=MADE.replace(microsecond=1))
    assert [etag_of(first), etag_of(second)] == [
        '"0-660dc3778d000"',
        '"0-660dc3778d001"',
    ]


def test_an_item_that_was_not_stored_yet_has_an_etag() -> None:
    assert etag_of(Page(id="1")) == '"0"'


def test_a_model_without_a_version_has_none() -> None:
    said = "Note has no version() field, and an ETag needs one"
    with pytest.raises(InvalidModelError, match=re.escape(said)):
        etag_of(Note(owner="a", day="b"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("*", Wanted(any=True)),
        (" * ", Wanted(any=True)),
        ('"1"', Wanted(strong=frozenset({'"1"'}))),
        ('W/"1"', Wanted(weak=frozenset({'"1"'}))),
        (
            '"a,b" , W/"c","d"',
            Wanted(strong=frozenset({'"a,b"', '"d"'}), weak=frozenset({'"c"'})),
        ),
        ("", Wanted()),
        ("1", Wanted()),
        ('"unclosed', Wanted()),
        ('x"1"', Wanted()),
        ('W/ "1"', Wanted()),
        ('"1" "2"', Wanted()),
        (', "1", ', Wanted(strong=frozenset({'"1"'}))),
    ],
)
def test_a_header_names(header: str, expected: Wanted) -> None:
    assert wanted([header]) == expected


def test_lines_of_one_header_are_one_list() -> None:
    assert wanted([]) is None
    both = Wanted(strong=frozenset({'"1"'}), weak=frozenset({'"2"'}))
    assert wanted(['"1"', 'W/"2"']) == both


def lines(header: str | None) -> list[str]:
    return [] if header is None else [header]


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "etag", "read", "write"),
    [
        (None, None, '"1"', None, None),
        (None, None, None, None, None),
        ('"1"', None, '"1"', None, None),
        ('"0", "1"', None, '"1"', None, None),
        ('"0"', None, '"1"', 412, 412),
        ('W/"1"', None, '"1"', 412, 412),
        ("*", None, '"1"', None, None),
        ("*", None, None, 412, 412),
        ("nonsense", None, '"1"', 412, 412),
        (None, '"1"', '"1"', 304, 412),
        (None, 'W/"1"', '"1"', 304, 412),
        (None, '"0"', '"1"', None, None),
        (None, "*", '"1"', 304, 412),
        (None, "*", None, None, None),
        ('"1"', '"1"', '"1"', 304, 412),
        ('"0"', '"1"', '"1"', 412, 412),
    ],
)
def test_a_request_is_refused(
    if_match: str | None,
    if_none_match: str | None,
    etag: str | None,
    read: int | None,
    write: int | None,
) -> None:
    conditions = Conditions.of(lines(if_match), lines(if_none_match))
    found = [conditions.refusal(etag, is_read=is_read) for is_read in (True, False)]
    assert found == [read, write]


@pytest.mark.parametrize(
    ("if_match", "if_none_match", "expected"),
    [
        (None, None, 428),
        ('"1"', None, None),
        (None, "*", 412),
        (None, '"0"', 428),
        ('"0"', None, 412),
    ],
)
def test_preconditions_can_be_required(
    if_match: str | None, if_none_match: str | None, expected: int | None
) -> None:
    conditions = Conditions.of(lines(if_match), lines(if_none_match))
    found = conditions.refusal('"1"', is_read=False, is_required=True)
    assert found == expected
