"""Settings: what they default to, and that each bad one is refused by its name."""

from datetime import UTC
from typing import Any

import pytest

from dynamorm_async.config import Config, Credentials, RetryPolicy
from dynamorm_async.errors import ConfigurationError
from tests.scripted import ScriptedTransport

KEY = Credentials(
    access_key_id="AKIAIOSFODNN7EXAMPLE",
    secret_access_key="very-secret",
    session_token="also-secret",
)


def test_nothing_needs_to_be_set() -> None:
    config = Config()
    assert (config.region, config.endpoint_url, config.transport) == (None, None, None)
    assert (config.connect_timeout, config.read_timeout, config.timeout) == (
        5,
        30,
        None,
    )
    assert config.retry == RetryPolicy(
        attempts=10,
        base=0.025,
        longest=5.0,
        quota=500,
        retry_cost=5,
        timeout_cost=10,
        gain=1,
    )
    assert config.clock().tzinfo is UTC


def test_overrides_are_set_on_a_copy() -> None:
    first = Config(region="eu-west-1", timeout=3)
    second = Config.of(first, timeout=None, table_prefix="dev-")
    assert first == Config(region="eu-west-1", timeout=3)
    assert second == Config(region="eu-west-1", table_prefix="dev-")
    assert Config.of(region="eu-west-1") == Config(region="eu-west-1")


def test_a_configuration_shows_no_secret() -> None:
    text = repr(Config(credentials=KEY, cursor_secret="hush", region="eu-west-1"))
    assert "Credentials(access_key_id='...MPLE')" in text
    assert "secret" not in text.replace("cursor_secret", "")
    assert "hush" not in text


def test_rich_shows_of_a_key_what_its_repr_does() -> None:
    # rich asks the struct itself, which would tell all.
    assert KEY.__rich_repr__() == [("access_key_id", "'...MPLE'")]


def test_a_short_key_id_is_not_shown_at_all() -> None:
    key = Credentials(access_key_id="local", secret_access_key="local")
    assert repr(key) == "Credentials(access_key_id='...')"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"region": "eu west"}, r"region='eu west': must be a region such as"),
        ({"region": ""}, r"region='': must be a region such as"),
        ({"region": 1}, r"region=1: must be a region such as"),
        ({"endpoint_url": "localhost:8000"}, r"endpoint_url: must be a URL such as"),
        ({"endpoint_url": "http://"}, r"endpoint_url: must be a URL such as"),
        ({"endpoint_url": "http://h:99999"}, r"endpoint_url: must be a URL such as"),
        ({"endpoint_url": 8000}, r"endpoint_url: must be a URL such as"),
        ({"profile": " "}, r"profile=' ': must be the name of a profile"),
        ({"credentials": "AKIA"}, r"credentials: must be Credentials\(access_key_id"),
        ({"transport": "pigeon"}, r"transport='pigeon': must be one of"),
        ({"transport": 7}, r"transport=7: must be one of"),
        ({"table_prefix": "a b"}, r"table_prefix='a b': must be text of letters"),
        ({"max_connections": 0}, r"max_connections=0: must be a whole number, 1 or"),
        ({"max_connections": 1.5}, r"max_connections=1.5: must be a whole number"),
        ({"max_connections": True}, r"max_connections=True: must be a whole number"),
        ({"connect_timeout": 0}, r"connect_timeout=0: must be a positive number of"),
        ({"read_timeout": -1}, r"read_timeout=-1: must be a positive number of sec"),
        ({"read_timeout": None}, r"read_timeout=None: must be a positive number of"),
        ({"timeout": float("nan")}, r"timeout=nan: must be a positive number of sec"),
        ({"timeout": float("inf")}, r"timeout=inf: must be a positive number of sec"),
        ({"timeout": "3"}, r"timeout='3': must be a positive number of seconds"),
        ({"retry": 3}, r"retry=3: must be a RetryPolicy\(\.\.\.\)"),
        ({"cursor_secret": b""}, r"^cursor_secret: must be bytes or text, not empty"),
        ({"clock": 5}, r"clock=5: must be a function that returns the time"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(
    setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Config(**setting)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"attempts": 0}, r"attempts=0: must be a whole number, 1 or more"),
        ({"base": -0.1}, r"base=-0.1: must be a number of seconds, 0 or more"),
        ({"longest": None}, r"longest=None: must be a number of seconds, 0 or more"),
        ({"quota": -1}, r"quota=-1: must be a whole number, 0 or more"),
        ({"gain": 0.5}, r"gain=0.5: must be a whole number, 0 or more"),
    ],
)
def test_a_bad_retry_setting_is_refused_by_its_name(
    setting: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        RetryPolicy(**setting)


def test_a_password_in_an_endpoint_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match="without user name") as caught:
        Config(endpoint_url="http://ann:hush@localhost")
    assert "hush" not in str(caught.value)


def test_a_bad_secret_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match=r"^secret_access_key: must be"):
        Credentials(access_key_id="a", secret_access_key=b"hush")  # type: ignore[arg-type] # the mistake under test


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "regoin",
            r"there is no setting 'regoin'; did you mean 'region'\? The settings",
        ),
        ("xyz", r"there is no setting 'xyz'\. The settings are region, endpoint_url,"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest(
    name: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Config.of(None, **{name: 1})


def test_a_transport_of_ones_own_is_taken() -> None:
    transport = ScriptedTransport()
    assert Config(transport=transport).transport is transport
