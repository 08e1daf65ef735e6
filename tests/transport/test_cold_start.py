"""What a process loads until its first reply, and until its first item."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dynamorm_async

from .fault_server import Act, FaultServers, checked

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
    found = checked(b'{"Item": {"id": {"S": "1"}, "name": {"S": "Ann"}}}')
    server = serving([Act([checked(b"{}")]), Act([found])])
    environment = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": server.url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PYTHONPATH": str(Path(dynamorm_async.__file__).parents[1]),
    }
    printed = subprocess.check_output(
        [sys.executable, "-c", program + TOLD, *HEAVY], env=environment, text=True
    )
    assert printed == "Ann\n[]\n"
