"""The requests that a piece of code sent, as values to look at and to compare."""

import json
from copy import deepcopy
from typing import NamedTuple

from ..wire import Body


class Request(NamedTuple):
    """One request: the operation, and exactly the JSON object that was sent.

    Equal to the tuple of both.
    """

    operation: str
    body: Body

    def __str__(self) -> str:
        return f"{self.operation} {json.dumps(self.body, indent=2, ensure_ascii=False)}"


class Requests(list[Request]):
    """Requests in the order they were sent; retries, pages and chunks one by one.

    `print(requests)` shows them whole, the values of items included.
    """

    @property
    def operations(self) -> list[str]:
        """The operations in order."""
        return [each.operation for each in self]

    @property
    def bodies(self) -> list[Body]:
        """The bodies in order."""
        return [each.body for each in self]

    def add(self, operation: str, body: Body) -> None:
        """Keep a request as it is now."""
        self.append(Request(operation, deepcopy(body)))

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no requests"
