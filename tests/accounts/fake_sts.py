"""A Security Token Service that counts its calls and answers as it is told.

Each key that it hands out is another one.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

KEY = "<Credentials>{}<Expiration>{}</Expiration></Credentials>"
SECRETS = (
    "<AccessKeyId>ASIAEXAMPLE0</AccessKeyId>"
    "<SecretAccessKey>a-secret</SecretAccessKey>"
    "<SessionToken>a-token</SessionToken>"
)


class FakeSts:
    """`calls` holds the parameters of every request; `answer` is what it gets."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []
        self.answer = granted()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer what comes on one connection."""
        try:
            while head := await head_of(reader):
                length = head.lower().partition("content-length:")[2].split()[0]
                body = (await reader.readexactly(int(length))).decode()
                self.calls.append(dict(parse_qsl(body)))
                # As many digits: the length of the answer stands in its head.
                number = b"ASIAEXAMPLE%d" % (len(self.calls) % 10)
                writer.write(self.answer.replace(b"ASIAEXAMPLE0", number))
                await writer.drain()
        finally:
            writer.close()


async def head_of(reader: asyncio.StreamReader) -> str:
    """The head of a request; empty when the client has closed the connection."""
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""


def granted(life: timedelta = timedelta(hours=1)) -> bytes:
    """A key, for as long as that."""
    until = (datetime.now(UTC) + life).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = KEY.format(SECRETS, until)
    return xml(200, f"<AssumeRoleResponse><AssumeRoleResult>{key}</AssumeRoleResult>")


def refused(code: str, status: int = 403) -> bytes:
    """No key, and why; the message names the role, as that of AWS does."""
    message = "not authorized to perform: sts:AssumeRole on arn:aws:iam::222:role/r"
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return xml(status, f"<ErrorResponse>{error}")


def xml(status: int, text: str) -> bytes:
    """A whole reply; the last tag that is open is closed."""
    whole = f"{text}</{text.partition('>')[0][1:]}>"
    head = f"HTTP/1.1 {status} Text\r\nContent-Type: text/xml"
    return f"{head}\r\nContent-Length: {len(whole)}\r\n\r\n{whole}".encode()
