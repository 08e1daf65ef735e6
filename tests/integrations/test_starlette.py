"""Starlette: lifespan, problems, preconditions and pages."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

import dynamorm_async.integrations.pydantic_models  # noqa: F401  # Pydantic learns of models
from dynamorm_async import ConfigurationError, Database, InvalidValueError
from dynamorm_async.integrations.starlette import (
    PageRequest,
    Preconditions,
    add_problem_handlers,
    database_lifespan,
    database_of,
)
from dynamorm_async.testing import local_dynamodb
from tests.integrations.web import client_of, scripted, websocket_messages
from tests.models import Account, Note
from tests.scripted import ok, refusal

ACCOUNT = TypeAdapter(Account)
STORED = {"number": {"N": "7"}, "holder": {"S": "ann"}, "rev": {"N": "3"}}


async def read(request: Request) -> Response:
    """An account, with its ETag."""
    db = database_of(request)
    response = JSONResponse(None)
    conditions = Preconditions.of(request, response)
    found = conditions.show(await db.model(Account).where(Account.number == 7).first())
    return JSONResponse(
        ACCOUNT.dump_python(found, mode="json"), headers=response.headers
    )


async def test_the_database_is_open_while_the_application_runs() -> None:
    db, transport = scripted(ok(Item=STORED))
    app = Starlette(routes=[Route("/7", read)], lifespan=database_lifespan(db))
    async with client_of(app) as client:
        assert database_of(app) is db
        reply = await client.get("/7")
        assert transport.is_closed is False
    assert reply.json() == {"number": 7, "holder": "ann", "balance": "0", "rev": 3}
    assert reply.headers["etag"] == '"3"'
    assert transport.is_closed is True
    with pytest.raises(ConfigurationError, match="the application has no database"):
        database_of(app)


async def test_a_database_that_a_block_opens_is_closed_by_it() -> None:
    events: list[str] = []
    db, _ = scripted()

    @asynccontextmanager
    async def opens() -> AsyncGenerator[Database]:
        events.append("opened")
        yield db
        events.append("closed")

    app = Starlette(lifespan=database_lifespan(opens))
    async with client_of(app):
        events.append("serving")
    assert events == ["opened", "serving", "closed"]


@pytest.mark.parametrize("opened", [local_dynamodb(), "eu-west-1", None])
def test_what_opens_no_database_is_refused_at_once(opened: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"takes a Database, or a function"):
        database_lifespan(opened)


async def test_a_lifespan_of_ones_own_runs_inside_and_keeps_its_state() -> None:
    db, transport = scripted()
    seen: list[Any] = []

    @asynccontextmanager
    async def own(app: Starlette) -> AsyncGenerator[dict[str, Any]]:
        seen.append(database_of(app))
        yield {"colour": "red"}
        seen.append(transport.is_closed)

    async def colour(request: Request) -> Response:
        return JSONResponse([request.state.colour, database_of(request) is db])

    app = Starlette(
        routes=[Mount("/inner", Starlette(routes=[Route("/", colour)]))],
        lifespan=database_lifespan(db, around=own),
    )
    async with client_of(app) as client:
        assert (await client.get("/inner/")).json() == ["red", True]
    assert seen == [db, False]


async def test_a_service_that_does_not_start_closes_the_database() -> None:
    db, transport = scripted()

    @asynccontextmanager
    async def own(_app: Starlette) -> AsyncGenerator[None]:
        raise RuntimeError("no start")
        yield

    app = Starlette(lifespan=database_lifespan(db, around=own))
    with pytest.raises(RuntimeError, match="no start"):
        async with client_of(app):
            pass
    assert transport.is_closed is True
    with pytest.raises(ConfigurationError, match="the application has no database"):
        database_of(app)


async def test_without_its_lifespan_an_application_says_what_is_missing() -> None:
    connection = HTTPConnection({"type": "http", "headers": []})
    with pytest.raises(ConfigurationError, match=r"lifespan=database_lifespan\(...\)"):
        database_of(connection)


async def test_the_client_that_knows_the_item_gets_no_body() -> None:
    db, _ = scripted(ok(Item=STORED))
    app = Starlette(routes=[Route("/7", read)], lifespan=database_lifespan(db))
    add_problem_handlers(app)
    async with client_of(app) as client:
        reply = await client.get("/7", headers={"If-None-Match": 'W/"3"'})
    assert (reply.status_code, reply.content, reply.headers["etag"]) == (
        304,
        b"",
        '"3"',
    )


async def test_errors_are_problems() -> None:
    db, _ = scripted(
        ok(), refusal("ProvisionedThroughputExceededException", "Table: accounts")
    )
    app = Starlette(routes=[Route("/7", read)], lifespan=database_lifespan(db))
    add_problem_handlers(app, retry_after=9)
    async with client_of(app) as client:
        missing = await client.get("/7")
        throttled = await client.get("/7")
    assert (missing.status_code, missing.json()) == (
        404,
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "code": "not_found",
            "detail": "There is no such item.",
        },
    )
    assert missing.headers["content-type"] == "application/problem+json"
    assert (throttled.status_code, throttled.headers["retry-after"]) == (503, "9")
    assert "accounts" not in throttled.text


async def test_what_is_our_own_mistake_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    db, _ = scripted(refusal("ResourceNotFoundException", "no accounts"))
    app = Starlette(routes=[Route("/7", read)], lifespan=database_lifespan(db))
    add_problem_handlers(app)
    async with client_of(app) as client:
        reply = await client.get("/7")
    assert (reply.status_code, "accounts" in reply.text) == (500, False)
    assert [(each.levelno, each.getMessage()) for each in caplog.records] == [
        (
            logging.ERROR,
            "500: TableNotFoundError: GetItem on accounts: ResourceNotFoundException: "
            "no accounts; check its name, table_prefix, region and endpoint_url, or "
            "make it with ensure_table (request REQ1)",
        )
    ]


async def test_what_validators_say_of_a_value_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def refuse(_request: Request) -> Response:
        raise InvalidValueError("Note: 'text' must be short, and is 'a secret'")

    app = Starlette(routes=[Route("/", refuse)])
    add_problem_handlers(app)
    with caplog.at_level(logging.DEBUG, "dynamorm_async"):
        async with client_of(app) as client:
            await client.get("/")
    assert [each.getMessage() for each in caplog.records] == [
        "422: InvalidValueError: ..."
    ]


async def test_http_exceptions_are_problems_too() -> None:
    async def tea(_request: Request) -> Response:
        raise HTTPException(418, "short and stout", {"X-Pot": "1"})

    app = Starlette(routes=[Route("/", tea)])
    add_problem_handlers(app)
    async with client_of(app) as client:
        reply = await client.get("/")
    assert (reply.status_code, reply.headers["x-pot"], reply.json()) == (
        418,
        "1",
        {
            "type": "about:blank",
            "title": "I'm a Teapot",
            "status": 418,
            "code": "im_a_teapot",
            "detail": "short and stout",
        },
    )


async def test_a_status_without_a_name_has_that_of_its_class() -> None:
    async def odd(_request: Request) -> Response:
        raise HTTPException(499, "gone")

    app = Starlette(routes=[Route("/", odd)])
    add_problem_handlers(app)
    async with client_of(app) as client:
        reply = await client.get("/")
    assert (reply.json()["title"], reply.json()["code"]) == (
        "Bad Request",
        "bad_request",
    )


async def test_a_websocket_is_closed_on_an_error() -> None:
    db, _ = scripted(ok())

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await db.model(Account).where(Account.number == 7).first()

    app = Starlette(routes=[WebSocketRoute("/", talk)])
    add_problem_handlers(app)
    assert await websocket_messages(app, "/") == [
        {"type": "websocket.accept", "subprotocol": None, "headers": []},
        {"type": "websocket.close", "code": 1011, "reason": ""},
    ]


async def notes(request: Request) -> Response:
    """A page of notes."""
    page = PageRequest.of(request, default=2, most=3)
    query = database_of(request).model(Note).where(Note.owner == "ann")
    found = await page.result(query)
    return JSONResponse([[each.day for each in found.items], found.next_cursor])


@pytest.mark.parametrize(
    ("query", "limit"), [("", 2), ("?limit=3", 3), ("?limit=1&cursor=", 1)]
)
async def test_a_page_has_the_size_that_was_asked_for(query: str, limit: int) -> None:
    db, transport = scripted(ok(Items=[], Count=0, ScannedCount=0))
    app = Starlette(routes=[Route("/", notes)], lifespan=database_lifespan(db))
    async with client_of(app) as client:
        assert (await client.get(f"/{query}")).json() == [[], None]
    assert [body["Limit"] for body in transport.bodies] == [limit]


@pytest.mark.parametrize("limit", ["0", "4", "-1", "x", "", "²", "1.0", "9" * 5000])
async def test_a_size_that_is_not_possible_is_refused(limit: str) -> None:
    db, transport = scripted()
    app = Starlette(routes=[Route("/", notes)], lifespan=database_lifespan(db))
    add_problem_handlers(app)
    async with client_of(app) as client:
        reply = await client.get("/", params={"limit": limit})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")
    assert transport.requests == []
