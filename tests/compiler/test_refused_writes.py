"""Writes that cannot be, each named before anything is sent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import (
    Model,
)
from dynamorm_async.errors import (
    EmptyValueError,
    InvalidModelError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    InvalidValueError,
    ItemTooLargeError,
    UnknownFieldError,
)
from dynamorm_async.expressions.conditions import Condition
from tests.asking import ask, body, exactly
from tests.compiler.written import Tag, a_note
from tests.models import Account, Note, User, a_user


@pytest.mark.parametrize(
    ("subject", "names", "error", "message"),
    [
        (
            a_user(),
            ("id",),
            InvalidPrimaryKeyError,
            "User.id is part of the key and can't be changed; create the item under "
            "its new key and delete the old one",
        ),
        (
            a_user(),
            ("rank", User.joined),
            InvalidPrimaryKeyError,
            "User.joined is part of the key and can't be changed; create the item "
            "under its new key and delete the old one",
        ),
        (
            a_user(),
            ("made",),
            InvalidOperatorError,
            "User.made is set once, by create()",
        ),
        (
            Tag(name="x"),
            (),
            InvalidOperatorError,
            "Tag: there is no field to update",
        ),
        (
            a_user(),
            ("profile.city",),
            UnknownFieldError,
            "User.profile.city is a place within User.profile; only whole fields can "
            "be read or written here",
        ),
        (
            a_user(),
            (Note.text,),
            UnknownFieldError,
            "Note.text is not a field of User",
        ),
    ],
)
def test_what_cannot_be_updated_is_named(
    subject: Model, names: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        body(ask(subject), "update", *names)


@pytest.mark.parametrize("verb", ["create", "put", "create_or_update", "update"])
def test_only_an_instance_is_written(verb: str) -> None:
    named = "create" if verb == "create" else verb
    message = (
        f"{named}() writes an instance, and this query has none: start it with "
        "db.model(note) instead of db.model(Note)"
    )
    with pytest.raises(InvalidModelError, match=exactly(message)):
        body(ask(Note).where(Note.owner == "a").where(Note.day == "1"), verb)


VERBS = ["create", "put", "create_or_update", "update", "delete"]


@pytest.mark.parametrize("verb", VERBS)
def test_a_filter_is_no_condition_of_a_write(verb: str) -> None:
    message = (
        "Note: filter() drops rows of a read; where() and with_condition() are "
        "conditions of a write"
    )
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        body(ask(a_note()).filter(Note.stars > 1), verb)


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (
            Note.day > "1",
            "Note.day: a single item is named by = on its key, not by >",
        ),
        (
            Note.owner.begins_with("a"),
            "Note.owner: a single item is named by = on its key, not by BEGINS_WITH",
        ),
    ],
)
@pytest.mark.parametrize("verb", VERBS)
def test_a_key_is_named_by_equality(term: Condition, message: str, verb: str) -> None:
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        body(ask(a_note()).where(term), verb)


@pytest.mark.parametrize(
    "query",
    [ask(Note), ask(Note).where(Note.owner == "a"), ask(Note).where(Note.day == "1")],
)
def test_a_delete_wants_the_whole_key(query: Any) -> None:
    with pytest.raises(InvalidPrimaryKeyError, match="the key needs owner and day; "):
        body(query, "delete")


def test_an_unknown_verb_is_refused() -> None:
    with pytest.raises(InvalidOperatorError, match="no read or write named 'upsert'"):
        body(ask(a_note()), "upsert")


@pytest.mark.parametrize(
    ("instance", "error", "message"),
    [
        (
            Note(owner="", day="1"),
            EmptyValueError,
            "Note.owner: DynamoDB takes no empty text or bytes for a key of the table",
        ),
        (
            a_user(email=""),
            EmptyValueError,
            "User.email: DynamoDB takes no empty text or bytes for a key of index "
            "'gsi-email'; omitempty=True would leave such items out",
        ),
        (
            Account(number=1, balance=Decimal("NaN")),
            InvalidValueError,
            "Account.balance: NaN and infinity cannot be stored",
        ),
        (
            Account(number=1, balance=Decimal("1" * 39)),
            InvalidValueError,
            "Account.balance: the number has 39 significant digits; DynamoDB keeps 38",
        ),
        (
            a_user(expires=datetime(2026, 1, 1)),  # noqa: DTZ001
            InvalidValueError,
            "User.expires: the datetime has no time zone; use datetime.now(UTC), or "
            "value.replace(tzinfo=UTC) if it is in UTC",
        ),
        (
            a_user(tags={"a", 1}),
            InvalidValueError,
            "User.tags: expected str, got int",
        ),
    ],
)
@pytest.mark.parametrize("verb", ["create", "put", "create_or_update"])
def test_what_cannot_be_stored_is_named_before_it_is_sent(
    instance: Model, error: type[Exception], message: str, verb: str
) -> None:
    with pytest.raises(error, match=exactly(message)):
        body(ask(instance), verb)


@pytest.mark.parametrize("verb", ["create", "put", "create_or_update"])
def test_an_item_over_400_kb_is_not_sent(verb: str) -> None:
    note = Note(owner="ann", day="1", text="é" * 204_800)
    size = 409_600 + len("ownerannday1textstars") + 1
    message = (
        f"Note: the item has {size:,} bytes, and DynamoDB takes 409,600; the largest "
        "attribute is 'text'"
    )
    with pytest.raises(ItemTooLargeError, match=exactly(message)):
        body(ask(note), verb)


def test_an_update_that_writes_more_than_400_kb_is_not_sent() -> None:
    note = Note(owner="ann", day="1", text="x" * 409_600)
    large = "Note: the item has 409,616 bytes.* the largest attribute is 'text'"
    with pytest.raises(ItemTooLargeError, match=large):
        body(ask(note), "update", "text")
    with pytest.raises(ItemTooLargeError, match=large):
        ask(note).update_builder().set("text", note.text).compile()


def test_an_item_of_exactly_400_kb_is_sent() -> None:
    rest = len("ownerannday1textstars") + 1
    note = Note(owner="ann", day="1", text="x" * (409_600 - rest))
    assert len(body(ask(note), "put")["Item"]["text"]["S"]) == 409_600 - rest
