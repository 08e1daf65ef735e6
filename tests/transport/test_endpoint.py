"""Where DynamoDB is, by settings; and when botocore has to say it."""

from pathlib import Path

import pytest
from botocore.session import Session

from dynamorm_async.config import Config
from dynamorm_async.errors import ConfigurationError
from dynamorm_async.transport.endpoint import (
    Endpoint,
    StepAside,
    decide,
    find_endpoint,
    profile_matters,
    region_in,
    regional_url,
)

HERE = "http://localhost:8000"


@pytest.mark.parametrize(
    ("environment", "setting", "url"),
    [
        ({}, None, "https://dynamodb.eu-west-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": HERE}, None, HERE),
        ({"AWS_ENDPOINT_URL": f"{HERE}/"}, None, HERE),
        (
            {"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_DYNAMODB": HERE},
            None,
            HERE,
        ),
        ({"AWS_ENDPOINT_URL": "http://x"}, HERE, HERE),
        (
            {"AWS_ENDPOINT_URL": HERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            None,
            "https://dynamodb.eu-west-1.amazonaws.com",
        ),
        ({"AWS_USE_FIPS_ENDPOINT": "false"}, HERE, HERE),
        ({"https_proxy": "http://proxy"}, HERE, HERE),
        ({"AWS_ACCOUNT_ID_ENDPOINT_MODE": "preferred"}, HERE, HERE),
    ],
)
def test_the_endpoint_is_found_as_aws_tools_find_it(
    environment: dict[str, str], setting: str | None, url: str
) -> None:
    found = decide(Config(endpoint_url=setting), environment, "eu-west-1")
    assert isinstance(found, Endpoint)
    assert (found.url, found.region) == (url, "eu-west-1")


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("http://localhost:8000", ("localhost", 8000, False, "localhost:8000")),
        ("http://LocalHost", ("localhost", 80, False, "localhost")),
        ("https://db.test/", ("db.test", 443, True, "db.test")),
        ("https://db.test:443", ("db.test", 443, True, "db.test")),
        ("https://db.test:80", ("db.test", 80, True, "db.test:80")),
        ("http://[::1]:8000", ("::1", 8000, False, "[::1]:8000")),
    ],
)
def test_an_endpoint_has_the_host_that_is_signed(
    url: str, facts: tuple[str, int, bool, str]
) -> None:
    found = decide(Config(endpoint_url=url), {}, "eu-west-1")
    assert isinstance(found, Endpoint)
    assert (found.host, found.port, found.is_tls, found.host_header) == facts


@pytest.mark.parametrize(
    ("environment", "url", "reason"),
    [
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, None, "AWS_USE_FIPS_ENDPOINT asks for"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "True"}, None, "AWS_USE_DUALSTACK_ENDPOINT"),
        ({"AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"}, None, "AWS_ACCOUNT_ID"),
        ({}, "http://localhost/db", "the endpoint is more than a host and a port"),
        ({}, "http://localhost?db=1", "the endpoint is more than a host and a port"),
        ({}, "http://münchen", "the endpoint is more than a host and a port"),
    ],
)
def test_some_settings_are_left_to_botocore(
    environment: dict[str, str], url: str | None, reason: str
) -> None:
    found = decide(Config(endpoint_url=url), environment, "eu-west-1")
    assert isinstance(found, StepAside)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("variables", "url", "has_proxy"),
    [
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://db.test", True),
        ({"https_proxy": "http://proxy:3128"}, "https://db.test", True),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://db.test", False),
        ({"http_proxy": "http://proxy:3128"}, "http://db.test", True),
        ({"https_proxy": "http://p", "no_proxy": "db.test"}, "https://db.test", False),
        ({"https_proxy": "http://p", "NO_PROXY": ".test"}, "https://db.test", False),
        ({"https_proxy": "http://p", "no_proxy": "*"}, "https://db.test", False),
        ({"https_proxy": "http://p", "no_proxy": "other"}, "https://db.test", True),
        ({"https_proxy": ""}, "https://db.test", False),
    ],
)
def test_a_proxy_is_left_to_botocore(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    url: str,
    has_proxy: bool,
) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = decide(Config(endpoint_url=url), variables, "eu-west-1")
    aside = StepAside("a proxy stands between here and db.test")
    assert (found == aside) is has_proxy


