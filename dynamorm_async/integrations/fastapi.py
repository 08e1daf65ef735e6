"""FastAPI: models as bodies, a database by `Depends`, pages, problems and ETags.

>>> from dynamorm_async.integrations.fastapi import DatabaseDep, database_lifespan
>>> app = FastAPI(lifespan=database_lifespan(Database(region="eu-west-1")))
>>> @app.get("/products/{sku}")
... async def product(sku: str, db: DatabaseDep) -> Product:
...     return await db.model(Product).where(Product.sku == sku).first()

Importing it teaches Pydantic all models, in annotations of routes and elsewhere.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Body, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.requests import HTTPConnection

from ..database import Database
from ..query.query import Query as Question
from ..schema.model import Model
from ..wire import PaginatedResult
from . import starlette as plain
from .etags import etag_of
from .problems import INVALID, MEDIA_TYPE, Problem, told
from .pydantic_forms import Reading
from .pydantic_models import teach_pydantic
from .pydantic_parts import Changes, Draft
from .starlette import MOST, PAGE, Preconditions, database_lifespan, problem_response

__all__ = [
    "AsBody",
    "Changes",
    "DatabaseDep",
    "Draft",
    "FromBody",
    "IfMatch",
    "IfMatchRequired",
    "Page",
    "PageRequest",
    "Paging",
    "Preconditions",
    "ProblemBody",
    "add_problem_handlers",
    "database_lifespan",
    "etag_of",
    "get_database",
    "page_request",
    "problem_responses",
    "teach_pydantic",
]

T = TypeVar("T")
M = TypeVar("M", bound=Model)

FromBody = Annotated[T, Body(), Reading()]
"""A parameter that is the body of the request: `product: FromBody[Product]`.

The handler gets a `Product`.  The request need not say what the service sets: version
and timestamps, which are ignored if it does.  Other attrs classes, dataclasses and
TypedDicts do as well.
"""

AsBody = Annotated[T, Reading()]
"""A response of classes that Pydantic does not know: `-> AsBody[Quote]`.

For models it is not needed: `-> Product` and `-> list[Product]` are enough.
"""


# The dependencies are async, as FastAPI runs plain ones in threads: a hop for each.
async def get_database(connection: HTTPConnection) -> Database:
    """The database of the application; what `DatabaseDep` depends on.

    In tests: `app.dependency_overrides[get_database] = lambda: other`.
    """
    return plain.database_of(connection)


DatabaseDep = Annotated[Database, Depends(get_database)]
"""A parameter that is the database of `database_lifespan`."""


class Page(BaseModel, Generic[T]):
    """A page as a response: `-> Page[Product]`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    items: list[T]
    next_cursor: str | None
    """Hand it to the same request as `cursor` to read on; null at the end."""

    has_more: bool
    """Whether there may be more after this page."""

    @classmethod
    def of(cls, result: PaginatedResult[T]) -> "Page[T]":
        """The page of `all_paginated()`."""
        return cls.model_construct(
            items=list(result.items),
            next_cursor=result.next_cursor,
            has_more=result.has_more,
        )


class PageRequest(plain.PageRequest):
    """Which page a request asks for; see `Paging`."""

    async def page(self, query: Question[M]) -> "Page[M]":
        """That page of a query.

        Raises `InvalidCursorError` for the cursor of another query: a 400 by
        `add_problem_handlers`.
        """
        return Page.of(await self.result(query))


def page_request(*, default: int = PAGE, most: int = MOST) -> Any:
    """A dependency on the parameters `limit` and `cursor`, with other bounds.

    >>> LongPaging = Annotated[PageRequest, page_request(default=200, most=1000)]
    """

    async def page_of_request(
        limit: Annotated[
            int, Query(ge=1, le=most, description="Items of the page, at most.")
        ] = default,
        cursor: Annotated[
            str | None, Query(description="The next_cursor of the page before.")
        ] = None,
    ) -> PageRequest:
        return PageRequest(limit, cursor or None)

    return Depends(page_of_request)


Paging = Annotated[PageRequest, page_request()]
"""A parameter that is the page asked for: `return await paging.page(query)`."""


def _preconditions(required: bool) -> Any:
    async def preconditions(
        request: Request,
        response: Response,
        if_match: Annotated[
            str | None, Header(description="ETags, one of which the item must have.")
        ] = None,
        if_none_match: Annotated[
            str | None, Header(description="ETags, none of which the item may have.")
        ] = None,
    ) -> Preconditions:
        """What the request requires of the item, and where the ETag goes."""
        # Declared for OpenAPI; FastAPI would read but one line of each.
        del if_match, if_none_match
        conditions = plain.conditions_of(request)
        return Preconditions(conditions, response.headers, required)

    return Depends(preconditions)


IfMatch = Annotated[Preconditions, _preconditions(required=False)]
"""A parameter that is the preconditions of the request, and sets the ETag."""

IfMatchRequired = Annotated[Preconditions, _preconditions(required=True)]
"""The same, where `expect` refuses (428) a request without If-Match.

`If-None-Match: *`, which only creates, is as good.
"""


class ProblemBody(BaseModel):
    """A problem of RFC 9457, as the handlers of `add_problem_handlers` send it."""

    type: str
    title: str
    status: int
    code: str
    """A word for programs, such as `not_found`."""

    detail: str


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of these problems; for `responses=` of an app or a route."""
    content = {MEDIA_TYPE: {"schema": ProblemBody.model_json_schema()}}
    return {status: {"content": content} for status in statuses}


def add_problem_handlers(app: FastAPI, *, retry_after: int = 1) -> None:
    """Answer the errors of this library, and refused requests, as problems.

    See the function of the same name in `integrations.starlette`.  A request that does
    not fit its parameters or its body is a 422 whose `errors` say where.
    """
    plain.add_problem_handlers(app, retry_after=retry_after)

    async def refuse(_request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return problem_response(_problem_of(error.errors()))

    app.add_exception_handler(RequestValidationError, refuse)


def _problem_of(errors: Sequence[Any]) -> Problem:
    # Pydantic would add what was sent.
    told_of = [
        {"location": [*each["loc"]], "code": each["type"], "detail": each["msg"]}
        for each in errors
    ]
    kind = told(INVALID)
    return Problem(kind.status, kind.code, kind.detail, more={"errors": told_of})
