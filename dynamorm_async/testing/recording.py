"""`record`: what a piece of code sent, over whatever transport it went."""

from collections.abc import Generator
from contextlib import contextmanager

from ..database import Database
from ..errors import ConfigurationError
from ..wire import Body, Reply, Transport
from .requests import Requests


class RecordingTransport:
    """Sends through another transport, and remembers the requests.

    >>> transport = RecordingTransport(ScriptedTransport(ok()))
    >>> db = Database(transport=transport)
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.requests = Requests()

    async def send(self, operation: str, body: Body, /) -> Reply:
        """Remember the request, and send it."""
        self.requests.add(operation, body)
        return await self._transport.send(operation, body)

    async def aclose(self) -> None:
        """Close the other transport."""
        await self._transport.aclose()

    def __repr__(self) -> str:
        return f"<RecordingTransport over {self._transport!r}>"


@contextmanager
def record(db: Database, /) -> Generator[Requests]:
    """Remember the requests of a database and its copies, for as long as a block lasts.

    >>> with record(db) as requests:
    ...     await rename(db, "1", "Ann")
    >>> assert requests.operations == ["UpdateItem"]
    >>> print(requests)

    They are sent as they would be without it.  The list stays when the block ends.
    """
    runner = getattr(db, "_runner", None)
    if runner is None:
        raise ConfigurationError(
            "record() needs a Database that sends requests; what a mock was asked is "
            "in its `calls`"
        )
    sender = runner.sender
    sender.transport = recording = RecordingTransport(sender.transport)
    try:
        yield recording.requests
    finally:
        sender.transport = _without(recording, sender.transport)


def _without(recording: RecordingTransport, transport: Transport) -> Transport:
    """The transport without one that records.

    It may stand behind another, for blocks of two tasks need not nest.
    """
    if transport is recording:
        return recording._transport
    if isinstance(transport, RecordingTransport):
        transport._transport = _without(recording, transport._transport)
    return transport
