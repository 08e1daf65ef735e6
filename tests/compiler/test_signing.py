"""Signed cursors: they come back unchanged, to the same query, or not at all."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    Database,
    InvalidCursorError,
    Model,
    Query,
    field,
    gsi,
    partition_key,
)
from dynamorm_async.compiler.compiler import Compiler
from dynamorm_async.compiler.question import Verb
from dynamorm_async.compiler.signing import Seal, identity
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.wire import Item
from tests.asking import RUNNER, exactly
from tests.models import NOON, Note, User
from tests.scripted import ScriptedTransport

SECRET = "correct horse"
LAST: dict[type, Item] = {
    Note: {"owner": {"S": "ann"}, "day": {"S": "3"}},
    User: {
        "id": {"S": "1"},
        "joined": {"S": "2026"},
        "status": {"S": "active"},
        "rank": {"N": "7"},
    },
}
CHANGED = (
    "the cursor was changed, was signed with another secret, or belongs to another "
    "query"
)
UNSIGNED = "the cursor is not signed, and this database takes only its own"
NO_SECRET = "the cursor is signed, and this database has no cursor_secret"

Step = Callable[[Query[Any]], Query[Any]]


def ask(
    model: type, secret: bytes | str | None = SECRET, table: str | None = None
) -> Query[Any]:
    """A query of a database with this secret."""
    compiler = Compiler(Codecs(), lambda: NOON, cursor_secret=secret)
    return Query(compiler, RUNNER, compiler.question(model, table))


def cursor_of(query: Query[Any], verb: Verb = "all") -> str:
    """The cursor after the row of `LAST`."""
    paging = query.compile(verb).paging
    assert paging is not None
    return paging.write_cursor(LAST[query._question.table.model])


def identity_of(query: Query[Any], verb: Verb = "all") -> bytes:
    """What the signatures of a query's cursors are bound to."""
    compiler, question = query._compiler, query._question
    writer_of = compiler._writer_of(compiler.codec(question.table))
    return identity(question, compiler.plan(question, verb), writer_of)


NOTES = ask(Note).where(Note.owner == "ann")
ACTIVE = ask(User).where(User.status == "active")


def test_a_signed_cursor_is_the_plain_one_between_version_and_signature() -> None:
    plain = cursor_of(ask(Note, None).where(Note.owner == "ann"))
    version, inner, signature = cursor_of(NOTES).split(".")
    assert (version, inner, len(signature)) == ("c1", plain, 43)


def test_the_signature_is_that_of_hmac_sha256() -> None:
    seal = Seal("cursor", lambda: b"identity", b"secret")
    digest = hmac.new(b"secret", b"c1\0identitytext", hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert seal.sign("text") == f"c1.text.{signature}"
    assert seal.verified(f"c1.text.{signature}") == "text"


@pytest.mark.parametrize(
    "query",
    [NOTES, ACTIVE, ACTIVE.index("gsi-status").order_by("rank", "desc")],
)
@pytest.mark.parametrize("verb", ["all", "count"])
def test_a_signed_cursor_is_taken_back_by_its_query(
    query: Query[Any], verb: Verb
) -> None:
    again = query.cursor(cursor_of(query, verb)).compile(verb)
    assert again.exclusive_start_key == LAST[query._question.table.model]


@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()])
def test_another_process_with_the_same_secret_takes_it(secret: bytes | str) -> None:
    other = ask(Note, secret).where(Note.owner == "ann").cursor(cursor_of(NOTES))
    assert other.compile().exclusive_start_key == LAST[Note]


