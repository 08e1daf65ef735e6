"""The routes of the shop."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Path, Query, Response

from dynamorm_async import Database
from dynamorm_async.integrations.fastapi import (
    Changes,
    DatabaseDep,
    Draft,
    FromBody,
    IfMatch,
    IfMatchRequired,
    Page,
    Paging,
    add_problem_handlers,
    database_lifespan,
    problem_responses,
)
from dynamorm_async.integrations.starlette import Opens, database_of

from . import orders
from .models import Cart, Order, Product, User

MODELS = (User, Product, Order)

Sku = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]


def create_app(opens: Opens | None = None) -> FastAPI:
    """The service, on the database that `opens` opens, or that the environment names.

    CURSOR_SECRET signs the cursors; set it where several processes serve.
    """
    secret = os.environ.get("CURSOR_SECRET")
    app = FastAPI(
        title="Shop",
        lifespan=database_lifespan(
            opens or Database(cursor_secret=secret), around=with_tables
        ),
        responses=problem_responses(400, 404, 409, 412, 422, 428, 503, 504),
    )
    add_problem_handlers(app)
    add_users(app)
    add_products(app)
    add_orders(app)
    return app


@asynccontextmanager
async def with_tables(app: FastAPI) -> AsyncGenerator[None]:
    """Make the tables that are missing before the first request."""
    for model in MODELS:
        await database_of(app).ensure_table(model)
    yield


def add_users(app: FastAPI) -> None:
    """Users are created and read."""

    @app.post("/users", status_code=201)
    async def create_user(user: FromBody[User], db: DatabaseDep) -> User:
        return await db.create(user)

    @app.get("/users/{user_id}")
    async def read_user(user_id: UUID, db: DatabaseDep) -> User:
        return await db.model(User).where(User.id == user_id).first()


def add_products(app: FastAPI) -> None:
    """Products are put, changed, deleted, read, and listed by category."""

    @app.get("/products")
    async def list_products(
        category: Annotated[str, Query(min_length=1, max_length=200)],
        db: DatabaseDep,
        paging: Paging,
    ) -> Page[Product]:
        return await paging.page(db.model(Product).where(Product.category == category))

    @app.get("/products/{sku}")
    async def read_product(sku: Sku, db: DatabaseDep, etag: IfMatch) -> Product:
        return etag.show(await db.model(Product).where(Product.sku == sku).first())

    @app.put("/products/{sku}")
    async def put_product(
        sku: Sku, draft: Draft[Product], db: DatabaseDep, etag: IfMatch
    ) -> Product:
        stored = etag.expect_any(await db.get(Product, sku))
        if stored is None:
            return etag.tag(await db.create(draft.build(sku=sku)))
        return etag.tag(await db.update(draft.replacing(stored)))

    @app.patch("/products/{sku}")
    async def change_product(
        sku: Sku, changes: Changes[Product], db: DatabaseDep, etag: IfMatchRequired
    ) -> Product:
        product = etag.expect(await db.model(Product).where(Product.sku == sku).first())
        return etag.tag(await db.update(product, *changes.apply_to(product)))

    @app.delete("/products/{sku}", status_code=204, response_class=Response)
    async def delete_product(sku: Sku, db: DatabaseDep, etag: IfMatch) -> None:
        product = etag.expect(await db.model(Product).where(Product.sku == sku).first())
        await db.delete(product)


def add_orders(app: FastAPI) -> None:
    """Orders are placed, read, and listed from the newest."""

    @app.post("/users/{user_id}/orders", status_code=201)
    async def place_order(
        user_id: UUID, cart: FromBody[Cart], db: DatabaseDep
    ) -> Order:
        return await orders.place(db, user_id, cart)

    @app.get("/users/{user_id}/orders")
    async def list_orders(
        user_id: UUID, db: DatabaseDep, paging: Paging
    ) -> Page[Order]:
        of_user = db.model(Order).where(Order.user == user_id)
        return await paging.page(of_user.order_by("placed", "DESC"))

    @app.get("/users/{user_id}/orders/{placed}")
    async def read_order(user_id: UUID, placed: datetime, db: DatabaseDep) -> Order:
        of_user = db.model(Order).where(Order.user == user_id)
        return await of_user.where(Order.placed == placed).first()
