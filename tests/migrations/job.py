"""A migration in a process of its own, which a test may kill.

Arguments: the endpoint, the prefix of tables, the checkpoint's path, and a moment:

- `told`: prints how many items are read after each batch, and waits to be told more.
- `sent:N`: dies when the N-th request to write is sent, before its reply is read.
- `unsaved:N`: dies before the N-th checkpoint is written, its batch being in the table.
- `half:N`: dies with half of the N-th checkpoint written.
- `copied`: dies when the backup, a file beside the checkpoint, is told of.
- `kept`: goes through, with such a backup.
- `never`: goes through.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from dynamorm_async import (
    Credentials,
    Database,
    MigrationProgress,
    Reply,
    Transport,
    transport_of,
)
from dynamorm_async.migrations import checkpoint as checkpoints
from dynamorm_async.wire import Body
from tests.migrations.models import UserV1, UserV2, upgrade


def tell(progress: MigrationProgress) -> None:
    sys.stdout.write(f"{progress.read}\n")
    sys.stdout.flush()
    sys.stdin.readline()  # the test says when to go on


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nothing comes after that")


def die_in_backup(progress: MigrationProgress) -> None:
    if progress.stage == "backup":
        die()


class Mortal:
    """Sends through another transport, and dies after so many requests to write."""

    def __init__(self, transport: Transport, requests: int) -> None:
        self._transport = transport
        self._left = requests
        self.aclose = transport.aclose

    async def send(self, operation: str, body: Body, /) -> Reply:
        reply = await self._transport.send(operation, body)
        if operation == "BatchWriteItem":
            self._left -= 1
            if not self._left:
                die()
        return reply


def die_saving(saves: int, *, half: bool) -> None:
    """Have the process die at one of its checkpoints."""
    replace = checkpoints._replace
    left = saves

    def replace_or_die(path: Path, content: bytes) -> None:
        nonlocal left
        left -= 1
        if left:
            replace(path, content)
            return
        if half:
            path.with_name(f"{path.name}.half").write_bytes(content[:100])
        die()

    checkpoints._replace = replace_or_die


async def main(endpoint: str, prefix: str, checkpoint: str, moment: str) -> None:
    kind, _, number = moment.partition(":")
    settings = Database(
        endpoint_url=endpoint,
        region="us-east-1",
        credentials=Credentials(access_key_id="local", secret_access_key="local"),
        table_prefix=prefix,
        use_proxies=False,
    ).config
    transport = transport_of(settings)
    if kind == "sent":
        transport = Mortal(transport, int(number))
    if kind in ("unsaved", "half"):
        die_saving(int(number), half=kind == "half")
    async with Database(settings, transport=transport) as db:
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10 if kind == "told" else 30,
            checkpoint=checkpoint,
            backup=f"{checkpoint}.items" if kind in ("copied", "kept") else False,
            verify=kind == "never",
            on_progress={"told": tell, "copied": die_in_backup}.get(kind),
        )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
