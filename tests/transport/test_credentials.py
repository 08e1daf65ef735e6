"""Keys: where they are found, and how those that expire are renewed."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import CredentialRetrievalError

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import ConfigurationError, CredentialsError
from dynamorm_async.transport.chain import SECONDS_BETWEEN_LOOKS, ChainOfKeys
from dynamorm_async.transport.credentials import FixedKey, find_keys, key_in, sendable
from dynamorm_async.transport.direct import DirectTransport

from .fault_server import Act, FaultServers, http


def key(access_key_id: str = "AKID", token: str | None = None) -> Credentials:
    return Credentials(
        access_key_id=access_key_id, secret_access_key="hush", session_token=token
    )


HALF = {"AWS_ACCESS_KEY_ID": "AKID"}
BOTH = {**HALF, "AWS_SECRET_ACCESS_KEY": "hush"}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "hush"}, None),
        (BOTH, key()),
        ({**BOTH, "AWS_SESSION_TOKEN": "t"}, key(token="t")),
        ({**BOTH, "AWS_SESSION_TOKEN": ""}, key()),
        ({**BOTH, "AWS_SECURITY_TOKEN": "s", "AWS_SESSION_TOKEN": "t"}, key(token="s")),
        ({**BOTH, "AWS_CREDENTIAL_EXPIRATION": "2026-11-22T09:00:00Z"}, None),
    ],
)
def test_the_environment_may_hold_a_key(
    environment: dict[str, str], found: Credentials | None
) -> None:
    assert key_in(environment, "GetItem") == found


def test_half_a_key_is_none() -> None:
    with pytest.raises(CredentialsError, match="from env lack AWS_SECRET_ACCESS_KEY"):
        key_in(HALF, "GetItem")


def test_a_key_is_sent_without_the_line_end_of_its_file() -> None:
    read = Credentials(
        access_key_id="AKID\n", secret_access_key="hush\n", session_token="t\r\n"
    )
    assert sendable(read, "GetItem") == key(token="t")
    clean = key(token="t")
    assert sendable(clean, "GetItem") is clean


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (key("AK ID"), "access_key_id"),
        (key("AKÏD"), "access_key_id"),
        (key(token="a\r\nX-Evil: 1"), "session_token"),
    ],
)
def test_a_key_that_no_header_holds_is_refused_and_not_repeated(
    given: Credentials, name: str
) -> None:
    with pytest.raises(CredentialsError, match=f"^GetItem: {name} has characters"):
        sendable(given, "GetItem")


async def test_a_key_of_the_configuration_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in BOTH.items():
        monkeypatch.setenv(name, value)
    given = key("OTHER")
    assert await find_keys(Config(credentials=given), "GetItem") == FixedKey(given)
    assert await find_keys(Config(), "GetItem") == FixedKey(key())
    named = await find_keys(Config(profile="dev"), "GetItem")
    assert isinstance(named, ChainOfKeys)


class Frozen(NamedTuple):
    """A key as botocore hands it out."""

    access_key: str
    secret_key: str
    token: str | None


class Source:
    """Credentials of the chain: the n-th look gives the n-th answer."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.looks = 0
        self.life = 3600.0
        self.gate: asyncio.Event | None = None

    async def get_frozen_credentials(self) -> Frozen:
        self.looks += 1
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Frozen(answer, "hush", None)

    def refresh_needed(self, refresh_in: float) -> bool:
        return self.life < refresh_in


class Clocks:
    """A chain over a source, with clocks that are set by hand."""

    def __init__(self, source: Any) -> None:
        self.now = 100.0
        self.wall = 1000.0
        self.finds = 0

        async def find(_config: Config) -> Any:
            self.finds += 1
            return source

        self.chain = ChainOfKeys(
            Config(), find=find, clock=lambda: self.now, wall=lambda: self.wall
        )

    async def key(self) -> str:
        """The id of the key that a request would be signed with."""
        found = self.chain.at_hand() or await self.chain.fetch("GetItem")
        return found.access_key_id


