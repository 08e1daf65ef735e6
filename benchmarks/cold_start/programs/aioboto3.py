"""aioboto3: one item, as a dictionary."""

import asyncio
import sys

sys.path.pop(0)

import aioboto3


async def main() -> None:
    """Read one item."""
    session = aioboto3.Session()
    async with session.resource("dynamodb", endpoint_url=sys.argv[1]) as resource:
        table = await resource.Table("people")
        reply = await table.get_item(Key={"id": "1", "day": "2026"})
        print(reply["Item"]["name"])


asyncio.run(main())
