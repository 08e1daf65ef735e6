"""Applications that are called without a socket."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import Message

from dynamorm_async import Credentials, Database, RetryPolicy
from tests.models import NOON
from tests.scripted import Answer, ScriptedTransport


def scripted(*answers: Answer, **settings: Any) -> tuple[Database, ScriptedTransport]:
    """A database that gives these answers, and what it was asked."""
    transport = ScriptedTransport(*answers)
    database = Database(
        transport=transport,
        credentials=Credentials(access_key_id="a", secret_access_key="b"),
        retry=RetryPolicy(attempts=1),
        clock=lambda: NOON,
        **settings,
    )
    return database, transport


@asynccontextmanager
async def client_of(app: Starlette) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application, while its lifespan lasts."""
    state: dict[str, Any] = {}
    inner = app.router.lifespan_context(app)

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {**state}}, receive, send)

    async with inner as yielded:
        state.update(yielded or {})
        # Errors that no handler answers become a 500, as on a server.
        transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://shop", trust_env=False
        ) as client:
            yield client


async def websocket_messages(app: Starlette, path: str) -> list[Message]:
    """What the application sends to a websocket that connects and says nothing."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "app": app, "state": {}}
    await app(scope, receive, send)
    return sent
