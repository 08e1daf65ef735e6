"""What asyncio alone takes."""

import asyncio


async def main() -> None:
    """Do nothing."""
    print("nothing")


asyncio.run(main())
