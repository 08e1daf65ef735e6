"""FastAPI: models in routes, pages, preconditions, problems, and what OpenAPI says."""

from decimal import Decimal
from typing import Annotated, Any

import anyio
import attrs
import pytest
from anyio import to_thread
from attrs import validators
from fastapi import FastAPI

from dynamorm_async import Attr, Database, Model, field, partition_key, version
from dynamorm_async.integrations.fastapi import (
    AsBody,
    Changes,
    DatabaseDep,
    Draft,
    FromBody,
    IfMatch,
    IfMatchRequired,
    Page,
    PageRequest,
    Paging,
    add_problem_handlers,
    database_lifespan,
    get_database,
    page_request,
    problem_responses,
)
from tests.integrations.web import client_of, scripted
from tests.models import Note
from tests.scripted import Answer, ScriptedTransport, ok, refusal


class Product(Model, table="secret-products"):
    sku: Attr[str] = partition_key()
    price: Attr[Decimal] = field(validator=validators.ge(Decimal(0)))
    rev: Attr[int] = version()


@attrs.frozen
class Quote:
    product: Product
    count: int = attrs.field(validator=validators.ge(1))


STORED = {"sku": {"S": "x"}, "price": {"N": "9.5"}, "rev": {"N": "3"}}


def shop(*answers: Answer, **settings: Any) -> tuple[FastAPI, ScriptedTransport]:
    """A service with a route of each kind."""
    db, transport = scripted(*answers, **settings)
    app = FastAPI(lifespan=database_lifespan(db), responses=problem_responses(404, 422))
    add_problem_handlers(app)

    @app.post("/products", status_code=201)
    async def create(product: FromBody[Product], db: DatabaseDep) -> Product:
        return await db.create(product)

    @app.get("/products/{sku}")
    async def read(sku: str, db: DatabaseDep, etag: IfMatch) -> Product:
        return etag.show(await db.model(Product).where(Product.sku == sku).first())

    @app.put("/products/{sku}")
    async def put(
        sku: str, draft: Draft[Product], db: DatabaseDep, etag: IfMatch
    ) -> Product:
        stored = etag.expect_any(await db.get(Product, sku))
        if stored is None:
            return etag.tag(await db.create(draft.build(sku=sku)))
        return etag.tag(await db.update(draft.replacing(stored)))

    @app.patch("/products/{sku}")
    async def change(
        sku: str, changes: Changes[Product], db: DatabaseDep, etag: IfMatchRequired
    ) -> Product:
        product = etag.expect(await db.model(Product).where(Product.sku == sku).first())
        return etag.tag(await db.update(product, *changes.apply_to(product)))

    add_lists(app)
    return app, transport


def add_lists(app: FastAPI) -> None:
    """The routes of lists and pages."""

    @app.post("/quotes")
    async def quote(quotes: FromBody[list[Quote]]) -> AsBody[list[Quote]]:
        return quotes

    @app.get("/notes")
    async def notes(
        db: DatabaseDep,
        paging: Annotated[PageRequest, page_request(default=2, most=5)],
    ) -> Page[Note]:
        return await paging.page(db.model(Note).where(Note.owner == "ann"))

    @app.get("/all-notes")
    async def all_notes(db: DatabaseDep, paging: Paging) -> Page[Note]:
        return await paging.page(db.model(Note))


async def test_a_body_is_an_instance_and_an_instance_is_a_response() -> None:
    app, transport = shop(ok())
    async with client_of(app) as client:
        sent = {"sku": "x", "price": "9.5", "rev": 99}
        reply = await client.post("/products", json=sent)
    assert (reply.status_code, reply.json()) == (201, {**sent, "rev": 0})
    (body,) = transport.bodies
    assert body["Item"] == {**STORED, "rev": {"N": "0"}}


async def test_classes_within_classes_are_bodies_too() -> None:
    app, _ = shop()
    quotes = [{"product": {"sku": "x", "price": "1"}, "count": 2}]
    async with client_of(app) as client:
        reply = await client.post("/quotes", json=quotes)
        refused = await client.post("/quotes", json=[{**quotes[0], "count": 0}])
    assert reply.json() == [
        {"product": {"sku": "x", "price": "1", "rev": 0}, "count": 2}
    ]
    assert refused.json()["errors"] == [
        {
            "location": ["body", 0, "count"],
            "code": "greater_than_equal",
            "detail": "Input should be greater than or equal to 1",
        }
    ]


