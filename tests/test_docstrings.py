"""The examples in docstrings run, and come to what stands below them.

`READY` is what every example may use; what only some use is in `READY_FOR`.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from attrs import frozen
from fastapi import FastAPI
from starlette.applications import Starlette

import dynamorm_async
from dynamorm_async import (
    AccountConfig,
    Attr,
    Database,
    Model,
    field,
    gsi,
    partition_key,
    sort_key,
    version,
)
from dynamorm_async import testing as kit
from dynamorm_async.integrations import fastapi as web
from dynamorm_async.testing import Engine, MockDB, MockQuery, TestDB, start_engine
from tests.conftest import ACCESS_KEY
from tests.docstrings import PACKAGE, Example, examples, outcomes

EXAMPLES = examples()
REGION = "eu-west-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class User(Model, table="users"):
    id: Attr[str] = partition_key()
    joined: Attr[datetime] = sort_key()
    name: Attr[str] = field(default="")
    status: Attr[str] = field(default="active", index=gsi("by-status"))
    rank: Attr[int] = field(default=20, index=gsi("by-status", sort=True))
    nick: Attr[str | None] = field(default=None)
    scores: Attr[list[int]] = field(factory=list)
    address: Attr[dict[str, str]] = field(factory=dict)


class UserV1(Model, table="users-v1"):
    id: Attr[str] = partition_key()


class UserV2(Model, table="users-v2"):
    id: Attr[str] = partition_key()


class Post(Model, table="posts"):
    id: Attr[str] = partition_key()


class Session(Model, table="sessions"):
    token: Attr[str] = partition_key()


class Shop(Model, table="shops"):
    id: Attr[str] = partition_key()
    open: Attr[bool] = field(default=True)


class Stock(Model, table="stock"):
    sku: Attr[str] = partition_key()
    left: Attr[int] = field(default=5)


class Product(Model, table="products"):
    sku: Attr[str] = partition_key()
    name: Attr[str] = field(default="")
    rev: Attr[int] = version()


class Account(Model, table="accounts"):
    number: Attr[int] = partition_key()
    balance: Attr[int] = field(default=0)


class Transfer(Model, table="transfers"):
    id: Attr[str] = partition_key()


MODELS = (Account, Product, Session, Shop, Stock, Transfer, User, UserV1)


@frozen
class Point:
    x: int
    y: int

    def __str__(self) -> str:
        return f"{self.x} {self.y}"

    @classmethod
    def parse(cls, text: str) -> "Point":
        x, y = text.split()
        return cls(int(x), int(y))


class Invocation:
    """The context of an invocation that has half a minute left."""

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Audited:
    """A database behind a layer that does nothing."""

    def __init__(self, db: Any) -> None:
        self.db = db


async def rename(db: Database, id: str, name: str) -> None:
    found = db.model(User).where(User.id == id).where(User.joined == NOON)
    await found.update_builder().set(User.name, name)


async def find_user(db: Any, id: str) -> Any:
    return await db.model(User).where("id", "=", id).first()


async def save_and_load(db: Any) -> None:
    await db.model(USER).create()


async def stream() -> AsyncIterator[User]:
    yield USER


USER = User(id="1", joined=NOON, name="Ann", scores=[1, 2])
CHANGE = {
    "eventName": "INSERT",
    "eventSourceARN": f"arn:aws:dynamodb:{REGION}:1:table/users/stream/2026",
    "dynamodb": {
        "SequenceNumber": "1",
        "Keys": {"id": {"S": "1"}, "joined": {"S": "2026-11-22T12:00:00.000000Z"}},
    },
}
EXPORTED = (dynamorm_async, kit, web)

READY: dict[str, Any] = {
    **{name: getattr(each, name) for each in EXPORTED for name in each.__all__},
    **{each.__name__: each for each in (*MODELS, UserV2, Post, Point, Audited)},
    "Annotated": Annotated,
    "FastAPI": FastAPI,
    "Starlette": Starlette,
    "a": User.rank > 1,
    "accounts": {"prod": AccountConfig("arn:aws:iam::123456789012:role/reader")},
    "app": FastAPI(),
    "b": User.nick.exists(),
    "context": Invocation(),
    "datetime": datetime,
    "event": {"Records": [CHANGE]},
    "find_user": find_user,
    "index_user": print,
    "joined": NOON,
    "rename": rename,
    "save_and_load": save_and_load,
    "saved": None,
    "token": "t1",
    "upgrade": lambda old: UserV2(id=old.id),
}


@asynccontextmanager
async def mocks(db: Database) -> AsyncIterator[dict[str, Any]]:
    yield {
        "mock_db": MockDB(),
        "query": MockQuery(),
        "scenarios": kit.CommonScenarios(TestDB()),
        "test_db": TestDB(),
        "users": [USER],
    }


@asynccontextmanager
async def functions(db: Database) -> AsyncIterator[dict[str, Any]]:
    async with await asyncio.to_thread(dynamorm_async.lambda_init, User) as function:
        yield {"db": function}


@asynccontextmanager
async def metered(db: Database) -> AsyncIterator[dict[str, Any]]:
    async with Database(return_consumed_capacity="TOTAL") as counting:
        yield {"db": counting}


@asynccontextmanager
async def transaction(db: Database) -> AsyncIterator[dict[str, Any]]:
    await db.create(Shop(id="7"))
    async with db.transaction() as tx:
        yield {"tx": tx}


@asynccontextmanager
async def writer(db: Database) -> AsyncIterator[dict[str, Any]]:
    async with db.batch_writer() as writer:
        yield {"writer": writer}


@asynccontextmanager
async def file(db: Database) -> AsyncIterator[dict[str, Any]]:
    await dynamorm_async.export_items(db.model(User), "users.jsonl.gz")
    yield {}


@asynccontextmanager
async def old_users(db: Database) -> AsyncIterator[dict[str, Any]]:
    await db.create(UserV1(id="1"))
    yield {}


@asynccontextmanager
async def no_table(db: Database) -> AsyncIterator[dict[str, Any]]:
    await db.delete_table(User)
    yield {}


@asynccontextmanager
async def stock(db: Database) -> AsyncIterator[dict[str, Any]]:
    await db.create(Stock(sku="x"))
    yield {}


@asynccontextmanager
async def nothing(db: Database) -> AsyncIterator[dict[str, Any]]:
    grouped = db.model(User).group_by(User.status)
    (group,) = await grouped.count().average(User.rank)
    yield {
        "group": group,
        "groups": grouped,
        "query": db.model(User),
        "users": stream(),
    }


Ready = Callable[[Database], AbstractAsyncContextManager[dict[str, Any]]]
READY_FOR: dict[str, Ready] = {
    "aws_lambda/database.py:lambda_timeout": functions,
    "batching.py:delete": writer,
    "compiler/tables/options.py:TableOptions": no_table,
    "database.py:auto_migrate_with_options": old_users,
    "execution/capacity.py:measured_capacity": metered,
    "exports/importing.py:import_items": file,
    "query/updating.py:UpdateBuilder": stock,
    "streams.py:process_stream": functions,
    "tables/methods.py:create_table": no_table,
    "transactions.py:condition_check": transaction,
}
# What only moto has of these.
NEEDS_MOTO = {
    "accounts.py:MultiAccountDB": "a service for roles",
    "tables/methods.py:plan": "backups",
}


def ready_for(example: Example) -> Ready:
    default = mocks if "testing" in example.file.parts else nothing
    return READY_FOR.get(str(example), default)


@pytest.fixture
def of_module(example: Example) -> dict[str, Any]:
    """What the module itself has: examples of what is not public use it."""
    inside = example.file.relative_to(PACKAGE.parent).with_suffix("")
    name = ".".join(part for part in inside.parts if part != "__init__")
    return vars(importlib.import_module(name))


@pytest.fixture
def place(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Engine]:
    """An engine and a folder of the example's own, to which `Database()` leads."""
    name: str = pytestconfig.getoption("engine")
    with start_engine("moto" if "://" in name else name) as engine:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("AWS_ENDPOINT_URL", engine.url)
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", ACCESS_KEY)
        yield engine


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_an_example_comes_to_what_it_shows(
    example: Example, of_module: dict[str, Any], place: Engine
) -> None:
    if place.name != "moto" and (lack := NEEDS_MOTO.get(str(example))):
        pytest.skip(f"{place.name} lacks {lack}")
    async with Database() as db:
        await asyncio.gather(*(db.ensure_table(each) for each in MODELS))
        await db.create(USER)
        own = {
            "account": await db.create(Account(number=1)),
            "db": db,
            "transfer": Transfer(id="1"),
            "user": USER,
        }
        async with ready_for(example)(db) as names:
            ready = {**of_module, **READY, **own, **names}
            shown = await outcomes(example, ready)
    assert [(code, was) for code, _, was in shown] == [
        (code, wanted) for code, wanted, _ in shown
    ]
