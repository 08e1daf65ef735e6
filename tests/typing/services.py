"""What type checkers make of the annotations of web services and of hooks."""

from typing import Any, assert_type

from dynamorm_async import (
    Attr,
    Call,
    Capacity,
    Database,
    Hooks,
    Model,
    before_create,
    before_load,
    field,
    measured_capacity,
    partition_key,
)
from dynamorm_async.integrations.fastapi import (
    AsBody,
    Changes,
    DatabaseDep,
    Draft,
    FromBody,
    IfMatch,
    Page,
    Paging,
)


class Product(Model, table="products"):
    sku: Attr[str] = partition_key()
    name: Attr[str] = field(default="")

    @before_create
    async def tidy(self) -> None:
        self.name = self.name.strip()

    @before_load
    @classmethod
    def renamed(cls, item: dict[str, Any]) -> dict[str, Any]:
        return {"name": item.get("title", ""), **item}

    @before_load
    @classmethod
    async def looked_up(cls, item: dict[str, Any]) -> dict[str, Any]:
        return item


async def create(product: FromBody[Product], db: DatabaseDep) -> AsBody[Product]:
    assert_type(product, Product)
    assert_type(db, Database)
    return assert_type(await db.create(product), Product)


async def change(
    draft: Draft[Product], changes: Changes[Product], db: DatabaseDep, etag: IfMatch
) -> Product:
    product = assert_type(draft.build(sku="1"), Product)
    assert_type(draft.replacing(product), Product)
    assert_type(changes.apply_to(product), tuple[str, ...])
    assert_type(etag.expect_any(await db.get(Product, "1")), Product | None)
    return assert_type(etag.tag(product), Product)


async def listed(db: DatabaseDep, paging: Paging) -> Page[Product]:
    page = assert_type(await paging.page(db.model(Product)), Page[Product])
    assert_type(page.items, list[Product])
    return page


def before(call: Call) -> None:
    assert_type(call.operation, str)


async def after(call: Call) -> None:
    assert_type(call.seconds, float | None)


async def measured() -> Capacity:
    db = Database(hooks=[Hooks(before_request=before, after_response=after)])
    with measured_capacity() as used:
        await db.get(Product, "1")
    await Product(sku="1").tidy()
    assert_type(Product.renamed({}), dict[str, Any])
    return assert_type(used, Capacity)
