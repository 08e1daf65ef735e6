"""The aiobotocore transport against an engine: what is sent, and what comes back."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import (
    ConfigurationError,
    CredentialsError,
    InvalidValueError,
    TransportError,
)
from dynamorm_async.transport.aiobotocore import AiobotocoreTransport
from dynamorm_async.transport.choice import transport_of
from dynamorm_async.wire import Body, Reply

KEY = Credentials(access_key_id="local", secret_access_key="local")


def config_for(endpoint: str, **settings: Any) -> Config:
    config = Config(endpoint_url=endpoint, region="us-east-1", credentials=KEY)
    return Config.of(config, **settings)


def table(name: str) -> Body:
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


@pytest.fixture
async def transport(endpoint: str) -> AsyncIterator[AiobotocoreTransport]:
    transport = AiobotocoreTransport(config_for(endpoint))
    yield transport
    await transport.aclose()


@pytest.fixture
async def name(transport: AiobotocoreTransport, prefix: str) -> str:
    reply = await transport.send("CreateTable", table(f"{prefix}things"))
    assert reply.status == 200
    return f"{prefix}things"


ITEM = {
    "id": {"S": "1"},
    "B": {"B": "AAE="},
    "BS": {"BS": ["AA==", "AQ=="]},
    "map": {"M": {"B": {"S": "text"}, "BS": {"L": [{"B": "/w=="}]}}},
    "n": {"N": "12345678901234567890.5"},
    "none": {"NULL": True},
}


async def test_what_was_put_is_read_as_it_was(
    transport: AiobotocoreTransport, name: str
) -> None:
    put = await transport.send("PutItem", {"TableName": name, "Item": ITEM})
    got = await transport.send(
        "GetItem", {"TableName": name, "Key": {"id": {"S": "1"}}}
    )
    assert (put.status, put.body) == (200, {})
    assert got.status == 200
    found = got.body["Item"]
    assert sorted(found.pop("BS")["BS"]) == ["AA==", "AQ=="]
    assert found == {name: value for name, value in ITEM.items() if name != "BS"}


async def test_a_reply_has_its_request_id(
    transport: AiobotocoreTransport, name: str
) -> None:
    reply = await transport.send("DescribeTable", {"TableName": name})
    assert reply.body["Table"]["TableName"] == name
    assert reply.request_id
    assert reply.date is not None


async def test_a_failed_condition_is_a_reply_with_the_stored_item(
    transport: AiobotocoreTransport, name: str
) -> None:
    body = {
        "TableName": name,
        "Item": {"id": {"S": "1"}, "x": {"B": "AAE="}},
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    await transport.send("PutItem", body)
    reply = await transport.send("PutItem", body)
    assert reply.status == 400
    assert reply.body["__type"].endswith("#ConditionalCheckFailedException")
    assert reply.body["Item"] == body["Item"]


async def test_a_cancelled_transaction_is_a_reply_with_its_reasons(
    transport: AiobotocoreTransport, name: str
) -> None:
    check = {
        "TableName": name,
        "Key": {"id": {"S": "9"}},
        "ConditionExpression": "attribute_exists(id)",
    }
    put = {"TableName": name, "Item": {"id": {"S": "1"}}}
    reply = await transport.send(
        "TransactWriteItems",
        {"TransactItems": [{"Put": put}, {"ConditionCheck": check}]},
    )
    assert reply.body["__type"].endswith("#TransactionCanceledException")
    codes = [each["Code"] for each in reply.body["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"]


async def test_a_missing_table_is_a_reply(transport: AiobotocoreTransport) -> None:
    reply = await transport.send("DescribeTable", {"TableName": "not-there"})
    assert reply.status == 400
    assert reply.body["__type"].endswith("#ResourceNotFoundException")


async def test_an_unknown_operation_is_refused(
    transport: AiobotocoreTransport,
) -> None:
    with pytest.raises(ConfigurationError, match="knows no operation 'MakeTea'"):
        await transport.send("MakeTea", {})


async def test_a_binary_value_must_be_base64(transport: AiobotocoreTransport) -> None:
    with pytest.raises(InvalidValueError, match="must be base64 text"):
        await transport.send("GetItem", {"Key": {"id": {"B": "?"}}})


async def test_first_calls_at_once_share_one_client(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))
    assert repr(transport) == "<AiobotocoreTransport, not connected>"
    replies: list[Reply] = []

    async def send() -> None:
        replies.append(await transport.send("ListTables", {}))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(send)
    assert [reply.status for reply in replies] == [200] * 8
    assert repr(transport) == f"<AiobotocoreTransport to {endpoint} in 1 event loops>"
    assert len(transport._clients.open) == 1
    await transport.aclose()


async def test_a_closed_transport_opens_again(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))
    await transport.aclose()
    await transport.send("ListTables", {})
    await transport.aclose()
    await transport.aclose()
    assert repr(transport) == "<AiobotocoreTransport, not connected>"
    assert (await transport.send("ListTables", {})).status == 200
    await transport.aclose()


async def test_cancelling_while_connecting_leaves_it_usable(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))
    first = asyncio.create_task(transport.send("ListTables", {}))
    second = asyncio.create_task(transport.send("ListTables", {}))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).status == 200
    assert first.cancelled()
    await transport.aclose()


async def test_cancelling_a_request_leaves_the_others_alone(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint, max_connections=1))
    await transport.send("ListTables", {})
    with anyio.CancelScope() as scope:
        scope.cancel()
        await transport.send("ListTables", {})
    assert (await transport.send("ListTables", {})).status == 200
    await transport.aclose()


def test_a_second_event_loop_gets_its_own_client(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))
    for _ in range(2):  # without closing: the loop's end closes what is open
        reply = asyncio.run(transport.send("ListTables", {}))
        assert reply.status == 200
    assert len(transport._clients._seats) == 1


async def test_two_event_loops_in_two_threads_do_not_meet(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))

    def elsewhere() -> int:
        return asyncio.run(transport.send("ListTables", {})).status

    assert (await transport.send("ListTables", {})).status == 200
    assert await anyio.to_thread.run_sync(elsewhere) == 200
    assert (await transport.send("ListTables", {})).status == 200
    await transport.aclose()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_gets_its_own_client(endpoint: str) -> None:
    transport = AiobotocoreTransport(config_for(endpoint))

    async def before_and_after() -> int:
        await transport.send("ListTables", {})
        child = os.fork()
        if child == 0:
            os._exit(send_in_child(transport))
        status = await anyio.to_thread.run_sync(lambda: os.waitpid(child, 0)[1])
        await transport.send("ListTables", {})
        await transport.aclose()
        return os.waitstatus_to_exitcode(status)

    assert asyncio.run(before_and_after()) == 0


def send_in_child(transport: AiobotocoreTransport) -> int:
    """The exit code of a child that could send: 0."""
    try:
        return int(asyncio.run(transport.send("ListTables", {})).status != 200)
    except BaseException:
        return 2


def test_it_is_chosen_by_its_name() -> None:
    chosen = transport_of(Config(transport="aiobotocore"))
    assert isinstance(chosen, AiobotocoreTransport)


def test_a_transport_of_ones_own_is_used() -> None:
    own = AiobotocoreTransport(Config())
    assert transport_of(Config(transport=own)) is own


async def failing(config: Config) -> BaseException:
    """What a request meets under this configuration."""
    transport = AiobotocoreTransport(config)
    try:
        await transport.send("ListTables", {})
    except Exception as error:
        return error
    finally:
        await transport.aclose()
    raise AssertionError("the request succeeded")


async def test_a_dead_endpoint_is_named(free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    error = await failing(config_for(url))
    assert isinstance(error, TransportError)
    assert not error.sent
    assert re.search(f"ListTables: no connection to {url} .*endpoint_url", str(error))


async def test_no_region_is_said() -> None:
    error = await failing(Config(credentials=KEY))
    assert isinstance(error, ConfigurationError)
    assert re.match(r"region: none is set; give .* or set AWS_REGION", str(error))


async def test_no_credentials_are_said(endpoint: str) -> None:
    error = await failing(config_for(endpoint, credentials=None))
    assert isinstance(error, CredentialsError)
    assert not error.sent
    assert re.search("no AWS credentials found; .*AWS_ACCESS_KEY_ID", str(error))


async def test_a_profile_that_is_not_there_is_named(endpoint: str) -> None:
    error = await failing(config_for(endpoint, profile="nobody"))
    assert isinstance(error, ConfigurationError)
    assert str(error).startswith("profile='nobody': the AWS config files have no such")


async def test_a_bad_region_of_the_environment_is_said(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu west")
    error = await failing(config_for(endpoint, region=None))
    assert isinstance(error, ConfigurationError)
    assert str(error).startswith("region: none is set, or none that AWS could have")


async def test_a_bad_endpoint_of_the_environment_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "no url")
    error = await failing(Config(region="us-east-1", credentials=KEY))
    assert isinstance(error, ConfigurationError)
    assert str(error).startswith("endpoint_url: that of AWS_ENDPOINT_URL_DYNAMODB")


FAR = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("variables", "setting", "url"),
    [
        ({"AWS_ENDPOINT_URL": FAR}, None, FAR),
        ({"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_DYNAMODB": FAR}, None, FAR),
        ({"AWS_ENDPOINT_URL": "http://x"}, FAR, FAR),
        (
            {"AWS_ENDPOINT_URL": FAR, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            None,
            "https://dynamodb.us-east-1.amazonaws.com",
        ),
    ],
)
async def test_the_endpoint_is_found_as_aws_tools_find_it(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    setting: str | None,
    url: str,
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    config = Config(region="us-east-1", credentials=KEY, endpoint_url=setting)
    transport = AiobotocoreTransport(config)
    client = await transport._clients.here()
    assert client.meta.endpoint_url == url
    await transport.aclose()


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
async def test_the_region_is_found_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "eu-west-3")
    transport = AiobotocoreTransport(Config(credentials=KEY))
    client = await transport._clients.here()
    assert client.meta.region_name == "eu-west-3"
    await transport.aclose()
