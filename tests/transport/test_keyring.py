"""Keys that are refused: looked for again, once, by one caller for all."""

import asyncio
import json
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import CredentialsError
from dynamorm_async.transport.credentials import FixedKey, Keys, SourcedKeys
from dynamorm_async.transport.direct import DirectTransport
from dynamorm_async.transport.keyring import (
    SECONDS_BETWEEN_SEARCHES,
    KeyRing,
    is_refused,
)
from dynamorm_async.transport.line import Line
from dynamorm_async.wire import Body, Reply

from .fault_server import Act, FaultServers, checked, http

GET: Body = {"TableName": "t", "Key": {"id": {"S": "1"}}}
OK = Act([checked(b"{}")])


def key(name: str, token: str | None = "t") -> Credentials:
    return Credentials(access_key_id=name, secret_access_key="s", session_token=token)


OLD, NEW = key("OLD"), key("NEW")


def refusal(code: str) -> bytes:
    return json.dumps({"__type": f"com.amazon.coral.service#{code}"}).encode()


EXPIRED = Act([http(refusal("ExpiredTokenException"), status="400 Bad Request")])


@pytest.mark.parametrize(
    ("code", "used", "refused"),
    [
        ("ExpiredTokenException", OLD, True),
        ("ExpiredToken", key("OLD", None), True),
        ("UnrecognizedClientException", OLD, True),
        ("UnrecognizedClientException", key("OLD", None), False),
        ("AccessDeniedException", OLD, False),
        ("ValidationException", OLD, False),
    ],
)
def test_some_refusals_are_of_the_key(
    code: str, used: Credentials, refused: bool
) -> None:
    assert is_refused(used, Reply(400, {"__type": f"x#{code}"})) is refused


class Searching:
    """Finds these keys, one after the other."""

    def __init__(self, *found: Keys | CredentialsError) -> None:
        self.found = list(found)
        self.searches = 0

    async def __call__(self, _config: Config, _doing: str) -> Keys:
        self.searches += 1
        await anyio.lowlevel.checkpoint()
        keys = self.found.pop(0)
        if isinstance(keys, CredentialsError):
            raise keys
        return keys


async def test_many_callers_with_a_refused_key_look_for_another_once() -> None:
    search = Searching(FixedKey(NEW))
    ring = KeyRing(Config(), FixedKey(OLD), find=search)
    others = [ring.other_than(OLD, "GetItem") for _ in range(9)]
    assert (await asyncio.gather(*others), search.searches) == ([True] * 9, 1)
    assert ring.at_hand() == NEW


async def test_a_key_that_stays_refused_is_not_looked_for_with_every_request() -> None:
    now = 100.0
    search = Searching(FixedKey(OLD), FixedKey(NEW))
    ring = KeyRing(Config(), FixedKey(OLD), find=search, clock=lambda: now)
    found = [await ring.other_than(OLD, "GetItem") for _ in range(3)]
    assert (found, search.searches) == ([False] * 3, 1)
    now += SECONDS_BETWEEN_SEARCHES
    assert await ring.other_than(OLD, "GetItem") is True


async def test_a_search_that_finds_nothing_leaves_the_word_to_the_service() -> None:
    search = Searching(CredentialsError("none"))
    ring = KeyRing(Config(), FixedKey(OLD), find=search)
    assert await ring.other_than(OLD, "GetItem") is False
    assert (ring.at_hand(), repr(ring)) == (OLD, "<KeyRing of FixedKey>")


class Source:
    """Hands out these keys, one after the other, each until it is to be forgotten."""

    def __init__(self, *keys: Credentials) -> None:
        self.keys = list(keys)

    async def credentials(self) -> Credentials:
        return self.keys[0]

    def forget(self, key: Credentials, /) -> None:
        self.keys.remove(key)


async def test_a_source_is_told_that_its_key_is_no_good() -> None:
    search, source = Searching(), Source(OLD, NEW)
    ring = KeyRing(Config(), SourcedKeys(source), find=search)
    others = [ring.other_than(OLD, "GetItem") for _ in range(9)]
    assert (await asyncio.gather(*others), search.searches) == ([True] * 9, 0)
    assert source.keys == [NEW]


class Stubborn:
    """A source that knows nothing of forgetting."""

    async def credentials(self) -> Credentials:
        return OLD


async def test_a_source_that_keeps_its_key_leaves_the_word_to_the_service() -> None:
    ring = KeyRing(Config(), SourcedKeys(Stubborn()), find=Searching())
    assert await ring.other_than(OLD, "GetItem") is False


@pytest.mark.parametrize(
    ("variables", "used"),
    [
        ({"AWS_ACCESS_KEY_ID": "NEW"}, NEW),
        ({"AWS_ACCESS_KEY_ID": "OLD"}, OLD),
        ({"AWS_ACCESS_KEY_ID": ""}, OLD),
        ({"AWS_SECRET_ACCESS_KEY": ""}, OLD),
    ],
)
async def test_the_key_that_is_set_now_is_taken_if_there_is_one(
    variables: dict[str, str],
    used: Credentials,
    lambda_keys: pytest.MonkeyPatch,
) -> None:
    ring = KeyRing(Config(), FixedKey(OLD), find=Searching())
    for name, value in variables.items():
        lambda_keys.setenv(name, value)
    assert (ring.set_now("GetItem"), ring.at_hand()) == (used, used)


