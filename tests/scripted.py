"""A transport that answers from a list and remembers what it was asked."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from dynamorm_async.wire import Body, Reply

Answer = Reply | Exception | Callable[[], Awaitable[Reply]]
"""What a request meets: a reply, an error, or something to wait for."""


class ScriptedTransport:
    """Gives these answers, one to each request, in order.

    `requests` holds each `(operation, body)` as it was when it was sent.
    """

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[str, Body]] = []
        self.is_closed = False

    @property
    def operations(self) -> list[str]:
        """The operations in the order they were sent."""
        return [operation for operation, _ in self.requests]

    @property
    def bodies(self) -> list[Body]:
        """The bodies in the order they were sent."""
        return [body for _, body in self.requests]

    async def send(self, operation: str, body: Body, /) -> Reply:
        """The next answer of the script."""
        self.requests.append((operation, deepcopy(body)))
        if not self._answers:
            raise AssertionError(f"the script has no answer to {operation}")
        answer = self._answers.pop(0)
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, Exception):
            raise answer
        return await answer()

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    def __repr__(self) -> str:
        return f"<ScriptedTransport, {len(self._answers)} answers left>"


def ok(**body: Any) -> Reply:
    """A success."""
    return Reply(status=200, body=body)


def refusal(code: str, message: str = "", status: int = 400, **body: Any) -> Reply:
    """An error as DynamoDB sends it."""
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return Reply(
        status=status,
        body={"__type": kind, "message": message, **body},
        request_id="REQ1",
    )
