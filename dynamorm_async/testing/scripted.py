"""A transport that answers from a list and remembers what it was asked."""

from collections.abc import Awaitable, Callable
from typing import Any

from ..wire import Body, Reply
from .requests import Requests

Answer = Reply | BaseException | Callable[[], Awaitable[Reply]]
"""What a request meets: a reply, an error, or something to wait for."""


class ScriptedTransport:
    """Gives these answers, one to each request, in order; sends nothing.

    >>> answers = [refusal("Throttling"), ok(Item={"id": {"S": "1"}})]
    >>> transport = ScriptedTransport(*answers)
    >>> db = Database(transport=transport, region="eu-west-1")

    `requests` holds each request as it was when it was sent; retries, pages and batches
    are requests of their own.  A request after the last answer is an `AssertionError`.
    """

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests = Requests()
        self.is_closed = False

    @property
    def operations(self) -> list[str]:
        """The operations in the order they were sent."""
        return self.requests.operations

    @property
    def bodies(self) -> list[Body]:
        """The bodies in the order they were sent."""
        return self.requests.bodies

    async def send(self, operation: str, body: Body, /) -> Reply:
        """The next answer of the script."""
        self.requests.add(operation, body)
        if not self._answers:
            raise AssertionError(f"the script has no answer to {operation}")
        answer = self._answers.pop(0)
        if isinstance(answer, Reply):
            return answer
        if isinstance(answer, BaseException):
            raise answer
        return await answer()

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    def __repr__(self) -> str:
        return f"<ScriptedTransport, {len(self._answers)} answers left>"


def ok(**body: Any) -> Reply:
    """A success, its body by keyword: `ok(Item={"id": {"S": "1"}})`."""
    return Reply(status=200, body=body)


def refusal(code: str, message: str = "", status: int = 400, **body: Any) -> Reply:
    """An error as DynamoDB sends it: `refusal("ConditionalCheckFailedException")`."""
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return Reply(
        status=status,
        body={"__type": kind, "message": message, **body},
        request_id="REQ1",
    )
