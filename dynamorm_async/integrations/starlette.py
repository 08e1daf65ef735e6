"""Starlette: a database for as long as the service runs, problems, ETags, pages.

`fastapi` builds on it; everything here works there too.
"""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, TypeVar

from attrs import frozen
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from ..database import Database
from ..errors import ConfigurationError, DynamORMError, InvalidValueError
from ..query.query import Query
from ..schema.model import Model
from ..wire import PaginatedResult
from .etags import Conditions, etag_of
from .problems import (
    INVALID,
    MEDIA_TYPE,
    NO_PRECONDITION,
    PRECONDITION,
    Problem,
    name_of,
    problem_of,
    told,
)

logger = logging.getLogger("dynamorm_async")

M = TypeVar("M", bound=Model)
A = TypeVar("A", bound=Starlette)

Opens = Callable[[], AbstractAsyncContextManager[Database]]
Lifespan = Callable[[A], AbstractAsyncContextManager[Mapping[str, Any]]]
Around = Lifespan[A] | Callable[[A], AbstractAsyncContextManager[None]]

STATE = "dynamorm_database"
"""Where the database is found in the state of the application and of its requests."""

PAGE = 20
"""Rows of a page for which no limit was asked."""

MOST = 100
"""Rows that may be asked for."""

_BUGS = 500
_MOST_DIGITS = 20  # of a limit
_WITHOUT_BODY = (204, 205, 304)


def database_lifespan(
    database: Database | Opens, *, around: Around[A] | None = None
) -> Lifespan[A]:
    """The lifespan of an application that has a database.

    >>> app = Starlette(lifespan=database_lifespan(Database(region="eu-west-1")))

    `database` is one, or a function that returns one in an `async with` block, such as
    `local_dynamodb`.  It is closed when the application ends.  `around` is a lifespan
    of yours: it runs while the database is open and finds it by `database_of(app)`;
    what it yields becomes state of the requests, as ever.
    """
    is_block = isinstance(database, AbstractAsyncContextManager)
    if not isinstance(database, Database) and (is_block or not callable(database)):
        raise ConfigurationError(
            "database_lifespan() takes a Database, or a function that opens one: "
            f"local_dynamodb, not local_dynamodb(); got a {type(database).__name__}"
        )

    @asynccontextmanager
    async def lifespan(app: A) -> AsyncGenerator[Mapping[str, Any]]:
        opened = database if isinstance(database, Database) else database()
        async with opened as db:
            setattr(app.state, STATE, db)
            try:
                async with nullcontext() if around is None else around(app) as state:
                    yield {**(state or {}), STATE: db}
            finally:
                delattr(app.state, STATE)

    return lifespan


def database_of(owner: HTTPConnection | Starlette) -> Database:
    """The database of an application, or of the one that answers a request.

    Raises `ConfigurationError` where its lifespan did not run.
    """
    found: Database | None = getattr(owner.state, STATE, None)
    if found is None:
        raise ConfigurationError(
            "the application has no database: give it lifespan=database_lifespan(...), "
            "and start it by a server, or by a client that runs lifespans"
        )
    return found


