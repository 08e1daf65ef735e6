"""aiobotocore: one item, as attribute values."""

import asyncio
import sys

sys.path.pop(0)

from aiobotocore.session import get_session


async def main() -> None:
    """Read one item."""
    session = get_session()
    async with session.create_client("dynamodb", endpoint_url=sys.argv[1]) as client:
        key = {"id": {"S": "1"}, "day": {"S": "2026"}}
        reply = await client.get_item(TableName="people", Key=key)
        print(reply["Item"]["name"]["S"])


asyncio.run(main())
