"""Replies: checked, decoded, and garbage told from DynamoDB's."""

import zlib
from typing import Any

import pytest

from dynamorm_async.errors import TransportError
from dynamorm_async.transport.reading import (
    DECODED,
    checksum_in,
    read_body,
    take_body,
)

RAW = b'{"Item": {"id": {"B": "AAE="}}}'


@pytest.mark.parametrize("checksum", [None, zlib.crc32(RAW)])
def test_a_reply_is_read_as_it_was_sent(checksum: int | None) -> None:
    assert read_body(200, checksum, RAW) == {"Item": {"id": {"B": "AAE="}}}


@pytest.mark.parametrize("status", [200, 400])
def test_a_damaged_reply_is_no_reply(status: int) -> None:
    with pytest.raises(TransportError, match="CRC32 differs") as caught:
        read_body(status, 1, RAW)
    assert caught.value.sent


@pytest.mark.parametrize(
    ("header", "checksum"),
    [(None, None), ("", None), ("12", 12), (b"12", 12), ("-1", None), ("²", None)],
)
def test_a_header_is_a_checksum_or_nothing(
    header: str | bytes | None, checksum: int | None
) -> None:
    assert checksum_in(header) == checksum


GARBAGE = [b"", b"<html>", b"[1]", b'"text"', b'{"Item": ', b"\xff\xfe", b"null"]


@pytest.mark.parametrize("raw", GARBAGE)
def test_a_success_that_is_not_of_dynamodb_is_no_reply(raw: bytes) -> None:
    with pytest.raises(TransportError, match="no JSON object, so not Dyna") as caught:
        read_body(200, None, raw)
    assert caught.value.sent


@pytest.mark.parametrize("raw", GARBAGE)
@pytest.mark.parametrize("status", [403, 502])
def test_an_error_that_is_not_of_dynamodb_is_empty(raw: bytes, status: int) -> None:
    assert read_body(status, None, raw) == {}


@pytest.mark.parametrize(
    ("raw", "left"), [(b'{"__type": "x"}', b'{"__type": "x"}'), (b"[1]", b"{}")]
)
def test_botocore_sees_only_what_it_can_parse(raw: bytes, left: bytes) -> None:
    reply: dict[str, Any] = {"status_code": 500, "headers": {}, "body": raw}
    kept: dict[str, Any] = {}
    take_body(operation_model=None, response_dict=reply, customized_response_dict=kept)
    assert reply["body"] == left
    assert set(kept) == {DECODED}