async def test_keys_of_a_source_are_not_those_of_the_environment(
    lambda_keys: pytest.MonkeyPatch,
) -> None:
    lambda_keys.setenv("AWS_ACCESS_KEY_ID", "NEW")
    ring = KeyRing(Config(), SourcedKeys(Stubborn()), find=Searching())
    assert ring.set_now("GetItem") is None


def signers(requests: list[bytes]) -> list[bytes]:
    """The access key ids that requests were signed with."""
    return [each.partition(b"Credential=")[2].partition(b"/")[0] for each in requests]


@pytest.fixture
def lambda_keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a function, whose key is `OLD`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OLD")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")
    return monkeypatch


def transport(url: str, **settings: Any) -> DirectTransport:
    return DirectTransport(Config(endpoint_url=url, region="us-east-1", **settings))


async def test_an_expired_key_is_replaced_by_the_one_that_is_set_now(
    serving: FaultServers, lambda_keys: pytest.MonkeyPatch
) -> None:
    server = serving([OK, EXPIRED, OK])
    direct = transport(server.url)
    await direct.send("GetItem", GET)
    lambda_keys.setenv("AWS_ACCESS_KEY_ID", "NEW")
    reply = await direct.send("GetItem", GET)
    await direct.aclose()
    assert (reply.status, signers(server.requests)) == (200, [b"OLD", b"OLD", b"NEW"])


async def test_an_expired_key_of_the_configuration_is_an_error(
    serving: FaultServers,
) -> None:
    server = serving([EXPIRED])
    direct = transport(server.url, credentials=OLD)
    reply = await direct.send("GetItem", GET)
    await direct.aclose()
    assert (reply.status, len(server.requests)) == (400, 1)


async def test_a_source_with_a_key_that_expired_early_gives_the_next(
    serving: FaultServers,
) -> None:
    server = serving([OK, EXPIRED, OK])
    source = Source(OLD, NEW)
    direct = transport(server.url, credentials=source)
    statuses = [(await direct.send("GetItem", GET)).status for _ in range(2)]
    await direct.aclose()
    assert statuses == [200, 200]
    assert signers(server.requests) == [b"OLD", b"OLD", b"NEW"]


async def test_a_wrong_clock_and_an_expired_key_are_both_cured_in_one_call(
    serving: FaultServers, lambda_keys: pytest.MonkeyPatch
) -> None:
    late = refusal("RequestTimeTooSkewed")
    server = serving([OK, Act([http(late, status="400 Bad Request")]), EXPIRED, OK])
    direct = transport(server.url)
    await direct.send("GetItem", GET)
    lambda_keys.setenv("AWS_ACCESS_KEY_ID", "NEW")
    reply = await direct.send("GetItem", GET)
    await direct.aclose()
    assert (reply.status, len(server.requests)) == (200, 4)
    assert signers(server.requests)[-2:] == [b"OLD", b"NEW"]


class Thaw:
    """A transport that has sent one request, and whose clocks are then moved."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.direct = transport(url)
        self._patch = patch

    async def first(self) -> Line:
        await self.direct.send("GetItem", GET)
        [seat] = self.direct._seats
        assert seat.line is not None
        self.line = seat.line
        return self.line

    def goes_on(self, *, wall: float, monotonic: float) -> None:
        """So much time has passed on either clock."""
        for owner in (self.line, self.line.pool):
            for name, seconds in (("_wall", wall), ("_clock", monotonic)):
                clock = getattr(owner, name)
                later = partial(lambda clock, more: clock() + more, clock, seconds)
                self._patch.setattr(owner, name, later)


HOUR = 3600.0


@pytest.mark.parametrize(
    ("wall", "monotonic", "signer", "offset", "connections"),
    [
        pytest.param(900, 0, b"NEW", 0.0, 2, id="its monotonic clock stood still"),
        pytest.param(900, 900, b"NEW", HOUR, 2, id="both clocks went on"),
        pytest.param(0, 900, b"NEW", 0.0, 2, id="its wall clock stood still"),
        pytest.param(10, 10, b"OLD", HOUR, 1, id="it was not frozen for long"),
        pytest.param(-900, 0, b"OLD", HOUR, 1, id="its clock was set back"),
    ],
)
async def test_after_a_freeze_key_and_clock_are_looked_at_again(
    wall: float,
    monotonic: float,
    signer: bytes,
    offset: float,
    connections: int,
    serving: FaultServers,
    lambda_keys: pytest.MonkeyPatch,
) -> None:
    server = serving([OK])
    thaw = Thaw(server.url, lambda_keys)
    line = await thaw.first()
    line._offset = HOUR
    lambda_keys.setenv("AWS_ACCESS_KEY_ID", "NEW")
    thaw.goes_on(wall=wall, monotonic=monotonic)
    await thaw.direct.send("GetItem", GET)
    await thaw.direct.aclose()
    assert signers(server.requests) == [b"OLD", signer]
    assert (line._offset, server.connections) == (offset, connections)


async def test_a_request_over_a_kept_connection_looks_at_nothing_again(
    serving: FaultServers, lambda_keys: pytest.MonkeyPatch
) -> None:
    thaw = Thaw(serving([OK]).url, lambda_keys)
    line = await thaw.first()
    lambda_keys.delattr(line, "_apart")
    lambda_keys.setattr(line._keys, "set_now", None)
    assert (await thaw.direct.send("GetItem", GET)).status == 200
    await thaw.direct.aclose()