def test_each_region_is_where_botocore_says() -> None:
    session = Session()
    client = {
        region: session.create_client(
            "dynamodb",
            region_name=region,
            aws_access_key_id="a",
            aws_secret_access_key="b",
        )
        for region in [
            *session.get_available_regions("dynamodb"),
            *session.get_available_regions("dynamodb", "aws-cn"),
            *session.get_available_regions("dynamodb", "aws-us-gov"),
            *session.get_available_regions("dynamodb", "aws-iso"),
            *session.get_available_regions("dynamodb", "aws-iso-b"),
            *session.get_available_regions("dynamodb", "aws-iso-e"),
            *session.get_available_regions("dynamodb", "aws-iso-f"),
            *session.get_available_regions("dynamodb", "aws-eusc"),
        ]
    }
    said = {region: each.meta.endpoint_url for region, each in client.items()}
    assert {region: regional_url(region) for region in said} == said


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({}, None),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
    ],
)
def test_the_region_is_found_in_the_environment(
    environment: dict[str, str], region: str | None
) -> None:
    assert region_in(environment) == region


def test_a_bad_region_of_the_environment_is_said() -> None:
    with pytest.raises(ConfigurationError, match=r"region: none .* or set AWS_REGION"):
        region_in({"AWS_REGION": "eu west"})


def test_a_bad_endpoint_of_the_environment_is_said() -> None:
    with pytest.raises(ConfigurationError, match="endpoint_url: that of AWS_ENDPOINT"):
        decide(Config(), {"AWS_ENDPOINT_URL": "no url"}, "eu-west-1")


async def test_no_region_is_said() -> None:
    with pytest.raises(ConfigurationError, match=r"region: none is set; .*AWS_REGION"):
        await find_endpoint(Config())


@pytest.mark.parametrize(
    ("config", "environment", "text", "matters"),
    [
        (Config(), {}, "[default]\nregion = eu-west-1\n", False),
        (Config(), {}, "[default]\nendpoint_url = http://x\n", True),
        (Config(), {}, "[default]\nservices = mine\n", True),
        (Config(), {}, "[default]\nuse_fips_endpoint = true\n", True),
        (Config(profile="dev"), {}, "", True),
        (Config(), {"AWS_PROFILE": "dev"}, "", True),
        (Config(), {"AWS_DEFAULT_PROFILE": "dev"}, "", True),
        (Config(endpoint_url=HERE), {}, "[default]\nendpoint_url = http://x\n", False),
        (Config(endpoint_url="https://x"), {}, "[default]\nca_bundle = x\n", True),
        (Config(endpoint_url=HERE), {"AWS_PROFILE": "dev"}, "", True),
        # A profile may say that this variable is to be ignored.
        (
            Config(),
            {"AWS_ENDPOINT_URL": HERE},
            "[default]\nignore_configured_endpoint_urls = true\n",
            True,
        ),
    ],
)
def test_a_profile_is_asked_only_where_it_has_a_say(
    tmp_path: Path,
    config: Config,
    environment: dict[str, str],
    text: str,
    matters: bool,
) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    none = str(tmp_path / "none")
    files = {"AWS_CONFIG_FILE": str(file), "AWS_SHARED_CREDENTIALS_FILE": none}
    assert profile_matters(config, environment | files) is matters


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two profiles in a config file."""
    file = tmp_path / "config"
    file.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))


CONFIG = """
[profile near]
region = eu-west-3
[profile far]
region = eu-west-3
endpoint_url = http://far
use_dualstack_endpoint = true
"""


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        (
            "near",
            Endpoint(
                url="https://dynamodb.eu-west-3.amazonaws.com",
                region="eu-west-3",
                host="dynamodb.eu-west-3.amazonaws.com",
                port=443,
                is_tls=True,
            ),
        ),
        (
            "far",
            StepAside("the profile sets endpoint_url, use_dualstack_endpoint"),
        ),
    ],
)
@pytest.mark.usefixtures("profiles")
async def test_a_profile_says_the_region_and_what_needs_botocore(
    profile: str, found: Endpoint | StepAside
) -> None:
    assert await find_endpoint(Config(profile=profile)) == found


async def test_a_profile_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match="profile='nobody': the AWS config"):
        await find_endpoint(Config(profile="nobody", region="eu-west-1"))
