"""From bytes to replies, without a socket."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.transport.parsing import NOT_HTTP, ReplyParser
from dynamorm_async.wire import Reply

from .fault_server import DATE, checked, chunked, http

RAW = json.dumps({"Item": {"id": {"S": "1"}}}).encode()
FOUND = Reply(200, json.loads(RAW), "R1", DATE)


def fed(*parts: bytes) -> ReplyParser:
    """A parser that was given these parts."""
    parser = ReplyParser()
    parser.begin()
    for part in parts:
        parser.feed(memoryview(part))
    return parser


@given(cuts=st.sets(st.integers(1, 150)), size=st.integers(1, 40))
def test_a_reply_is_the_same_however_it_is_cut(cuts: set[int], size: int) -> None:
    for sent in (checked(RAW), chunked(RAW, size)):
        places = [0, *sorted(cuts), len(sent)]
        ends = pairwise(places)
        parser = fed(*(sent[start:end] for start, end in ends if start < end))
        assert (parser.is_complete, parser.is_last) == (True, False)
        assert parser.received().reply() == FOUND


def test_replies_follow_each_other() -> None:
    parser = fed(checked(b'{"a": 1}'))
    assert parser.received().reply().body == {"a": 1}
    parser.begin()
    assert not parser.is_complete
    parser.feed(memoryview(checked(b'{"b": 2}')))
    assert parser.received().reply().body == {"b": 2}


@pytest.mark.parametrize(
    "sent",
    [
        checked(RAW, "Connection: close"),
        checked(RAW).replace(b"HTTP/1.1", b"HTTP/1.0"),
        checked(RAW) + b"HTTP/1.1 2",
        checked(RAW) + http(b'{"Item": "stray"}', "x-amz-crc32: 1") * 2,
        checked(RAW) + b"garbage",
        checked(RAW) + b"\0",
    ],
)
def test_after_some_replies_nothing_can_follow(sent: bytes) -> None:
    parser = fed(sent)
    assert (parser.is_complete, parser.is_last) == (True, True)
    assert parser.received().reply() == FOUND


@pytest.mark.parametrize(
    "sent",
    [
        b"garbage",
        b"\x16\x03\x01\x02",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 101 Switch\r\nUpgrade: tea\r\nConnection: Upgrade\r\n\r\nx",
        http(RAW, "Transfer-Encoding: chunked"),
        http(RAW, "Content-Length: 1"),
    ],
)
def test_what_is_not_http_is_refused(sent: bytes) -> None:
    with pytest.raises(NOT_HTTP, match=r"^"):
        fed(sent)


@pytest.mark.parametrize(
    ("sent", "is_complete"),
    [
        (checked(RAW)[:-1], False),
        (checked(RAW).replace(b"Content-Length", b"X-Length"), True),
        (checked(RAW).replace(b"Content-Length", b"X-Length")[: -len(RAW)], False),
        (chunked(RAW, 9)[:-20], False),
        (b"", False),
    ],
)
def test_only_a_reply_without_a_length_may_end_with_its_connection(
    sent: bytes, is_complete: bool
) -> None:
    parser = fed(sent)
    parser.end()
    assert (parser.is_complete, parser.is_last) == (is_complete, True)
