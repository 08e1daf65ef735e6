"""Conditions that cannot be asked, and values that do not fit."""

from datetime import datetime
from typing import Any

import pytest

from dynamorm_async import Attr, field
from dynamorm_async.errors import (
    DynamORMError,
    EmptyValueError,
    InvalidOperatorError,
    InvalidValueError,
    NotAConditionError,
    UnknownFieldError,
)
from dynamorm_async.expressions.conditions import Condition
from tests.asking import ask, exactly
from tests.compiler.things import Thing, text_of
from tests.models import Note, User

REFUSED: list[tuple[tuple[Any, ...], type[DynamORMError], str]] = [
    (
        (True,),
        NotAConditionError,
        "expected a condition such as User.rank > 18, got a bool",
    ),
    (
        ("rank",),
        NotAConditionError,
        "expected a condition such as User.rank > 18, got a str",
    ),
    (("rank", "="), InvalidOperatorError, "User.rank: = needs a value"),
    (
        ("name", "Ann"),
        InvalidOperatorError,
        "User.name: the operator is missing; write (field, operator, value), such as "
        "('rank', '>', 18)",
    ),
    (
        ("rank", 1, 2),
        InvalidOperatorError,
        "an operator is a text such as '=', not a int",
    ),
    (
        ("rnak", "=", 1),
        UnknownFieldError,
        "User has no field 'rnak'; did you mean 'rank'? It has: id, joined, email, "
        "status, rank, display_name, nick, tags, profile, rev, made, changed, expires, "
        "name",
    ),
    (
        (7, "=", 1),
        UnknownFieldError,
        "User: a field is named by a text or as User.id, not by a int",
    ),
    *(
        (
            (path, "=", 1),
            UnknownFieldError,
            f"User: {path!r} is no path; write it like address.city or scores[0]",
        )
        for path in (
            "",
            ".rank",
            "rank.",
            "a..b",
            "tags[",
            "tags[x]",
            "tags[-1]",
            "tags[0]x",
            "[0]",
            "tags[]",
        )
    ),
    (
        (Note.stars > 1,),
        UnknownFieldError,
        "Note.stars is not a field of User",
    ),
    (
        ((User.rank > 1) & ~(User.rank > Note.stars),),
        UnknownFieldError,
        "Note.stars is not a field of User",
    ),
    (
        (Note.stars, ">", 1),
        UnknownFieldError,
        "Note.stars is not a field of User",
    ),
    (("rank", "IN", []), EmptyValueError, "User.rank: IN needs at least one value"),
    (
        ("rank", "IN", list(range(101))),
        InvalidOperatorError,
        "User.rank: IN takes at most 100 values, got 101",
    ),
    (("rank", "IN", 1), InvalidOperatorError, "User.rank: IN takes a list of values"),
    (
        ("name", "IN", "ab"),
        InvalidOperatorError,
        "User.name: IN takes a list of values",
    ),
    *(
        (
            ("rank", "BETWEEN", values),
            InvalidOperatorError,
            f"User.rank: BETWEEN takes 2 value(s), got {len(values)}",
        )
        for values in ([], [1], [1, 2, 3])
    ),
    (
        ("rank", "BETWEEN", 1),
        InvalidOperatorError,
        "User.rank: BETWEEN takes two values",
    ),
    (
        ("name", "BETWEEN", "ab"),
        InvalidOperatorError,
        "User.name: BETWEEN takes two values",
    ),
]


@pytest.mark.parametrize(("parts", "error", "message"), REFUSED)
@pytest.mark.parametrize("step", ["where", "filter", "or_filter", "with_condition"])
def test_what_is_no_condition_is_refused(
    step: str, parts: tuple[Any, ...], error: type[DynamORMError], message: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        getattr(ask(User), step)(*parts)


NONE = "can't compare with None; ask with exists() or not_exists()"


@pytest.mark.parametrize(
    ("term", "error", "message"),
    [
        (("rank", ">", None), InvalidValueError, f"User.rank: > {NONE}"),
        (("rank", "IN", [1, None]), InvalidValueError, f"User.rank: IN {NONE}"),
        (
            ("rank", "BETWEEN", [None, 1]),
            InvalidValueError,
            f"User.rank: BETWEEN {NONE}",
        ),
        (("tags", "CONTAINS", None), InvalidValueError, f"User.tags: CONTAINS {NONE}"),
        (("tags", "SIZE =", None), InvalidValueError, f"size of User.tags: = {NONE}"),
        (("rank", ">", "4711"), InvalidValueError, "User.rank: expected int, got str"),
        (("name", "=", 4711), InvalidValueError, "User.name: expected str, got int"),
        (
            ("tags", "SIZE >", "4711"),
            InvalidValueError,
            "size of User.tags: expected int, got str",
        ),
        (
            ("made", ">", datetime(2026, 1, 1)),  # noqa: DTZ001
            InvalidValueError,
            "User.made: the datetime has no time zone; use datetime.now(UTC), or "
            "value.replace(tzinfo=UTC) if it is in UTC",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_field(
    term: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        text_of(User, *term)


@pytest.mark.parametrize(
    "term",
    [
        Thing.sealed == "x",
        Thing.sealed.begins_with("x"),
        Thing.sealed.is_in("x"),
        Thing.sealed.size() > 1,
        Thing.sealed == Thing.raw,
        Thing.raw == Thing.sealed,
        ~(Thing.other.eq("x") | Thing.sealed.contains("x")),
    ],
)
def test_what_is_encrypted_is_not_compared(term: Condition) -> None:
    with pytest.raises(
        InvalidOperatorError,
        match="sealed is encrypted: DynamoDB can't compare",
    ):
        text_of(Thing, term)


def test_what_is_encrypted_can_be_there_or_not() -> None:
    found = text_of(Thing, Thing.sealed.exists() | Thing.sealed.not_exists())
    assert found[0] == "attribute_exists(#n0) OR attribute_not_exists(#n0)"


def test_a_condition_of_a_base_holds_for_its_heirs_and_the_other_way_round() -> None:
    class Special(Note, table="special"): ...

    assert text_of(Special, Note.stars > 1) == text_of(Note, Special.stars > 1)


def test_a_field_that_only_the_heir_has_is_refused() -> None:
    class Special(Note, table="special"):
        extra: Attr[int] = field(default=0)

    with pytest.raises(UnknownFieldError, match="extra is not a field of Note"):
        ask(Note).where(Special.extra > 1)
