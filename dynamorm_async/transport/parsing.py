"""From bytes as they come to whole HTTP replies.  Pure: no socket, no clock."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from msgspec import Struct

from ..wire import Reply
from ..wire.ready import ReadBytes
from .reading import checksum_in, read_body

CHECKSUM, REQUEST_ID, DATE = b"x-amz-crc32", b"x-amzn-RequestId", b"Date"
"""The headers that matter, as DynamoDB writes them."""

SAYING_LENGTH = (b"Content-Length", b"Transfer-Encoding")

NOT_HTTP = (HttpParserError, HttpParserUpgrade)
"""What `ReplyParser.feed` raises where it reads no HTTP reply."""


class Received(Struct, frozen=True, gc=False):
    """A reply as it came: whole, and not yet looked into."""

    status: int
    raw: bytes
    checksum: bytes | None
    request_id: bytes | None
    date: bytes | None

    def reply(self, read: ReadBytes | None = None) -> Reply:
        """What it says.  Raises `TransportError` for a reply that is damaged."""
        return Reply(
            self.status,
            read_body(self.status, checksum_in(self.checksum), self.raw, read),
            self.request_id.decode("latin-1") if self.request_id else None,
            self.date.decode("latin-1") if self.date else None,
        )


class ReplyParser:
    """Reads one reply after another, each after its `begin`."""

    def __init__(self) -> None:
        self.is_complete = False
        """Whether all of the reply is here."""

        self.is_last = False
        """Whether nothing can follow on this connection: the reply says so, or more
        came with it than was asked for.
        """

        self._headers: dict[bytes, bytes] = {}
        self._chunks: list[bytes] = []
        # Called once for each header and chunk: these run no Python code.
        self.on_header = self._headers.__setitem__
        self.on_body = self._chunks.append
        self._parser = HttpResponseParser(self)

    def begin(self) -> None:
        """Expect the next reply."""
        self.is_complete = False
        self._headers.clear()
        self._chunks.clear()

    def feed(self, part: memoryview) -> None:
        """Take what came.  Raises one of `NOT_HTTP` where it is no HTTP reply."""
        try:
            self._parser.feed_data(part)
        except NOT_HTTP:
            if not self.is_complete:
                raise
            self.is_last = True

    def end(self) -> None:
        """Take it that nothing more will come.

        That is the end of a reply which does not say how long it is.
        """
        says_length = any(_value(self._headers, name) for name in SAYING_LENGTH)
        if self._chunks and not says_length:
            self.on_message_complete()
        self.is_last = True

    def received(self) -> Received:
        """The complete reply."""
        headers, chunks = self._headers, self._chunks
        return Received(
            self._parser.get_status_code(),
            chunks[0] if len(chunks) == 1 else b"".join(chunks),
            headers.get(CHECKSUM) or _value(headers, CHECKSUM),
            headers.get(REQUEST_ID) or _value(headers, REQUEST_ID),
            headers.get(DATE) or _value(headers, DATE),
        )

    def on_message_begin(self) -> None:
        """The parser sees the first byte of a reply."""
        if self.is_complete:
            raise HttpParserError("there is more than one reply")

    def on_message_complete(self) -> None:
        """The parser has seen the last byte of a reply."""
        if self._parser.get_status_code() < 200:  # "wait, the reply will follow"
            self._headers.clear()
            return
        self.is_complete = True
        self.is_last = not self._parser.should_keep_alive()

    def close(self) -> None:
        """Let go of the parser, which refers back to this object."""
        del self._parser


def _value(headers: dict[bytes, bytes], name: bytes) -> bytes | None:
    """A header that is not written as DynamoDB writes it."""
    name = name.lower()
    return next((headers[each] for each in headers if each.lower() == name), None)