SAME: dict[str, tuple[Step, Step]] = {
    "page size, limit and offset": (
        lambda q: q.page_size(3),
        lambda q: q.limit(7).offset(1),
    ),
    "fields and consistency": (
        lambda q: q.select("text").consistent_read(),
        lambda q: q,
    ),
    "filters in another order": (
        lambda q: q.filter(Note.stars > 1).filter(Note.text == "x"),
        lambda q: q.filter("text", "=", "x").filter("stars", ">", 1),
    ),
    "wheres in another order": (
        lambda q: q.where(Note.day > "2"),
        lambda _: ask(Note).where(Note.day > "2").where(Note.owner == "ann"),
    ),
    "the order that is the default": (lambda q: q.order_by("day", "asc"), lambda q: q),
    "a key condition said as a filter": (
        lambda q: q.filter(Note.day > "2"),
        lambda q: q.where(Note.day > "2"),
    ),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_a_question_is_the_same_however_it_is_put(one: Step, other: Step) -> None:
    assert identity_of(one(NOTES)) == identity_of(other(NOTES))


OTHERS: dict[str, Step] = {
    "the value of the key": lambda _: ask(Note).where(Note.owner == "bob"),
    "the model's table": lambda _: ask(Note, table="old").where(Note.owner == "ann"),
    "a condition more": lambda q: q.where(Note.day > "1"),
    "another operator": lambda q: q.where(Note.day >= "1"),
    "a filter": lambda q: q.filter(Note.stars == 1),
    "a filter on another field": lambda q: q.filter(Note.text == "1"),
    "a filter with another value": lambda q: q.filter(Note.stars == 2),
    "a value of another type": lambda q: q.filter(Note.text == "2"),
    "AND for OR": lambda q: q.filter_group(
        lambda g: g.filter(Note.stars == 1).or_filter(Note.text == "1")
    ),
    "the order": lambda q: q.order_by("day", "DESC"),
    "a scan": lambda q: ask(Note),
    "a segment": lambda q: q.parallel_scan(0, 2),
    "another segment": lambda q: q.parallel_scan(1, 2),
    "another number of segments": lambda q: q.parallel_scan(0, 3),
}


def test_no_two_of_these_questions_are_the_same() -> None:
    different = [NOTES, *(step(NOTES) for step in OTHERS.values())]
    assert len({identity_of(each) for each in different}) == len(different)


def test_the_index_asked_for_is_part_of_the_question_and_the_chosen_one_too() -> None:
    named = ACTIVE.index("gsi-status")
    by_email = ask(User).where(User.email == "active")
    assert len({identity_of(each) for each in (ACTIVE, named, by_email)}) == 3


class Twin(Model, table="twins"):
    """Two indexes by the same partition key."""

    id: Attr[str] = partition_key()
    kind: Attr[str] = field(index=[gsi("by-x"), gsi("by-y")])
    x: Attr[int] = field(index=gsi("by-x", sort=True))
    y: Attr[int] = field(index=gsi("by-y", sort=True))


def test_the_chosen_index_alone_makes_another_question() -> None:
    query = ask(Twin).where(Twin.kind == "k")
    assert identity_of(query.order_by("x")) != identity_of(query.order_by("y"))


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_cursor_for_another_query_is_refused(other: Step) -> None:
    query = other(NOTES).cursor(cursor_of(NOTES))
    with pytest.raises(InvalidCursorError, match=exactly(CHANGED)):
        query.compile()


def other_key(cursor: str) -> str:
    """The cursor with another key in it, its signature as it was."""
    version, _, signature = cursor.split(".")
    key = {"lastKey": {"day": {"S": "9"}, "owner": {"S": "ann"}}}
    forged = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    return f"{version}.{forged}.{signature}"


FORGERIES: dict[str, tuple[Callable[[str], str], str]] = {
    "another key": (other_key, CHANGED),
    "another version": (lambda text: "c2" + text[2:], CHANGED),
    "the version of a resume token": (lambda text: "s1" + text[2:], CHANGED),
    "truncated": (lambda text: text[:-1], CHANGED),
    "lengthened": (lambda text: text + "A", CHANGED),
    "padded": (lambda text: text + "=", CHANGED),
    "a blank at the end": (lambda text: text + "\n", CHANGED),
    "no signature": (lambda text: text.rpartition(".")[0], CHANGED),
    "an empty signature": (lambda text: text.rpartition(".")[0] + ".", CHANGED),
    "a signature that is no ASCII": (lambda text: text[:-1] + "é", CHANGED),
    "a lone surrogate": (lambda text: text[:-1] + "\ud800", CHANGED),
    "two dots more": (lambda text: text.replace(".", "..", 1), CHANGED),
    "the plain cursor": (lambda text: text.split(".")[1], UNSIGNED),
    "the plain cursor and a dot": (lambda text: text.split(".")[1] + ".", UNSIGNED),
    "any text": (lambda _: "hello", UNSIGNED),
    "any text with a dot": (lambda _: ".", UNSIGNED),
}


@pytest.mark.parametrize(("forge", "message"), FORGERIES.values(), ids=FORGERIES)
def test_a_forged_cursor_is_refused(forge: Callable[[str], str], message: str) -> None:
    query = NOTES.cursor(forge(cursor_of(NOTES)))
    with pytest.raises(InvalidCursorError, match=exactly(message)):
        query.compile()


def test_every_single_changed_character_is_noticed() -> None:
    cursor = cursor_of(NOTES)
    for place, sign in enumerate(cursor):
        changed = cursor[:place] + ("B" if sign == "A" else "A") + cursor[place + 1 :]
        with pytest.raises(InvalidCursorError, match="signed"):
            NOTES.cursor(changed).compile()


def test_a_cursor_of_another_secret_is_refused() -> None:
    other = ask(Note, "another").where(Note.owner == "ann").cursor(cursor_of(NOTES))
    with pytest.raises(InvalidCursorError, match=exactly(CHANGED)):
        other.compile()


def test_a_signed_cursor_is_refused_where_signing_is_off() -> None:
    plain = ask(Note, None).where(Note.owner == "ann").cursor(cursor_of(NOTES))
    with pytest.raises(InvalidCursorError, match=exactly(NO_SECRET)):
        plain.compile()


def test_the_secret_is_in_no_text() -> None:
    db = Database(transport=ScriptedTransport(), cursor_secret=SECRET)
    seal = Seal("cursor", lambda: b"", SECRET.encode())
    query = NOTES.cursor("hello")
    with pytest.raises(InvalidCursorError, match="not signed") as refused:
        query.compile()
    shown = [db, db.config, db._compiler, db.model(Note), NOTES, seal, refused.value]
    assert [each for each in shown if "horse" in repr(each)] == []
