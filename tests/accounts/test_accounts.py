"""Many accounts: which role is assumed, when, with what, and what is shared."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from operator import attrgetter
from typing import Any

import anyio
import pytest
from moto.server import ThreadedMotoServer

from dynamorm_async import (
    AccountConfig,
    Attr,
    ConfigurationError,
    Credentials,
    CredentialsError,
    Model,
    MultiAccountDB,
    UnknownAccountError,
    field,
    partition_key,
)
from dynamorm_async.config import TRANSPORT_NAMES
from tests.accounts.fake_sts import FakeSts, granted, refused, xml
from tests.models import Note
from tests.scripted import ScriptedTransport
from tests.transport.fault_server import Act, FaultServers, checked, http

ROLES = {
    "one": AccountConfig("arn:aws:iam::111111111111:role/reader"),
    "two": AccountConfig("arn:aws:iam::222222222222:role/team/reader"),
}
BASE_KEY = Credentials(access_key_id="local", secret_access_key="local")
NOTE = Note(owner="ann", day="2026-11-22")


@pytest.fixture(scope="module")
def many_accounts() -> Iterator[str]:
    """The URL of a moto that keeps accounts apart, and serves STS too."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def sts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSts]:
    """The STS of this test."""
    fake = FakeSts()
    async with await asyncio.start_server(fake.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{port}")
        yield fake


@pytest.fixture(params=TRANSPORT_NAMES)
async def multi(
    request: pytest.FixtureRequest, endpoint: str, prefix: str
) -> AsyncIterator[MultiAccountDB]:
    """Two accounts, on an engine that does not tell them apart."""
    async with MultiAccountDB(
        ROLES,
        endpoint_url=endpoint,
        region="us-east-1",
        credentials=BASE_KEY,
        table_prefix=prefix,
        transport=request.param,
    ) as accounts:
        await accounts.partner("").ensure_table(Note)
        yield accounts


def described(**settings: Any) -> MultiAccountDB:
    """Two accounts, of which nothing is asked."""
    return MultiAccountDB(ROLES, **{"region": "us-east-1", **settings})


@pytest.mark.parametrize("transport", TRANSPORT_NAMES)
async def test_each_account_has_its_own_tables(
    transport: Any, many_accounts: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", many_accounts)
    async with MultiAccountDB(
        ROLES,
        endpoint_url=many_accounts,
        region="us-east-1",
        credentials=BASE_KEY,
        table_prefix=prefix,
        transport=transport,
    ) as accounts:
        names = ("", "one", "two")
        for name in names:
            await accounts.partner(name).create_table(Note)
        await accounts.partner("two").create(NOTE)
        found = [await accounts.partner(name).get(Note, NOTE) for name in names]
    assert found == [None, None, NOTE]


async def test_many_calls_assume_a_role_once(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    partner = multi.partner("one")
    async with anyio.create_task_group() as calls:
        for _ in range(20):
            calls.start_soon(partner.get, Note, NOTE)
    await partner.get(Note, NOTE)
    assert sts.calls == [
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": "arn:aws:iam::111111111111:role/reader",
            "RoleSessionName": "dynamorm-one",
            "DurationSeconds": "3600",
        }
    ]


async def test_no_key_of_a_role_gets_into_a_log(
    multi: MultiAccountDB, sts: FakeSts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await multi.partner("one").get(Note, NOTE)
    assert len(sts.calls) == 1
    # The log is on, and shows what is asked.
    assert caplog.text.count("OperationModel(name=AssumeRole)") == 1
    assert "a-secret" not in caplog.text


async def test_credentials_that_expire_early_are_renewed_by_the_next_call(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    sts.answer = granted(timedelta(seconds=-5))
    with pytest.raises(CredentialsError, match="account 'one': its credentials had"):
        await multi.partner("one").get(Note, NOTE)
    sts.answer = granted()
    assert await multi.partner("one").get(Note, NOTE) is None
    assert len(sts.calls) == 2


EXPIRED = http(
    b'{"__type": "com.amazon.coral.service#ExpiredTokenException"}',
    status="400 Bad Request",
)


@pytest.fixture
def serving() -> Iterator[FaultServers]:
    """Starts servers that follow scripts."""
    with FaultServers() as servers:
        yield servers


async def test_a_key_that_dynamodb_refuses_before_its_time_is_renewed_once(
    sts: FakeSts, serving: FaultServers
) -> None:
    used = Act([checked(b"{}")])
    engine = serving([used, Act([EXPIRED]), used])
    async with described(credentials=BASE_KEY, endpoint_url=engine.url) as accounts:
        partner = accounts.partner("one")
        found = [await partner.get(Note, NOTE) for _ in range(3)]
    assert (found, len(engine.requests), len(sts.calls)) == ([None] * 3, 4, 2)


PREPARING = """
import sys
from dynamorm_async import AccountConfig, MultiAccountDB
from tests.models import Note

role = AccountConfig("arn:aws:iam::111111111111:role/reader")
multi = MultiAccountDB({"one": role}, region="us-east-1")
before = "aiobotocore" in sys.modules
same = multi.prepared(Note) is multi
is_loaded = "dynamorm_async.transport.sts" in sys.modules
print(before, same, is_loaded, Note in multi.partner("one")._compiler._items)
"""


def test_it_can_be_made_ready_at_module_scope() -> None:
    run = [sys.executable, "-c", PREPARING]
    assert subprocess.check_output(run, text=True) == "False True True True\n"


async def test_an_external_id_and_a_duration_are_sent_where_they_are_given(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    account = AccountConfig(
        "arn:aws-cn:iam::333333333333:role/r",
        external_id="tenant-7",
        session_duration=900,
    )
    multi.add_partner("Zoë & co/" + "x" * 80, account)
    await multi.partner("Zoë & co/" + "x" * 80).get(Note, NOTE)
    assert sts.calls == [
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": "arn:aws-cn:iam::333333333333:role/r",
            "RoleSessionName": "dynamorm-Zo----co-" + "x" * 46,
            "DurationSeconds": "900",
            "ExternalId": "tenant-7",
        }
    ]


async def test_a_refusal_names_the_account_and_no_role(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    sts.answer = refused("AccessDenied")
    with pytest.raises(CredentialsError, match="one") as caught:
        await multi.partner("one").get(Note, NOTE)
    assert str(caught.value) == (
        "account 'one': AssumeRole was refused (AccessDenied); check role_arn and "
        "external_id, the trust policy of the role, and sts:AssumeRole of the base "
        "account"
    )
    assert len(sts.calls) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (refused("Throttling", 400), "was refused \\(Throttling\\)"),
        (xml(200, "<AssumeRoleResponse>"), "holds no credentials"),
        (xml(200, "<html>no STS"), "holds no credentials; check AWS_ENDPOINT_URL"),
        (b"nothing of HTTP\r\n\r\n", "account 'one': the connection broke before"),
    ],
)
async def test_whatever_sts_answers_the_error_is_one_of_credentials(
    sts: FakeSts, answer: bytes, message: str
) -> None:
    sts.answer = answer
    async with described(credentials=BASE_KEY) as accounts:
        with pytest.raises(CredentialsError, match=message):
            await accounts.partner("one").get(Note, NOTE)


async def test_no_sts_at_all_is_an_error_of_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    async with described(credentials=BASE_KEY) as accounts:
        with pytest.raises(CredentialsError, match="account 'one': no connection to"):
            await accounts.partner("one").get(Note, NOTE)


async def test_no_credentials_to_assume_a_role_with_are_said() -> None:
    async with described() as accounts:
        with pytest.raises(CredentialsError, match="account 'one': no AWS credentials"):
            await accounts.partner("one").get(Note, NOTE)


def test_nothing_is_asked_before_it_is_used(sts: FakeSts) -> None:
    accounts = described()
    assert accounts.partner("one") is accounts.partner("one")
    assert accounts.partner("one") is not accounts.partner("two")
    assert accounts.partner("") is accounts.partner("")
    assert sts.calls == []


def test_the_region_of_an_account_goes_before_that_of_the_base() -> None:
    accounts = described()
    there = AccountConfig("arn:aws:iam::333333333333:role/r", region="eu-west-1")
    accounts.add_partner("there", there)
    regions = [accounts.partner(name).config.region for name in ("", "one", "there")]
    assert regions == ["us-east-1", "us-east-1", "eu-west-1"]


class Colour:
    def __init__(self, name: str) -> None:
        self.name = name


class Pencil(Model):
    id: Attr[str] = partition_key()
    colour: Attr[Colour] = field()


def test_a_converter_registered_for_one_account_is_one_of_all() -> None:
    accounts = described()
    asked = [
        accounts.partner(name).model(Pencil).where(Pencil.id == "1")
        for name in ("one", "")
    ]
    accounts.partner("two").register_type_converter(Colour, attrgetter("name"), Colour)
    values = [
        each.filter(Pencil.colour == Colour("red"))
        .compile()
        .expression_attribute_values
        for each in asked
    ]
    assert values == [{":v0": {"S": "1"}, ":v1": {"S": "red"}}] * 2


def test_an_unknown_account_is_an_error_that_names_no_other() -> None:
    with pytest.raises(UnknownAccountError, match="three") as caught:
        described().partner("three")
    assert str(caught.value) == (
        "there is no account 'three'; add it with add_partner()"
    )


async def test_an_account_that_was_removed_is_gone_also_for_who_holds_it(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    held = multi.partner("one")
    await held.get(Note, NOTE)
    await multi.remove_partner("one")
    with pytest.raises(CredentialsError, match=r"^account 'one' was removed$"):
        await held.get(Note, NOTE)
    with pytest.raises(UnknownAccountError, match="'one'"):
        multi.partner("one")
    with pytest.raises(UnknownAccountError, match="'one'"):
        await multi.remove_partner("one")
    await held.aclose()
    multi.add_partner("one", ROLES["two"])
    await multi.partner("one").get(Note, NOTE)
    assert [each["RoleArn"] for each in sts.calls] == [
        ROLES["one"].role_arn,
        ROLES["two"].role_arn,
    ]


async def test_after_closing_twice_it_opens_again(
    multi: MultiAccountDB, sts: FakeSts
) -> None:
    await multi.partner("one").get(Note, NOTE)
    await multi.aclose()
    await multi.aclose()
    assert await multi.partner("one").get(Note, NOTE) is None
    assert len(sts.calls) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"role_arn": "reader"}, "^role_arn: must be the ARN of a role, such as"),
        ({"role_arn": 7}, "^role_arn: must be the ARN of a role"),
        ({"external_id": ""}, "^external_id: must be text of 2 to 1224 letters"),
        ({"external_id": "se cret"}, "^external_id: must be text of 2 to 1224 "),
        ({"session_duration": 899}, "^session_duration=899: must be a whole number"),
        ({"session_duration": 43201}, "^session_duration=43201: must be a whole"),
        ({"session_duration": True}, "^session_duration=True: must be a whole number"),
    ],
)
def test_a_bad_account_is_refused_by_its_setting(
    settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        AccountConfig(**{"role_arn": ROLES["one"].role_arn, **settings})


@pytest.mark.parametrize(
    ("name", "account", "message"),
    [
        ("", ROLES["one"], "a name must be text, and not empty"),
        ("one", ROLES["one"], "there is an account 'one' already; remove it first"),
        ("new", "arn:aws:iam::1:role/r", r"'new' must be an AccountConfig\("),
        (
            "new",
            AccountConfig(ROLES["one"].role_arn, region="eu west"),
            "region='eu west': must be a region",
        ),
    ],
)
def test_what_cannot_be_added_is_refused(name: str, account: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        described().add_partner(name, account)


def test_a_transport_of_ones_own_signs_for_nobody_else() -> None:
    with pytest.raises(ConfigurationError, match=r"^transport: an object of yours"):
        described(transport=ScriptedTransport())


def test_an_account_shows_no_external_id() -> None:
    account = AccountConfig(ROLES["one"].role_arn, external_id="tenant-7")
    assert "tenant-7" not in repr(account)


def test_the_repr_counts() -> None:
    accounts = described()
    accounts.partner("one")
    assert repr(accounts).startswith("<MultiAccountDB of 2 accounts, 1 in use, and <D")
