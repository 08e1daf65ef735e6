"""Where DynamoDB is, by the settings AWS tools know; or why botocore has to say it.

What the environment and `Config` say is read here.  What only a profile says is read
through botocore, which is loaded for that alone.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..config import Config
from ..errors import ConfigurationError
from ..lazily import lazy
from ..urls import Url, taken_apart
from .loading import load

if TYPE_CHECKING:
    from . import troubles
else:
    troubles = lazy(".troubles", __package__)

SUFFIXES = (
    ("cn-", "amazonaws.com.cn"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
)
"""The DNS suffix of each partition, by what its regions begin with."""

COMMON_SUFFIX = "amazonaws.com"

NOT_FOR_US = {
    "account_id_endpoint_mode": "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "ca_bundle": None,
    "endpoint_url": None,
    "ignore_configured_endpoint_urls": None,
    "services": None,
    "use_dualstack_endpoint": "AWS_USE_DUALSTACK_ENDPOINT",
    "use_fips_endpoint": "AWS_USE_FIPS_ENDPOINT",
}
"""Settings of a profile that only botocore resolves, and their variables; those
without one here are resolved here where a variable holds them.
"""

_MENTIONS = ("endpoint", "services", "ca_bundle")
"""What a file with one of these settings must contain."""

_PORTS = {"http": 80, "https": 443}


class Endpoint(NamedTuple):
    """Where requests go, and what they are signed for."""

    url: str
    region: str
    host: str
    port: int
    is_tls: bool

    @property
    def host_header(self) -> str:
        """What requests say and sign as their host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS["https" if self.is_tls else "http"]
        return host if self.port == usual else f"{host}:{self.port}"


class Profile(NamedTuple):
    """What a profile says: its region, and the names of all it sets."""

    region: str
    settings: frozenset[str]


class StepAside(NamedTuple):
    """Why requests must travel through botocore here."""

    reason: str


async def find_endpoint(config: Config) -> Endpoint | StepAside:
    """The endpoint by `config`, the environment, and the profile where it has a say.

    Raises `ConfigurationError` where no region is known, or a setting is none.
    """
    environment = os.environ
    if looks_further(config, environment):
        found = await asyncio.to_thread(endpoint_without_profile, config, environment)
    else:
        found = endpoint_without_profile(config, environment)
    if found is not None:
        return found
    profile: Profile = await (await load("profile")).read_profile(config)
    needs = sorted(NOT_FOR_US.keys() & profile.settings)
    if needs:
        return StepAside(f"the profile sets {', '.join(needs)}")
    return decide(config, environment, profile.region)


def endpoint_without_profile(
    config: Config, environment: Mapping[str, str]
) -> Endpoint | StepAside | None:
    """The endpoint; None where a profile has a say.  Reads files."""
    region = config.region or region_in(environment)
    if region is None or profile_matters(config, environment):
        return None
    return decide(config, environment, region)


def looks_further(config: Config, environment: Mapping[str, str]) -> bool:
    """Whether finding the endpoint may read files or settings of the system.

    Where that is without TLS, as an engine nearby, starting a thread takes longer than
    all of it.
    """
    if not _is_without_tls(config.endpoint_url):
        return True
    return config.use_proxies and may_have_proxy("http", environment)


def _is_without_tls(url: str | None) -> bool:
    return url is not None and url.startswith("http://")


def region_in(environment: Mapping[str, str]) -> str | None:
    """The region that the environment names, if it does."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not region:
        return None
    try:
        return Config(region=region).region
    except ConfigurationError as error:
        raise troubles.no_region() from error


def profile_matters(config: Config, environment: Mapping[str, str]) -> bool:
    """Whether a profile is named, or may say where DynamoDB is, or whom to trust."""
    if config.profile or names_profile(environment):
        return True
    if _is_without_tls(config.endpoint_url):
        return False  # it goes before all others, and shows no certificate
    files = (
        environment.get("AWS_CONFIG_FILE") or "~/.aws/config",
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials",
    )
    return any(_mentions_endpoint(each) for each in files)


def names_profile(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a profile."""
    return bool(
        environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE")
    )


def _mentions_endpoint(path: str) -> bool:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            text = file.read()
    except UnicodeDecodeError:
        return True  # botocore will say what it makes of it
    except OSError:  # there is none
        return False
    return any(word in text for word in _MENTIONS)


def decide(
    config: Config, environment: Mapping[str, str], region: str
) -> Endpoint | StepAside:
    """The endpoint by what `config` and the environment say.  Pure but for a proxy."""
    for name, variable in NOT_FOR_US.items():
        if variable and environment.get(variable, "").lower() in {"true", "required"}:
            return StepAside(f"{variable} asks for {name}")
    url = config.endpoint_url or endpoint_in(environment) or regional_url(region)
    parts = taken_apart(url)
    if parts.more or not url.isascii():
        return StepAside("the endpoint is more than a host and a port")
    if config.use_proxies and has_proxy(parts, environment):
        return StepAside(f"a proxy stands between here and {parts.host}")
    return Endpoint(
        url=url.rstrip("/"),
        region=region,
        host=parts.host,
        port=parts.port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "https",
    )


def endpoint_in(environment: Mapping[str, str]) -> str | None:
    """The endpoint that the environment names, if it does."""
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    url = environment.get("AWS_ENDPOINT_URL_DYNAMODB")
    url = url or environment.get("AWS_ENDPOINT_URL")
    if not url:
        return None
    try:
        return Config(endpoint_url=url).endpoint_url
    except ConfigurationError as error:
        raise troubles.bad_endpoint() from error


def regional_url(region: str) -> str:
    """Where DynamoDB is in a region."""
    if region == "local":  # as AWS's endpoint rules have it
        return "http://localhost:8000"
    suffixes = (suffix for start, suffix in SUFFIXES if region.startswith(start))
    return f"https://dynamodb.{region}.{next(suffixes, COMMON_SUFFIX)}"


def may_have_proxy(scheme: str, environment: Mapping[str, str]) -> bool:
    """Whether the environment names a proxy, or the system has settings of its own."""
    wanted = f"{scheme}_proxy"
    is_set = any(name.lower() == wanted for name, value in environment.items() if value)
    return is_set or sys.platform in {"darwin", "win32"}


def has_proxy(url: Url, environment: Mapping[str, str]) -> bool:
    """Whether botocore would use a proxy for this URL."""
    if not may_have_proxy(url.scheme, environment):
        return False
    # Loads half of the standard library's HTTP, so only where there may be a proxy.
    from urllib.request import getproxies, proxy_bypass

    def bypasses(netloc: str) -> Any:
        try:
            return proxy_bypass(netloc)
        except (OSError, TypeError):
            return False

    return url.scheme in getproxies() and not bypasses(url.netloc)
