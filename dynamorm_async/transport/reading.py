"""From the bytes of a reply to its JSON object, checked.

botocore would read a page of a proxy with status 200 as an answer without an item, and
checks the checksum only when it retries; so neither is left to it.
"""

import zlib
from typing import Any

import msgspec

from ..errors import TransportError
from ..wire import Body
from ..wire.ready import ReadBytes

DECODED = "dynamorm_async.body"
"""Where `take_body` puts the body among the members of botocore's parsed reply."""

_decode = msgspec.json.Decoder().decode


def take_body(
    *,
    operation_model: Any,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_others: object,
) -> None:
    """A handler of botocore's event `before-parse` that keeps what DynamoDB sent."""
    raw = response_dict["body"]
    if not raw and operation_model.output_shape is None:
        body: Body = {}  # TagResource answers with nothing at all
    else:
        checksum = checksum_in(response_dict["headers"].get("x-amz-crc32"))
        body = read_body(response_dict["status_code"], checksum, raw)
    customized_response_dict[DECODED] = body
    if not body:
        response_dict["body"] = b"{}"  # what botocore cannot parse it must not see


def checksum_in(header: str | bytes | None) -> int | None:
    """What the header `x-amz-crc32` says, if it is there and says something."""
    return int(header) if header and header.isascii() and header.isdigit() else None


def read_body(
    status: int, checksum: int | None, raw: bytes, read: ReadBytes | None = None
) -> Body:
    """The JSON object of a reply; an empty one for an error that is not of DynamoDB.

    A success is what `read` makes of it, if that is given and can.

    Raises `TransportError` for what is damaged, and for a success that is none of
    DynamoDB's.
    """
    if checksum is not None and checksum != zlib.crc32(raw):
        raise TransportError(
            "the reply was damaged on its way: its CRC32 differs", sent=True
        )
    if read is not None and status < 300 and (made := read(raw)) is not None:
        return made
    try:
        body = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    if isinstance(body, dict):
        return body
    if status >= 300:
        return {}
    raise TransportError(
        "the reply is no JSON object, so not DynamoDB's; check endpoint_url, and what "
        "stands between it and here",
        sent=True,
    )
