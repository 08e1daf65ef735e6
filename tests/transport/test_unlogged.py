"""What botocore's log says at DEBUG of the requests that are sent through it."""

import logging
from collections.abc import Awaitable, Callable

import pytest

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import EncryptionError
from dynamorm_async.transport.aiobotocore import AiobotocoreTransport
from dynamorm_async.transport.kms import KeyManagement

from .conftest import Serve

REFUSAL = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\n"
    b'Content-Length: 40\r\n\r\n{"__type": "a#UnrecognizedClientExcept"}'
)
TOKEN = "IQoJb3JpZ2luX2VjEJr//+/EXAMPLE=="


def config_for(url: str) -> Config:
    key = Credentials(
        access_key_id="ASIAEXAMPLE", secret_access_key="s", session_token=TOKEN
    )
    return Config(
        endpoint_url=url, region="eu-west-1", credentials=key, kms_key="alias/a"
    )


async def ask_dynamodb(config: Config) -> None:
    transport = AiobotocoreTransport(config)
    await transport.send("ListTables", {})
    await transport.aclose()


async def ask_kms(config: Config) -> None:
    keys = KeyManagement(config, "alias/a")
    with pytest.raises(EncryptionError, match="KMS refused Decrypt"):
        await keys.decrypt(b"data key")
    await keys.aclose()


@pytest.mark.parametrize("ask", [ask_dynamodb, ask_kms])
async def test_the_session_token_is_not_in_the_log(
    ask: Callable[[Config], Awaitable[None]],
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = await serve(REFUSAL)
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", url)
    caplog.set_level(logging.DEBUG)
    await ask(config_for(url))
    said = [
        each.getMessage()
        for each in caplog.records
        if "x-amz-security-token" in each.getMessage().lower()
    ]
    senders = {each.split(":")[0] for each in said}
    assert {"CanonicalRequest", "Sending http request"} <= senders
    assert any("x-amz-security-token:***\n" in each for each in said)
    assert any("'X-Amz-Security-Token': b'***'" in each for each in said)
    assert TOKEN not in caplog.text
