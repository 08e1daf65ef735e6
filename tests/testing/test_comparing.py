"""An argument is the expected one by what it says, however it is written."""

from typing import Any
from unittest import mock

import pytest

from dynamorm_async.errors import InvalidOperatorError, NotAConditionError
from dynamorm_async.testing import ANY, MockQuery, matching
from dynamorm_async.testing.comparing import same, shown
from tests.models import NOON, Note, Place, User, a_user

SAME: dict[str, tuple[Any, Any]] = {
    "equal values": ("1", "1"),
    "instances of equal values": (a_user(), a_user()),
    "lists of conditions": ([User.rank > 1], [User.rank > 1]),
    "comparisons": (User.id == "1", User.id == "1"),
    "comparisons of two fields": (User.rank > User.rev, User.rank > User.rev),
    "sizes": (User.tags.size() > 1, User.tags.size() > 1),
    "places": (Place.address["city"] == "Ulm", Place.address["city"] == "Ulm"),
    "groups": (
        (User.rank > 1) & (User.id == "1") | ~User.nick.exists(),
        (User.rank > 1) & (User.id == "1") | ~User.nick.exists(),
    ),
    "a field and its name": (User.rank, "rank"),
    "a stored name and the field": ("display_name", User.name),
    "a name and the field of another stored name": ("name", User.name),
    "a path as text": ("address.city", Place.address["city"]),
    "an index as text": ("scores[0]", Place.scores[0]),
    "anything": (ANY, User.rank > 1),
    "anything at all": (ANY, None),
    "anything of unittest's": (mock.ANY, a_user()),
    "what a function takes": (matching(lambda rows: rows > 1), 2),
    "matchers inside": ({"a": [ANY, 1]}, {"a": ["x", 1]}),
}
DIFFERENT: dict[str, tuple[Any, Any]] = {
    "values": ("1", "2"),
    "types": ("1", 1),
    "True and 1": (True, 1),
    "1 and True": (1, True),
    "a list and a tuple": ([1], (1,)),
    "lengths": ([1], [1, 2]),
    "keys": ({"a": 1}, {"b": 1}),
    "instances": (a_user(rank=1), a_user(rank=2)),
    "values of comparisons": (User.id == "1", User.id == "2"),
    "operators": (User.rank > 1, User.rank >= 1),
    "fields": (User.id == "1", User.status == "1"),
    "models": (User.id == "1", Place.id == "1"),
    "a field and its size": (User.tags.size() > 1, User.rank > 1),
    "words of groups": (
        (User.rank > 1) & (User.id == "1"),
        (User.rank > 1) | (User.id == "1"),
    ),
    "a condition and its opposite": (User.nick.exists(), ~User.nick.exists()),
    "a condition and a value": (User.rank > 1, True),
    "a value and a condition": ("x", User.rank > 1),
    "a field and another name": (User.rank, "rnak"),
    "what a function refuses": (matching(lambda rows: rows > 1), 1),
}


@pytest.mark.parametrize(("expected", "actual"), SAME.values(), ids=SAME)
def test_these_are_the_same(expected: Any, actual: Any) -> None:
    assert same(expected, actual) is True


@pytest.mark.parametrize(("expected", "actual"), DIFFERENT.values(), ids=DIFFERENT)
def test_these_are_not(expected: Any, actual: Any) -> None:
    assert same(expected, actual) is False


def test_something_that_cannot_be_compared_is_not_the_same() -> None:
    class Stubborn:
        __hash__ = None  # type: ignore[assignment] # as of what defines == alone

        def __eq__(self, other: object) -> bool:
            raise TypeError("never")

    assert same(Stubborn(), Stubborn()) is False


WRITTEN: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "text and text": (("id", "=", "1"), ("id", "=", "1")),
    "an alias": (("rank", ">=", 1), ("rank", "ge", 1)),
    "text and a condition": (("id", "=", "1"), (User.id == "1",)),
    "a condition and text": ((User.id == "1",), ("id", "EQ", "1")),
    "a field in three parts": ((User.rank, ">", 1), (User.rank > 1,)),
    "the stored name": (("display_name", "=", "Ann"), (User.name == "Ann",)),
    "an operator without value": (("nick", "EXISTS"), (User.nick.exists(),)),
    "a range": (("rank", "BETWEEN", (1, 2)), (User.rank.between(1, 2),)),
    "a list": (("rank", "IN", [1, 2]), (User.rank.is_in(1, 2),)),
    "a size": (("tags", "SIZE >", 1), (User.tags.size() > 1,)),
    "a path": (("address.city", "=", "Ulm"), (Place.address["city"] == "Ulm",)),
    "any value": (("id", "=", ANY), (User.id == "7",)),
    "any condition": ((ANY,), (User.id == "7",)),
    "any condition of unittest's": ((mock.ANY,), (User.id == "7",)),
    "any three parts": ((ANY, ANY, ANY), (User.id == "7",)),
    "any three parts of unittest's": ((mock.ANY,) * 3, ("rank", ">", 7)),
    "any operator and value": (("id", ...), (User.id == "7",)),
    "any value after the operator": (("rank", ">", ...), (User.rank > 7,)),
    "any at all": ((...,), ("id", "=", "7")),
    "nothing said": ((), ("id", "=", "7")),
}


@pytest.mark.parametrize(("expected", "call"), WRITTEN.values(), ids=WRITTEN)
def test_a_condition_is_expected_in_either_form(
    expected: tuple[Any, ...], call: tuple[Any, ...]
) -> None:
    query = MockQuery[User]()
    query.on("where", *expected)
    assert query.where(*call) is query


def test_filter_groups_are_compared_by_the_filters_they_make() -> None:
    query = MockQuery[Note]()
    query.on(
        "filter_group", lambda q: q.filter("stars", ">", 1).or_filter("text", "EXISTS")
    )
    assert (
        query.filter_group(
            lambda q: q.filter(Note.stars > 1).or_filter(Note.text.exists())
        )
        is query
    )
    with pytest.raises(
        AssertionError, match=r"got lambda q: q\.filter\(Note\.stars > 2\)"
    ):
        query.filter_group(lambda q: q.filter(Note.stars > 2))


SHOWN: dict[str, tuple[Any, str]] = {
    "a comparison": (User.rank > 1, "User.rank > 1"),
    "a list": (User.rank.is_in(1, 2), "User.rank IN (1, 2)"),
    "a group": (
        (User.rank > 1) & (User.id == "1"),
        "(User.rank > 1) AND (User.id = '1')",
    ),
    "an opposite": (~(User.rank > 1), "NOT (User.rank > 1)"),
    "a field": (User.rank, "User.rank"),
    "a model": ([User, (NOON.year,)], "[User, (2026,)]"),
    "a matcher": (ANY, "ANY"),
    "one with words": (matching(bool, "true"), "<true>"),
    "one without": (matching(bool), "<matching bool>"),
    "a long value": ("x" * 400, "'" + "x" * 299 + "..."),
}


@pytest.mark.parametrize(("value", "text"), SHOWN.values(), ids=SHOWN)
def test_a_message_shows_what_was_compared(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_bool_is_no_condition_here_either() -> None:
    query = MockQuery[User]()
    with pytest.raises(NotAConditionError, match="got a bool"):
        query.on("where", True)
    query.on("where", ANY)
    with pytest.raises(NotAConditionError, match="got a bool"):
        query.where(False)  # type: ignore[call-overload]


def test_an_unknown_operator_is_refused_where_it_is_expected() -> None:
    with pytest.raises(InvalidOperatorError, match="'~' is no operator"):
        MockQuery[User]().on("where", "id", "~", "1")
