"""An installation without botocore: what works, and what is said of the rest."""

import subprocess
import sys

import pytest

from dynamorm_async.errors import ConfigurationError
from dynamorm_async.transport import loading

from .fault_server import Act, FaultServers, checked

PROGRAM = """
import asyncio, sys
sys.modules.update(dict.fromkeys(["aiobotocore", "aiohttp", "botocore"]))

from dynamorm_async import (
    AccountConfig, Config, ConfigurationError, Credentials, Database, MultiAccountDB,
    lambda_init
)
from tests.models import Note

KEY = Credentials(access_key_id="a", secret_access_key="b")
HERE = Config(endpoint_url=sys.argv[1], region="us-east-1", credentials=KEY)
ROLE = AccountConfig("arn:aws:iam::111111111111:role/reader")

def partner():
    return MultiAccountDB({"one": ROLE}, HERE).partner("one")

async def main():
    async with lambda_init(Note, **{
        "endpoint_url": sys.argv[1], "region": "us-east-1", "credentials": KEY
    }) as db:
        print(await db.get(Note, "ann", "x"))
    for name, call in {
        "tables": lambda: Database(HERE).create_table(Note),
        "profile": lambda: Database(HERE, profile="dev").get(Note, "ann", "x"),
        "no key": lambda: Database(HERE, credentials=None).get(Note, "ann", "x"),
        "roles": lambda: partner().get(Note, "ann", "x"),
        "transport": lambda: Database(HERE, transport="aiobotocore"),
    }.items():
        try:
            await call()
        except ConfigurationError as error:
            print(f"{name}: {str(error).partition(' (')[0]}")

asyncio.run(main())
"""


def test_without_botocore_items_are_read_and_the_rest_is_said(
    serving: FaultServers,
) -> None:
    server = serving([Act([checked(b"{}")])])
    run = [sys.executable, "-c", PROGRAM, server.url]
    printed = subprocess.check_output(run, text=True)
    assert printed.splitlines() == [
        "None",
        "tables: aiobotocore is not installed",
        "profile: aiobotocore is not installed",
        "no key: aiobotocore is not installed",
        "roles: aiobotocore is not installed",
        "transport: aiobotocore is not installed",
    ]


def test_the_error_says_what_there_is_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "dynamorm_async.transport.sts", raising=False)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    with pytest.raises(ConfigurationError, match="aiobotocore") as caught:
        loading.load_now("sts")
    assert str(caught.value) == (
        "aiobotocore is not installed (no module 'botocore.exceptions'); without it "
        "there are requests for items alone, with a key from the environment or from "
        "credentials=: no tables, profiles, proxies, roles or other sources of keys"
    )


def test_a_module_of_ours_that_is_missing_is_no_question_of_installation() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"transport\.nothing"):
        loading.load_now("nothing")
