"""What a process loads until its first reply."""

import os
import subprocess
import sys
from pathlib import Path

import dynamorm_async

from .fault_server import Act, FaultServers, checked

PROGRAM = """
import asyncio, sys
from dynamorm_async.config import Config
from dynamorm_async.transport.choice import transport_of

async def main():
    transport = transport_of(Config(transport="direct"))
    reply = await transport.send("GetItem", {"Key": {"id": {"S": "1"}}})
    await transport.aclose()
    return reply.body

print(asyncio.run(main()))
top = {name.partition(".")[0] for name in sys.modules}
print(sorted(top & set(sys.argv[1:])))
"""

HEAVY = (
    "aiobotocore",
    "aiohttp",
    "anyio",
    "boto3",
    "botocore",
    "cattrs",
    "http",
    "moto",
    "requests",
    "urllib3",
    "yarl",
)


def test_the_first_reply_comes_without_botocore(serving: FaultServers) -> None:
    server = serving([Act([checked(b'{"Item": {}}')])])
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
        [sys.executable, "-c", PROGRAM, *HEAVY], env=environment, text=True
    )
    assert printed == "{'Item': {}}\n[]\n"
