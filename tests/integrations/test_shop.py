"""The example shop, over a socket, as clients meet it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn

from dynamorm_async import Credentials, Database
from examples.fastapi_shop.app import create_app
from tests.conftest import ACCESS_KEY, REGION, Witness

ROOT = Path(__file__).parent.parent.parent
APPLE = {
    "category": "fruit",
    "name": "Apple",
    "cents": 50,
    "stock": 10,
    "tags": ["red"],
}
CONNECTIONS = 4


@pytest.fixture
def transport(pytestconfig: pytest.Config) -> Any:
    """How the shop reaches its engine."""
    return pytestconfig.getoption("transport")


@pytest.fixture
def database(endpoint: str, prefix: str, transport: Any) -> Database:
    """The database of the shop, with signed cursors and a small pool."""
    return Database(
        endpoint_url=endpoint,
        region=REGION,
        credentials=Credentials(access_key_id=ACCESS_KEY, secret_access_key=ACCESS_KEY),
        table_prefix=prefix,
        use_proxies=False,
        transport=transport,
        cursor_secret="shop",
        max_connections=CONNECTIONS,
    )


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the shop, which a real server serves on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1024)
        port = listener.getsockname()[1]
        app = create_app(lambda: database)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        serving = asyncio.create_task(server.serve([listener]))
        transport = httpx.AsyncHTTPTransport(
            verify=False, limits=httpx.Limits(max_connections=250)
        )
        async with httpx.AsyncClient(
            transport=transport,
            base_url=f"http://127.0.0.1:{port}",
            trust_env=False,
            timeout=15.0,
        ) as client:
            yield client
        server.should_exit = True
        await serving


async def put(client: httpx.AsyncClient, sku: str, **said: Any) -> httpx.Response:
    """Put a product."""
    reply = await client.put(f"/products/{sku}", json={**APPLE, **said})
    assert reply.status_code == 200
    return reply


async def a_user(client: httpx.AsyncClient) -> str:
    """The id of a new user."""
    reply = await client.post("/users", json={"name": "Ann"})
    assert reply.status_code == 201
    found: str = reply.json()["id"]
    return found


async def test_users_are_created_and_read(client: httpx.AsyncClient) -> None:
    created = (await client.post("/users", json={"name": "Ann"})).json()
    assert created == {
        "id": created["id"],
        "name": "Ann",
        "made": created["made"],
        "rev": 0,
    }
    assert (await client.get(f"/users/{created['id']}")).json() == created
    assert (await client.get(f"/users/{uuid4()}")).status_code == 404


async def test_a_product_is_put_changed_and_deleted_under_its_etag(
    client: httpx.AsyncClient, boto: Witness, prefix: str
) -> None:
    etag = (await put(client, "a1")).headers["etag"]
    known = await client.get("/products/a1", headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")

    changed = await client.patch(
        "/products/a1", json={"cents": 60}, headers={"If-Match": etag}
    )
    assert (changed.json()["cents"], changed.json()["rev"]) == (60, 1)
    late = await client.patch(
        "/products/a1", json={"cents": 70}, headers={"If-Match": etag}
    )
    bare = await client.patch("/products/a1", json={"cents": 70})
    assert [late.status_code, bare.status_code] == [412, 428]
    stored = await boto.get_item(
        TableName=f"{prefix}products", Key={"sku": {"S": "a1"}}
    )
    assert (stored["Item"]["cents"], stored["Item"]["rev"]) == ({"N": "60"}, {"N": "1"})

    replaced = await put(client, "a1", name="Pear")
    assert (replaced.json()["name"], replaced.json()["rev"]) == ("Pear", 2)
    gone = await client.delete(
        "/products/a1", headers={"If-Match": replaced.headers["etag"]}
    )
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get("/products/a1")).status_code == 404
    new = await client.put("/products/a1", json=APPLE, headers={"If-None-Match": "*"})
    taken = await client.put("/products/a1", json=APPLE, headers={"If-None-Match": "*"})
    assert [new.status_code, taken.status_code] == [200, 412]
    assert new.headers["etag"] != etag


async def test_products_are_listed_page_by_page(client: httpx.AsyncClient) -> None:
    for number in range(5):
        await put(client, f"p{number}", name=f"Product {number}")
    await put(client, "other", category="tools")
    found: list[str] = []
    asked: dict[str, Any] = {"category": "fruit", "limit": 2}
    has_more = True
    while has_more:
        page = (await client.get("/products", params=asked)).json()
        found += [each["sku"] for each in page["items"]]
        asked["cursor"], has_more = page["next_cursor"], page["has_more"]
    assert found == ["p0", "p1", "p2", "p3", "p4"]


async def test_a_cursor_belongs_to_its_list(client: httpx.AsyncClient) -> None:
    await put(client, "p0", name="A")
    await put(client, "p1", name="B")
    asked = {"category": "fruit", "limit": 1}
    cursor = (await client.get("/products", params=asked)).json()["next_cursor"]
    for other in (
        {"category": "tools", "cursor": cursor},
        {"category": "fruit", "cursor": f"{cursor[:-1]}x"},
        {"category": "fruit", "cursor": "nonsense"},
    ):
        reply = await client.get("/products", params=other)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def test_an_order_takes_from_the_stock_or_is_not_placed(
    client: httpx.AsyncClient,
) -> None:
    await put(client, "a1", stock=3)
    await put(client, "b2", cents=20, stock=5)
    user = await a_user(client)
    wishes = [{"sku": "a1", "count": 2}, {"sku": "b2"}, {"sku": "b2", "count": 3}]
    placed = await client.post(f"/users/{user}/orders", json={"wishes": wishes})
    assert placed.status_code == 201
    order = placed.json()
    assert order == {
        "user": user,
        "placed": order["placed"],
        "lines": [
            {"sku": "a1", "count": 2, "cents": 50},
            {"sku": "b2", "count": 4, "cents": 20},
        ],
        "total": 180,
        "rev": 0,
    }
    again = await client.post(f"/users/{user}/orders", json={"wishes": wishes})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    left = [
        (await client.get(f"/products/{sku}")).json()["stock"] for sku in ("a1", "b2")
    ]
    assert left == [1, 1]
    listed = (await client.get(f"/users/{user}/orders")).json()
    assert listed == {"items": [order], "next_cursor": None, "has_more": False}
    one = await client.get(f"/users/{user}/orders/{order['placed']}")
    assert one.json() == order


async def test_an_order_of_nobody_or_of_nothing_is_not_placed(
    client: httpx.AsyncClient,
) -> None:
    await put(client, "a1")
    cart = {"wishes": [{"sku": "a1"}]}
    nobody = await client.post(f"/users/{uuid4()}/orders", json=cart)
    user = await a_user(client)
    nothing = await client.post(
        f"/users/{user}/orders", json={"wishes": [{"sku": "none"}]}
    )
    empty = await client.post(f"/users/{user}/orders", json={"wishes": []})
    assert [each.status_code for each in (nobody, nothing, empty)] == [404, 404, 422]
    assert (await client.get("/products/a1")).json()["stock"] == 10


POOL = re.compile(r"<Pool (\d+) busy, (\d+) idle, (\d+) opening, (\d+) waiting>")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("transport", ["direct"])  # whose pool can be seen
async def test_two_hundred_requests_at_once_share_one_pool(
    client: httpx.AsyncClient, database: Database
) -> None:
    await put(client, "a1")
    user = await a_user(client)
    seen: list[list[tuple[str, ...]]] = []

    async def status(call: Awaitable[httpx.Response]) -> int:
        code = (await call).status_code
        seen.append(POOL.findall(repr(database)))
        return code

    requests = [
        status(call)
        for number in range(50)
        for call in (
            client.get("/products/a1"),
            client.get("/products", params={"category": "fruit"}),
            client.get(f"/users/{user}"),
            client.put(f"/products/p{number}", json={**APPLE, "category": "tools"}),
        )
    ]
    assert await asyncio.gather(*requests) == [200] * 200
    assert {len(pools) for pools in seen} == {1}
    counts = [[*map(int, pool)] for (pool,) in seen]
    most = max(busy + idle + opening for busy, idle, opening, _ in counts)
    assert most == CONNECTIONS


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of the shop, served as its page says, on an engine of its own."""
    port = free_port()
    command = [sys.executable, "-W", "error", "-m", "examples.fastapi_shop"]
    said = tmp_path / "said.txt"
    with (
        said.open("w") as log,
        subprocess.Popen(
            [*command, "--port", str(port)], cwd=ROOT, stdout=log, stderr=log
        ) as server,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
    ended = said.read_text(encoding="utf-8", errors="replace")
    assert "Finished server process" in ended
    assert not re.search("Error|Exception|Warning|Traceback", ended)


@pytest.mark.timeout(120)
def test_requests_made_up_from_its_openapi_are_answered_as_it_says(
    served: str, tmp_path: Path
) -> None:
    settings = ROOT / "examples" / "fastapi_shop" / "schemathesis.toml"
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            *("--config-file", str(settings)),
            *("run", f"{served}/openapi.json", "--wait-for-schema", "30"),
            *("--max-examples", "10", "--generation-deterministic", "--no-color"),
        ],
        cwd=tmp_path,  # where it keeps what it has found
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        capture_output=True,
        encoding="utf-8",
        timeout=110,
    )
    assert (ended.returncode, ended.stdout if ended.returncode else "") == (0, "")
    assert re.search(r"\d{3} generated, \d{3} passed", ended.stdout)
