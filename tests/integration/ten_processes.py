"""One of many processes that bring a table up to date; prints what it did.

Started by `test_ten_processes.py`: `ten_processes.py URL PREFIX VERB`.
"""

import sys

import anyio

from dynamorm_async import (
    Attr,
    Credentials,
    Database,
    Model,
    field,
    gsi,
    partition_key,
    ttl,
)


class Airport(Model, table="airports"):
    code: Attr[str] = partition_key()
    zone: Attr[str] = field(index=gsi("by-zone"))
    height: Attr[int] = field(index=gsi("by-height"))
    closes: Attr[int | None] = ttl(default=None)


async def main(url: str, prefix: str, verb: str) -> None:
    """Ensure, migrate, or drop the table and ensure it."""
    credentials = Credentials(access_key_id="local", secret_access_key="local")
    async with Database(
        endpoint_url=url,
        region="us-east-1",
        credentials=credentials,
        table_prefix=prefix,
        use_proxies=False,
    ) as db:
        if verb == "migrate":
            await db.auto_migrate(Airport)
        table = await db.ensure_table(Airport)
        told = f"{table.status} {table.ttl_attribute} {len(table.indexes)}"
    sys.stdout.write(told)


if __name__ == "__main__":
    anyio.run(main, *sys.argv[1:])
