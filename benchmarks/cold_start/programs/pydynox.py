"""pydynox: one model, one item."""

import asyncio
import sys

sys.path.pop(0)

from pydynox import DynamoDBClient, Model, ModelConfig
from pydynox.attributes import (
    BooleanAttribute,
    DatetimeAttribute,
    DecimalAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    StringAttribute,
    StringSetAttribute,
)


class Person(Model):
    """The item of every benchmark."""

    model_config = ModelConfig(
        table="people",
        client=DynamoDBClient(region="us-east-1", endpoint_url=sys.argv[1]),
    )

    id = StringAttribute(partition_key=True)
    day = StringAttribute(sort_key=True)
    name = StringAttribute()
    email = StringAttribute()
    status = StringAttribute()
    rank = NumberAttribute()
    score = NumberAttribute()
    balance = DecimalAttribute()
    active = BooleanAttribute()
    made = DatetimeAttribute()
    tags = StringSetAttribute()
    marks = ListAttribute()
    address = MapAttribute()


async def main() -> None:
    """Read one item."""
    found = await Person.get(id="1", day="2026")
    assert found is not None
    print(found.name)


asyncio.run(main())
