"""A migration in a process of its own, which a test may kill.

Arguments: the endpoint, the prefix of tables, and the checkpoint's path.  Prints how
many items are read after each batch.
"""

import asyncio
import sys

from dynamorm_async import Credentials, Database, MigrationProgress
from tests.conftest import ACCESS_KEY, REGION
from tests.migrations.models import UserV1, UserV2, upgrade


def tell(progress: MigrationProgress) -> None:
    sys.stdout.write(f"{progress.read}\n")
    sys.stdout.flush()
    sys.stdin.readline()  # the test says when to go on


async def main(endpoint: str, prefix: str, checkpoint: str) -> None:
    async with Database(
        endpoint_url=endpoint,
        region=REGION,
        credentials=Credentials(access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY),
        table_prefix=prefix,
        use_proxies=False,
    ) as db:
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10,
            checkpoint=checkpoint,
            on_progress=tell,
        )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