def add_problem_handlers(app: Starlette, *, retry_after: int = 1) -> None:
    """Answer the errors of this library as problems of RFC 9457.

    - `ItemNotFoundError`: 404.
    - `ConditionFailedError`: 409, or 412 to a request with If-Match or If-None-Match.
    - `InvalidCursorError`: 400.
    - `InvalidValueError`: 422.
    - `ThrottledError`, `TransportError`, `BatchError`: 503 with Retry-After.
    - `DeadlineExceededError`: 504.
    - All others: 500, and the error is logged.

    A problem holds no name of a table, no value, and no message of AWS.  Every
    `HTTPException` becomes a problem as well.  `retry_after` is in seconds.
    """

    async def refuse(connection: HTTPConnection, error: Exception) -> Response | None:
        """Answer with the problem, and log it: as an error where it is our own."""
        if not isinstance(error, DynamORMError):
            raise error
        problem = problem_of(
            error,
            is_conditional=_is_conditional(connection),
            retry_after=retry_after,
        )
        is_bug = problem.status == _BUGS
        level = logging.ERROR if is_bug else logging.DEBUG
        # What a validator says of a value may hold the value.
        is_quoting = isinstance(error, InvalidValueError)
        said = (problem.status, type(error).__name__, "..." if is_quoting else error)
        logger.log(level, "%s: %s: %s", *said, exc_info=error if is_bug else None)
        if isinstance(connection, WebSocket):
            await connection.close(1011)
            return None
        return problem_response(problem)

    async def show(_request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code in _WITHOUT_BODY:
            return Response(None, error.status_code, error.headers)
        return problem_response(problem_of_http(error))

    handlers: dict[type[Exception], Any] = {DynamORMError: refuse, HTTPException: show}
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _is_conditional(connection: HTTPConnection) -> bool:
    return not {"if-match", "if-none-match"}.isdisjoint(connection.headers)


def problem_of_http(error: HTTPException) -> Problem:
    """The problem that an `HTTPException` tells."""
    if isinstance(error, ProblemError):
        return error.problem
    code = name_of(error.status_code).lower()
    return Problem(error.status_code, code, str(error.detail), error.headers or {})


def problem_response(problem: Problem) -> Response:
    """The response that tells a problem."""
    return JSONResponse(
        problem.body, problem.status, dict(problem.headers), media_type=MEDIA_TYPE
    )


class ProblemError(HTTPException):
    """Ends the request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail, dict(problem.headers))
        self.problem = problem


def conditions_of(request: Request) -> Conditions:
    """The preconditions that the headers of a request name."""
    lines = request.headers.getlist
    return Conditions.of(lines("if-match"), lines("if-none-match"))


@frozen
class Preconditions:
    """The preconditions of a request, and the ETag of its response.

    For models with a `version()`.
    """

    conditions: Conditions
    response_headers: Any
    """Where the ETag is set: the headers of the response that will be sent."""

    is_required: bool = False
    """Whether a write without If-Match and `If-None-Match: *` is refused (428)."""

    @classmethod
    def of(
        cls, request: Request, response: Response, *, required: bool = False
    ) -> "Preconditions":
        """Those of a request, and the response on which to put the ETag."""
        return cls(conditions_of(request), response.headers, required)

    def show(self, instance: M) -> M:
        """The instance, its ETag on the response; 304 if the client has it already.

        412 if it is not the one that If-Match names.
        """
        etag = etag_of(instance)
        refusal = self.conditions.refusal(etag, is_read=True)
        if refusal == 304:
            raise HTTPException(304, headers={"ETag": etag})
        if refusal is not None:
            raise ProblemError(told(PRECONDITION))
        return self.tag(instance)

    def expect(self, instance: M) -> M:
        """The instance, if a write may begin with it.

        Else the request ends with 412, or with 428 where If-Match is required and there
        is none.  `update` and `delete` of this instance then require the version
        in memory, so that a writer who came between is a 412 as well.
        """
        self.expect_any(instance)
        return instance

    def expect_any(self, instance: M | None) -> M | None:
        """Like `expect`, where there may be no item, as `If-None-Match: *` demands."""
        etag = None if instance is None else etag_of(instance)
        refusal = self.conditions.refusal(
            etag, is_read=False, is_required=self.is_required
        )
        if refusal is not None:
            kind = NO_PRECONDITION if refusal == 428 else PRECONDITION
            raise ProblemError(told(kind))
        return instance

    def tag(self, instance: M) -> M:
        """The instance, its ETag on the response."""
        self.response_headers["ETag"] = etag_of(instance)
        return instance


@frozen
class PageRequest:
    """Which page a request asks for."""

    limit: int = PAGE
    """Rows of the page, at most."""

    cursor: str | None = None
    """The `next_cursor` of the page before; None: the first page."""

    @classmethod
    def of(cls, request: Request, *, default: int = PAGE, most: int = MOST) -> Any:
        """What `limit` and `cursor` in the query string say.

        A limit that is no number from 1 to `most` ends the request with 422.
        """
        text = request.query_params.get("limit", str(default))
        # Python refuses to read a number of thousands of digits.
        is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        limit = int(text) if is_number else 0
        if not 1 <= limit <= most:
            raise ProblemError(told(INVALID))
        return cls(limit, request.query_params.get("cursor") or None)

    async def result(self, query: Query[M]) -> PaginatedResult[M]:
        """That page of a query.

        Raises `InvalidCursorError` for the cursor of another query.
        """
        return await query.limit(self.limit).cursor(self.cursor).all_paginated()