async def test_a_refused_body_is_a_problem_that_repeats_nothing_of_it() -> None:
    app, transport = shop()
    async with client_of(app) as client:
        reply = await client.post("/products", json={"sku": "", "price": -12345})
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, reply.json()) == (
        422,
        {
            "type": "about:blank",
            "title": reply.json()["title"],  # other words in other versions of Python
            "status": 422,
            "code": "invalid_input",
            "detail": "The request holds a value that is not possible.",
            "errors": [
                {
                    "location": ["body", "sku"],
                    "code": "string_too_short",
                    "detail": "String should have at least 1 character",
                },
                {
                    "location": ["body", "price"],
                    "code": "greater_than_equal",
                    "detail": "Input should be greater than or equal to 0",
                },
            ],
        },
    )
    assert transport.requests == []


async def test_a_value_that_cannot_be_stored_is_bad_input() -> None:
    app, transport = shop()
    async with client_of(app) as client:
        reply = await client.post("/products", json={"sku": "x", "price": "1e-300"})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_input")
    assert transport.requests == []


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (ok(), 404, "not_found"),
        (refusal("ThrottlingException", "secret-products"), 503, "throttled"),
        (refusal("InternalServerError", "secret", 500), 503, "unavailable"),
        (refusal("AccessDeniedException", "arn:secret"), 500, "internal_error"),
        (refusal("ResourceNotFoundException", "secret"), 500, "internal_error"),
        (ok(Item={"sku": {"S": "secret"}}), 500, "internal_error"),
    ],
)
async def test_an_error_leaks_nothing(answer: Answer, status: int, code: str) -> None:
    app, _ = shop(answer)
    async with client_of(app) as client:
        reply = await client.get("/products/x")
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert "secret" not in reply.text
    assert ("retry-after" in reply.headers) is (status == 503)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 409, "conflict"),
        ({"If-None-Match": "*"}, 412, "precondition_failed"),
    ],
)
async def test_a_lost_race_answers_the_precondition_if_there_was_one(
    headers: dict[str, str], status: int, code: str
) -> None:
    refused = refusal("ConditionalCheckFailedException", Item=STORED)
    app, transport = shop(ok(), refused)
    async with client_of(app) as client:
        reply = await client.put("/products/x", json={"price": 1}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert transport.operations == ["GetItem", "PutItem"]


async def test_a_precondition_in_a_second_line_of_a_header_counts() -> None:
    app, transport = shop(ok(Item=STORED))
    lines = [("If-None-Match", '"other"'), ("If-None-Match", '"3"')]
    async with client_of(app) as client:
        reply = await client.put("/products/x", json={"price": 1}, headers=lines)
    assert (reply.status_code, transport.operations) == (412, ["GetItem"])


async def test_a_read_of_another_version_than_if_match_names_is_refused() -> None:
    app, _ = shop(ok(Item=STORED))
    async with client_of(app) as client:
        reply = await client.get("/products/x", headers={"If-Match": '"2"'})
    assert (reply.status_code, reply.json()["code"]) == (412, "precondition_failed")


async def test_etags_that_the_item_may_not_have_are_not_enough_for_a_change() -> None:
    app, _ = shop(ok(Item=STORED))
    other = {"If-None-Match": '"other"'}
    async with client_of(app) as client:
        reply = await client.patch("/products/x", json={"price": 1}, headers=other)
    assert (reply.status_code, reply.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/products/x", None),
        ("GET", "/notes", None),
        ("POST", "/products", {"sku": "x", "price": 1}),
        ("PUT", "/products/x", {"price": 1}),
    ],
)
async def test_no_request_waits_for_a_thread(
    method: str, path: str, body: object
) -> None:
    app, transport = shop(ok(), ok(), ok())
    threads = to_thread.current_default_thread_limiter()
    everybody = [object() for _ in range(int(threads.total_tokens))]
    for each in everybody:
        threads.acquire_on_behalf_of_nowait(each)
    try:
        with anyio.fail_after(5):
            async with client_of(app) as client:
                await client.request(method, path, json=body)
    finally:
        for each in everybody:
            threads.release_on_behalf_of(each)
    assert transport.requests != []


