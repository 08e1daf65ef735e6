"""Servers that break off, stay silent, or are not DynamoDB at all."""

import re
from pathlib import Path
from typing import Any

import anyio
import pytest

from dynamorm_async.config import Config, Credentials, RetryPolicy
from dynamorm_async.errors import (
    CredentialsError,
    DeadlineExceededError,
    ServiceError,
    TransportError,
)
from dynamorm_async.execution.executor import Executor
from dynamorm_async.transport.aiobotocore import AiobotocoreTransport
from dynamorm_async.wire import CompiledQuery, Reply

from .conftest import HANG_UP, SILENCE, Serve, http

KEY = Credentials(access_key_id="local", secret_access_key="local")
GOOD = http(200, b"{}", "x-amzn-RequestId: R1", "Date: Sun, 22 Nov 2026 09:00:00 GMT")
LIST = CompiledQuery.of("ListTables", {}, lambda reply: reply)


def transport_to(url: str, **settings: Any) -> AiobotocoreTransport:
    config = Config(endpoint_url=url, region="us-east-1", credentials=KEY)
    return AiobotocoreTransport(Config.of(config, **settings))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (HANG_UP, "connection to http.* broke before the reply came"),
        (GOOD[:-10], "connection to http.* broke|was silent for longer"),
        (SILENCE, "http://127.* was silent for longer than read_timeout"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "connection.* broke before the reply came"),
        (http(200, b"<html>Welcome"), "the reply is no JSON object"),
        (http(200, b'{"Item": {"id"'), "the reply is no JSON object"),
        (http(200, b"{}", "x-amz-crc32: 1"), "its CRC32 differs"),
    ],
)
async def test_what_is_no_answer_is_an_error_after_sending(
    serve: Serve, answer: bytes, message: str
) -> None:
    transport = transport_to(await serve(answer), read_timeout=0.1)
    with pytest.raises(TransportError, match=message) as caught:
        await transport.send("ListTables", {})
    assert caught.value.sent
    await transport.aclose()


async def test_an_operation_without_output_may_answer_nothing(serve: Serve) -> None:
    # docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html:
    # "an HTTP 200 response with an empty HTTP body".
    transport = transport_to(await serve(http(200, b""), http(200, b"")))
    tags = {"ResourceArn": "arn", "Tags": [{"Key": "team", "Value": "blue"}]}
    assert await transport.send("TagResource", tags) == Reply(status=200, body={})
    with pytest.raises(TransportError, match="the reply is no JSON object"):
        await transport.send("ListTables", {})
    await transport.aclose()


async def test_silence_is_told_as_a_timeout(serve: Serve) -> None:
    transport = transport_to(await serve(SILENCE), read_timeout=0.05)
    with pytest.raises(TransportError, match="silent") as caught:
        await transport.send("ListTables", {})
    assert isinstance(caught.value.__cause__, TimeoutError)
    await transport.aclose()


async def test_a_reply_keeps_what_its_headers_say(serve: Serve) -> None:
    transport = transport_to(await serve(GOOD))
    assert await transport.send("ListTables", {}) == Reply(
        status=200, body={}, request_id="R1", date="Sun, 22 Nov 2026 09:00:00 GMT"
    )
    await transport.aclose()


@pytest.mark.parametrize("status", [301, 403, 404, 500, 503])
@pytest.mark.parametrize("body", [b"", b"<html>no", b"[1]", b"\xff"])
async def test_the_error_page_of_somebody_else_is_an_empty_error(
    serve: Serve, status: int, body: bytes
) -> None:
    transport = transport_to(await serve(http(status, body)))
    assert await transport.send("ListTables", {}) == Reply(status=status, body={})
    await transport.aclose()


async def test_nothing_is_retried_below_the_executor(serve: Serve) -> None:
    transport = transport_to(await serve(http(503, b"{}"), GOOD))
    assert (await transport.send("ListTables", {})).status == 503
    await transport.aclose()


async def test_the_executor_gets_through_a_bad_patch(serve: Serve) -> None:
    url = await serve(HANG_UP, http(503, b"<html>"), http(200, b"<html>"), GOOD)
    transport = transport_to(url)
    config = Config(retry=RetryPolicy(base=0.001))
    assert await Executor.over(transport, config).run(LIST) == {}
    await transport.aclose()


async def test_a_wrong_address_is_a_service_error_that_says_so(serve: Serve) -> None:
    transport = transport_to(await serve(http(404, b"<html>")))
    with pytest.raises(
        ServiceError, match="HTTP 404: not an answer of DynamoDB; check"
    ):
        await Executor.over(transport).run(LIST)
    await transport.aclose()


async def test_a_cancelled_request_leaves_the_pool_usable(serve: Serve) -> None:
    transport = transport_to(await serve(SILENCE, GOOD), max_connections=1)
    with anyio.move_on_after(0.5) as scope:
        await transport.send("ListTables", {})
    assert scope.cancelled_caught
    assert (await transport.send("ListTables", {})).status == 200
    await transport.aclose()


async def test_the_deadline_covers_connecting() -> None:
    transport = transport_to("http://127.0.0.1:1")
    with pytest.raises(DeadlineExceededError, match="ListTables: not finished within"):
        await Executor.over(transport).bounded(0.001).run(LIST)
    await transport.aclose()


async def test_the_deadline_covers_the_reply(serve: Serve) -> None:
    transport = transport_to(await serve(GOOD, SILENCE))
    runner = Executor.over(transport)
    assert await runner.run(LIST) == {}
    with pytest.raises(DeadlineExceededError, match=r"not finished within 0.02 s"):
        await runner.bounded(0.02).run(LIST)
    await transport.aclose()


@pytest.fixture
def role_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile `worker` with a role to assume, and a key to do so."""
    config = tmp_path / "config"
    config.write_text(
        "[profile worker]\nrole_arn = arn:aws:iam::123456789012:role/worker\n"
        "credential_source = Environment\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.mark.usefixtures("role_of_a_profile")
async def test_a_refused_role_is_an_error_of_credentials(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", await serve(http(403, denied)))
    transport = transport_to(await serve(), credentials=None, profile="worker")
    with pytest.raises(CredentialsError, match="AssumeRole was refused") as caught:
        await transport.send("ListTables", {})
    assert re.search(r"\(AccessDenied\); check profile", str(caught.value))
    await transport.aclose()
