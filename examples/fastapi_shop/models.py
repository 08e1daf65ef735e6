"""What the shop stores, and what a request for an order says."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import attrs
from attrs import validators
from pydantic import Field

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    field,
    gsi,
    partition_key,
    sort_key,
    updated_at,
    version,
)

Sku = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
"""What may stand in a path."""

Text = Annotated[str, Field(min_length=1, max_length=200)]


class User(Model, table="users"):
    id: Attr[UUID] = partition_key(factory=uuid4)
    name: Attr[Text]
    made: Attr[datetime] = created_at()
    rev: Attr[int] = version()


class Product(Model, table="products"):
    sku: Attr[Sku] = partition_key()
    category: Attr[Text] = field(index=gsi("by-category"))
    name: Attr[Text] = field(index=gsi("by-category", sort=True))
    cents: Attr[int] = field(validator=[validators.ge(0), validators.le(100_000_000)])
    stock: Attr[int] = field(
        default=0, validator=[validators.ge(0), validators.le(1_000_000)]
    )
    tags: Attr[set[Text]] = field(factory=set)
    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()
    rev: Attr[int] = version()


@attrs.frozen
class Line:
    """One product of an order, at the price of that moment."""

    sku: str
    count: int
    cents: int


class Order(Model, table="orders"):
    user: Attr[UUID] = partition_key()
    placed: Attr[datetime] = sort_key()
    lines: Attr[list[Line]]
    total: Attr[int]
    rev: Attr[int] = version()


@attrs.frozen
class Wish:
    """So many of one product."""

    sku: Sku
    count: int = attrs.field(default=1, validator=[validators.ge(1), validators.le(99)])


@attrs.frozen
class Cart:
    """The body of a request for an order."""

    wishes: Annotated[list[Wish], Field(min_length=1, max_length=20)]