async def test_a_change_needs_the_version_that_the_etag_names() -> None:
    newer = {**STORED, "rev": {"N": "4"}}
    app, transport = shop(ok(Item=STORED), ok(), ok(Item=newer), ok(Item=newer))
    async with client_of(app) as client:
        sent = {"json": {"price": "1.5"}, "headers": {"If-Match": '"3"'}}
        changed = await client.patch("/products/x", **sent)
        again = await client.patch("/products/x", **sent)
        without = await client.patch("/products/x", json={"price": 1})
    assert changed.json() == {"sku": "x", "price": "1.5", "rev": 4}
    assert changed.headers["etag"] == '"4"'
    update = transport.bodies[1]
    assert (update["ConditionExpression"], update["UpdateExpression"]) == (
        "#n1 = :v2",
        "SET #n0 = :v0, #n1 = :v1",
    )
    assert update["ExpressionAttributeValues"] == {
        ":v0": {"N": "1.5"},
        ":v1": {"N": "4"},
        ":v2": {"N": "3"},
    }
    assert [(each.status_code, each.json()["code"]) for each in (again, without)] == [
        (412, "precondition_failed"),
        (428, "precondition_required"),
    ]
    assert transport.operations == ["GetItem", "UpdateItem", "GetItem", "GetItem"]


async def test_who_replaces_an_item_keeps_its_version() -> None:
    app, transport = shop(ok(Item=STORED), ok())
    async with client_of(app) as client:
        reply = await client.put("/products/x", json={"sku": "y", "price": 2})
    assert reply.json() == {"sku": "x", "price": "2", "rev": 4}
    assert transport.bodies[1]["Key"] == {"sku": {"S": "x"}}


def note(day: str) -> dict[str, Any]:
    return {"owner": {"S": "ann"}, "day": {"S": day}}


async def test_pages_follow_each_other() -> None:
    app, transport = shop(
        ok(Items=[note("1"), note("2")], ScannedCount=2, LastEvaluatedKey=note("2")),
        ok(Items=[note("3")], ScannedCount=1),
        cursor_secret="s",
    )
    async with client_of(app) as client:
        first = (await client.get("/notes")).json()
        params = {"cursor": first["next_cursor"]}
        second = (await client.get("/notes", params=params)).json()
        other = await client.get("/all-notes", params=params)
    assert [each["day"] for each in first["items"]] == ["1", "2"]
    assert first["has_more"] is True
    assert second == {
        "items": [{"owner": "ann", "day": "3", "text": "", "stars": 0}],
        "next_cursor": None,
        "has_more": False,
    }
    assert [body.get("ExclusiveStartKey") for body in transport.bodies] == [
        None,
        note("2"),
    ]
    assert (other.status_code, other.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "6", "x"])
async def test_a_page_has_its_bounds(limit: str) -> None:
    app, transport = shop()
    async with client_of(app) as client:
        reply = await client.get("/notes", params={"limit": limit})
    assert reply.status_code == 422
    assert [each["location"] for each in reply.json()["errors"]] == [["query", "limit"]]
    assert transport.requests == []


async def test_a_test_can_put_another_database_in_its_place() -> None:
    app, _ = shop()
    other, transport = scripted(ok(Item=STORED))

    def other_database() -> Database:
        return other

    app.dependency_overrides[get_database] = other_database
    async with client_of(app) as client:
        assert (await client.get("/products/x")).json()["price"] == "9.5"
    assert transport.operations == ["GetItem"]


async def test_what_openapi_says() -> None:
    app, _ = shop()
    said = app.openapi()
    schemas = said["components"]["schemas"]
    assert schemas["Product-Input"] == {
        "properties": {
            "sku": {
                "type": "string",
                "maxLength": 2048,
                "minLength": 1,
                "title": "Sku",
            },
            "price": {
                "anyOf": [
                    {"type": "number", "minimum": 0.0},
                    {"type": "string", "pattern": r"^[0-9]{1,28}(\.[0-9]{1,10})?$"},
                ],
                "title": "Price",
            },
        },
        "type": "object",
        "required": ["sku", "price"],
        "title": "Product",
    }
    assert schemas["Product-Output"]["required"] == ["sku", "price", "rev"]
    assert schemas["Product-Output"]["properties"]["rev"] == {
        "readOnly": True,
        "type": "integer",
        "title": "Rev",
    }
    assert schemas["ProductChanges"]["minProperties"] == 1
    assert schemas["ProductDraft"]["required"] == ["price"]
    get = said["paths"]["/products/{sku}"]["get"]
    assert get["responses"]["404"]["content"].keys() == {"application/problem+json"}
    assert [each["name"] for each in get["parameters"]] == [
        "sku",
        "if-match",
        "if-none-match",
    ]
    body = said["paths"]["/products"]["post"]["requestBody"]["content"]
    assert body == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Product-Input"}}
    }
