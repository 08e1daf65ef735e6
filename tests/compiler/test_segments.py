"""Scans in segments: the request, what cannot be asked, and tokens to resume by."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async import (
    IndexNotFoundError,
    InvalidCursorError,
    InvalidOperatorError,
    InvalidValueError,
    Query,
    ScanWarning,
)
from dynamorm_async.compiler.compiler import Compiler
from dynamorm_async.compiler.segments import ResumeTokens
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.wire.segments import SegmentPosition
from tests.asking import RUNNER, exactly
from tests.models import NOON, Listing, Note, User

DONE = SegmentPosition(is_done=True)
START = SegmentPosition()
MIDDLE = SegmentPosition(after={"owner": {"S": "é"}, "day": {"S": "1"}})
OTHER = (
    "the resume token belongs to another scan: its table, index, conditions or number "
    "of segments differ"
)
CHANGED = (
    "the resume token was changed, was signed with another secret, or belongs to "
    "another query"
)


def ask(model: type, secret: str | None = None) -> Query[Any]:
    compiler = Compiler(Codecs(), lambda: NOON, cursor_secret=secret)
    return Query(compiler, RUNNER, compiler.question(model, None))


def tokens_of(query: Query[Any], total: int = 3) -> ResumeTokens:
    return query._compiler.segments(query._question, total)[1]


def packed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def unpacked(token: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(token))


def test_the_request_is_that_of_the_first_segment() -> None:
    query = ask(User).index("gsi-status").filter(User.rank > 1).limit(9).page_size(2)
    compiled, tokens = query._compiler.segments(query._question, 5)
    assert (compiled.operation, compiled.limit) == ("Scan", 9)
    assert compiled.body == {
        "TableName": "users",
        "IndexName": "gsi-status",
        "Segment": 0,
        "TotalSegments": 5,
        "FilterExpression": "#n0 > :v0",
        "ExpressionAttributeNames": {"#n0": "rank"},
        "ExpressionAttributeValues": {":v0": {"N": "1"}},
        "Limit": 2,
    }
    assert tokens.start_key == ("id", "joined", "status", "rank")


def test_a_worker_of_many_scans_its_segment_and_is_not_warned(
    recwarn: pytest.WarningsRecorder,
) -> None:
    query = ask(Note).where(Note.owner == "ann").parallel_scan(2, 4)
    assert query.compile().body == {
        "TableName": "notes",
        "Segment": 2,
        "TotalSegments": 4,
        "FilterExpression": "#n0 = :v0",
        "ExpressionAttributeNames": {"#n0": "owner"},
        "ExpressionAttributeValues": {":v0": {"S": "ann"}},
    }
    assert [each for each in recwarn if each.category is ScanWarning] == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda q: q.parallel_scan(0, 2), InvalidOperatorError, "one segment of the"),
        (lambda q: q.offset(1), InvalidOperatorError, "offset() needs an order"),
        (lambda q: q.cursor("x"), InvalidOperatorError, "hand in resume= instead"),
        (lambda q: q.order_by("day"), InvalidOperatorError, "needs a Query"),
        (lambda q: q.index("x"), IndexNotFoundError, "Note has no index 'x'"),
    ],
)
def test_what_segments_cannot_do_is_refused(
    change: Callable[[Query[Note]], Query[Note]],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(").replace(")", r"\)")):
        change(ask(Note)).scan_all_segments(2)


@pytest.mark.parametrize(
    ("total", "options", "message"),
    [
        (0, {}, "the number of segments is a whole number of at least 1"),
        (True, {}, "the number of segments is a whole number of at least 1"),
        (1_000_001, {}, "DynamoDB scans in at most 1,000,000 segments"),
        (2, {"max_concurrency": 0}, "max_concurrency is a whole number of at least 1"),
        (2, {"buffer": 0}, "buffer is a whole number of at least 1"),
        (2, {"requests_per_second": 0}, "requests_per_second is a number above 0"),
        (2, {"requests_per_second": -1.5}, "requests_per_second is a number above 0"),
        (
            2,
            {"requests_per_second": float("nan")},
            "requests_per_second is a number above 0",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    total: int, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidValueError, match=exactly(message)):
        ask(Note).scan_all_segments(total, **options)


@pytest.mark.parametrize("secret", [None, "hush"])
def test_a_token_holds_every_segments_position(secret: str | None) -> None:
    tokens = tokens_of(ask(Note, secret))
    token = tokens.write([DONE, START, MIDDLE])
    assert tokens.read(token) == (DONE, START, MIDDLE)
    again = tokens_of(ask(Note, secret).limit(7).page_size(3).select("text"))
    assert again.read(token) == (DONE, START, MIDDLE)


def test_an_unsigned_token_is_base64_json() -> None:
    token = tokens_of(ask(Note)).write([DONE, START, MIDDLE])
    content = unpacked(token)
    assert (content.keys(), len(content["scan"])) == ({"scan", "segments"}, 64)
    assert content["segments"] == ["done", "start", MIDDLE.after]


def test_a_signed_token_has_a_version_and_a_signature() -> None:
    plain = tokens_of(ask(Note)).write([DONE, START, MIDDLE])
    signed = tokens_of(ask(Note, "hush")).write([DONE, START, MIDDLE])
    version, inner, signature = signed.split(".")
    assert (version, inner, len(signature)) == ("s1", plain, 43)


OTHERS: dict[str, Callable[[], ResumeTokens]] = {
    "another number of segments": lambda: tokens_of(ask(Note), 4),
    "another filter": lambda: tokens_of(ask(Note).filter(Note.stars > 1)),
    "another condition": lambda: tokens_of(ask(Note).where(Note.owner == "ann")),
    "another model": lambda: tokens_of(ask(Listing)),
    "an index": lambda: tokens_of(ask(User).index("gsi-status")),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_token_of_another_scan_is_refused(other: Callable[[], ResumeTokens]) -> None:
    token = tokens_of(ask(Note)).write([START] * 3)
    with pytest.raises(InvalidCursorError, match=exactly(OTHER)):
        other().read(token)


SIGNED: dict[str, Callable[[], ResumeTokens]] = {
    "another number of segments": lambda: tokens_of(ask(Note, "hush"), 4),
    "another filter": lambda: tokens_of(ask(Note, "hush").filter(Note.stars > 1)),
    "another secret": lambda: tokens_of(ask(Note, "other")),
}


@pytest.mark.parametrize("other", SIGNED.values(), ids=SIGNED)
def test_a_signed_token_of_another_scan_is_refused(
    other: Callable[[], ResumeTokens],
) -> None:
    token = tokens_of(ask(Note, "hush")).write([START] * 3)
    with pytest.raises(InvalidCursorError, match=exactly(CHANGED)):
        other().read(token)


def test_signed_and_unsigned_tokens_do_not_mix() -> None:
    plain, signed = tokens_of(ask(Note)), tokens_of(ask(Note, "hush"))
    with pytest.raises(InvalidCursorError, match=r"^the resume token is not signed"):
        signed.read(plain.write([START] * 3))
    with pytest.raises(InvalidCursorError, match=r"has no cursor_secret$"):
        plain.read(signed.write([START] * 3))


def test_a_cursor_is_no_resume_token_although_the_secret_is_the_same() -> None:
    query = ask(Note, "hush")
    token = tokens_of(query).write([START] * 3)
    cursor = "c1" + token[2:]
    with pytest.raises(InvalidCursorError, match=exactly(CHANGED)):
        tokens_of(query).read(cursor)
    with pytest.raises(InvalidCursorError, match=r"^the cursor was changed"):
        query.cursor(cursor).compile()


def good() -> dict[str, Any]:
    """What an unsigned token holds."""
    content: dict[str, Any] = unpacked(tokens_of(ask(Note)).write([START] * 3))
    return content


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "é",
        packed([]),
        packed({}),
        packed({**good(), "scan": "00"}),
        packed({**good(), "segments": "done"}),
        packed({**good(), "segments": ["done"] * 2}),
        packed({**good(), "segments": ["done"] * 4}),
        packed({**good(), "segments": ["done", "start", None]}),
        packed({**good(), "segments": ["done", "start", "later"]}),
        packed({**good(), "segments": ["done", "start", {}]}),
        packed({**good(), "segments": ["done", "start", {"owner": {"S": "a"}}]}),
        packed({**good(), "segments": ["done", "start", [["owner"]]]}),
        packed(
            {
                **good(),
                "segments": [{"owner": {"S": "a"}, "day": {"L": []}}, "done", "done"],
            }
        ),
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidCursorError, match=r"^the resume token "):
        ask(Note).scan_all_segments(3, resume=token)