async def test_many_callers_fetch_one_key() -> None:
    source = Source("A")
    clocks = Clocks(source)
    assert await asyncio.gather(*(clocks.key() for _ in range(50))) == ["A"] * 50
    assert (source.looks, clocks.finds) == (1, 1)
    assert repr(clocks.chain) == "<ChainOfKeys, a key at hand, asked 1 times>"


async def test_a_failure_is_that_of_all_who_waited_and_of_nobody_else() -> None:
    source = Source(CredentialRetrievalError(provider="x", error_msg="hush"), "A")
    clocks = Clocks(source)
    calls = [clocks.key() for _ in range(20)]
    errors = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in errors} == {CredentialsError}
    assert {str(each).partition(" (")[0] for each in errors} == {
        "GetItem: AWS credentials from x could not be had"
    }
    assert source.looks == 1
    assert await clocks.key() == "A"


@pytest.mark.parametrize("clock", ["now", "wall"])
async def test_the_chain_is_asked_again_now_and_then(clock: str) -> None:
    source = Source("A", "B")
    clocks = Clocks(source)
    assert await clocks.key() == "A"
    setattr(clocks, clock, getattr(clocks, clock) + SECONDS_BETWEEN_LOOKS)
    assert await clocks.key() == "A"
    setattr(clocks, clock, getattr(clocks, clock) + 1)
    assert await clocks.key() == "B"
    assert source.looks == 2


async def test_a_key_that_lives_is_used_while_the_next_is_fetched() -> None:
    source = Source("A", "B")
    clocks = Clocks(source)
    assert await clocks.key() == "A"
    clocks.now += SECONDS_BETWEEN_LOOKS + 1
    source.gate = asyncio.Event()
    renewing = asyncio.create_task(clocks.key())
    await asyncio.sleep(0)
    assert await clocks.key() == "A"
    source.life = 30
    waiting = asyncio.create_task(clocks.key())
    await asyncio.sleep(0)
    assert not waiting.done()
    source.gate.set()
    assert [await renewing, await waiting] == ["B", "B"]
    assert source.looks == 2


async def test_who_fetches_may_be_cancelled() -> None:
    source = Source("A")
    source.gate = asyncio.Event()
    clocks = Clocks(source)
    calls = [asyncio.create_task(clocks.key()) for _ in range(3)]
    await asyncio.sleep(0)
    calls[0].cancel()
    source.gate.set()
    assert [await each for each in calls[1:]] == ["A", "A"]
    assert calls[0].cancelled()


async def test_a_key_that_never_expires_is_looked_at_once() -> None:
    class Static:
        async def get_frozen_credentials(self) -> Frozen:
            return Frozen("A", "hush", None)

    clocks = Clocks(Static())
    assert await clocks.key() == "A"
    clocks.now += 100_000
    assert clocks.chain.at_hand() is not None


async def test_no_credentials_are_said() -> None:
    with pytest.raises(CredentialsError, match=r"no AWS credentials found; .*AWS_ACC"):
        await Clocks(None).key()


async def test_an_empty_chain_is_said() -> None:
    with pytest.raises(CredentialsError, match="GetItem: no AWS credentials found"):
        await ChainOfKeys(Config(region="eu-west-1")).fetch("GetItem")


async def test_a_profile_that_is_not_there_is_named() -> None:
    chain = ChainOfKeys(Config(region="eu-west-1", profile="nobody"))
    with pytest.raises(ConfigurationError, match="profile='nobody': the AWS config"):
        await chain.fetch("GetItem")


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile with a region and a key."""
    file = tmp_path / "config"
    file.write_text(
        "[profile worker]\nregion = eu-west-3\naws_access_key_id = AKWORKER\n"
        "aws_secret_access_key = hush\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))


@pytest.mark.usefixtures("profile")
async def test_a_profile_gives_region_and_key(serving: FaultServers) -> None:
    server = serving([Act([http(b"{}")])])
    transport = DirectTransport(Config(endpoint_url=server.url, profile="worker"))
    await transport.send("GetItem", {})
    await transport.aclose()
    [request] = server.requests
    assert b"Credential=AKWORKER/" in request
    assert b"/eu-west-3/dynamodb/aws4_request" in request
