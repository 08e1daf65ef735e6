"""Requests as servers read them."""

import asyncio


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request; empty when the client has closed the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return head + await reader.readexactly(int(length))
