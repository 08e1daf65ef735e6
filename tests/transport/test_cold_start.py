"""What a process loads until its first reply, and until its first item."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dynamorm_async

from .fault_server import Act, FaultServer, FaultServers, checked

REPLY = """
import asyncio, sys
from dynamorm_async.config import Config
from dynamorm_async.transport.choice import transport_of

async def main():
    transport = transport_of(Config(transport="direct"))
    await transport.send("PutItem", {"Item": {"id": {"S": "1"}}})
    reply = await transport.send("GetItem", {"Key": {"id": {"S": "1"}}})
    await transport.aclose()
    return reply.body["Item"]["name"]["S"]
"""

ITEM = """
import asyncio, sys
from dynamorm_async import Attr, Database, Model, partition_key

class User(Model, table="users"):
    id: Attr[str] = partition_key()
    name: Attr[str]

async def main():
    async with Database() as db:
        await db.model(User(id="1", name="Ann")).put()
        found = await db.model(User).where(User.id == "1").first()
        return found.name
"""

KEY = """
import asyncio, os, sys
from dynamorm_async import Attr, Database, Model, partition_key

class User(Model, table="users"):
    id: Attr[str] = partition_key()
    name: Attr[str]

async def main():
    async with Database(endpoint_url=os.environ["AWS_ENDPOINT_URL"]) as db:
        return (await db.model(User).where(User.id == "1").first()).name
"""

TOLD = """
print(asyncio.run(main()))
print(sorted(set(sys.argv[1:]) & set(sys.modules)))
"""

HEAVY = (
    "aiobotocore",
    "aiohttp",
    "anyio",
    "boto3",
    "botocore",
    "cattrs",
    "difflib",
    "http",
    "ipaddress",
    "json",
    "moto",
    "pathlib",
    "random",
    "requests",
    "urllib.parse",
    "urllib3",
    "yarl",
)
"""Too much for a first call; each is loaded where it is needed, or not at all."""


@pytest.mark.parametrize("program", [REPLY, ITEM])
def test_the_first_answer_comes_without_what_is_heavy(
    serving: FaultServers, program: str
) -> None:
    server = serving([Act([checked(b"{}")]), Act([FOUND])])
    assert loaded(program, server, HEAVY) == "Ann\n[]\n"


UNUSED = (
    "concurrent.futures.thread",
    "dynamorm_async.compiler.conditions",
    "dynamorm_async.compiler.cursors",
    "dynamorm_async.compiler.signing",
    "dynamorm_async.compiler.sizes",
    "dynamorm_async.compiler.update_plan",
    "dynamorm_async.execution.faults",
    "dynamorm_async.execution.invocation",
    "dynamorm_async.execution.paging",
    "dynamorm_async.execution.repeating",
    "dynamorm_async.execution.request_log",
    "dynamorm_async.expressions.updates",
    "dynamorm_async.marshalling.anything",
    "dynamorm_async.marshalling.choices",
    "dynamorm_async.marshalling.options",
    "dynamorm_async.marshalling.registered",
    "dynamorm_async.marshalling.shapes",
    "dynamorm_async.marshalling.structures",
    "dynamorm_async.marshalling.unions",
    "dynamorm_async.marshalling.variants",
    "dynamorm_async.query.rows",
    "dynamorm_async.schema.indexes",
    "dynamorm_async.transport.preparing",
    "dynamorm_async.transport.skew",
    "dynamorm_async.transport.tracing",
    "dynamorm_async.transport.troubles",
    "dynamorm_async.wire.batches",
    "dynamorm_async.wire.data_keys",
    "dynamorm_async.wire.runner",
    "dynamorm_async.wire.segments",
)
"""What a read by key has no use for; each module takes a tenth of a millisecond."""


def test_a_read_by_key_loads_nothing_that_it_does_not_use(
    serving: FaultServers,
) -> None:
    server = serving([Act([FOUND])])
    assert loaded(KEY, server, (*HEAVY, *UNUSED)) == "Ann\n[]\n"


FOUND = checked(b'{"Item": {"id": {"S": "1"}, "name": {"S": "Ann"}}}')


def loaded(program: str, server: FaultServer, watched: tuple[str, ...]) -> str:
    """What a program prints, and which of these modules it has loaded then."""
    environment = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": server.url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONPATH": str(Path(dynamorm_async.__file__).parents[1]),
    }
    return subprocess.check_output(
        [sys.executable, "-c", program + TOLD, *watched], env=environment, text=True
    )
