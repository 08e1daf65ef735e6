"""Sessions and clients of aiobotocore, made without blocking the event loop.

A session reads the config files, a client the model of its service: some 150 ms of
files and JSON, which happen in a thread.
"""

import os
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from anyio import to_thread
from botocore.exceptions import BotoCoreError, UnknownCredentialError
from botocore.loaders import Loader, create_loader

from ..config import Config, Credentials, CredentialsSource
from ..errors import ConfigurationError
from .sourced import SourceAlone

_SHARED_FILES = ("partitions", "endpoints", "sdk-default-configuration", "_retry")
_SERVICE_FILES = ("service-2", "endpoint-rule-set-1")
_SERVICES_OF_CREDENTIALS = {
    "assume-role": ("sts",),
    "assume-role-with-web-identity": ("sts",),
    "login": ("signin",),
    "sso": ("sso", "sso-oidc"),
}
"""The services that credentials are fetched from, by the way they were found."""

_PROVIDERS_READING_FILES = ("shared-credentials-file", "config-file", "boto-config")


async def create_session(config: Config) -> AioSession:
    """A session with the region and profile of `config`.

    Raises `ConfigurationError` where no region is known, and botocore's errors for a
    profile or a config file that is not there.
    """
    create = partial(_create_session, config)
    return await to_thread.run_sync(create, abandon_on_cancel=True)


async def create_client(session: AioSession, service: str, config: Config) -> Any:
    """A client of `service`, which validates nothing itself.

    That of DynamoDB retries nothing itself either; a call to another service is sent up
    to three times, as botocore does.
    `endpoint_url` is DynamoDB's, so other services are found as AWS tools find them.
    """
    if config.credentials is None:
        await find_credentials(session)
    await _prepare(session, (service,))
    own = config.endpoint_url if service == "dynamodb" else None
    creator = session.create_client(
        service,
        endpoint_url=own,
        config=_client_config(config, service),
        **_key_of(config),
    )
    return await creator.__aenter__()


def prepare_client(config: Config, service: str) -> None:
    """Make creating a client of `service` cheap; it may block.

    What is wrong with the settings is left for `create_session` to raise.
    """
    _prepare_quietly(config, (service,))


def prepare_session(config: Config) -> None:
    """Make creating a session cheap; it may block.  Raises nothing either."""
    _prepare_quietly(config, ())


def _prepare_quietly(config: Config, services: Sequence[str]) -> None:
    with suppress(BotoCoreError, ConfigurationError):
        _read_services(_create_session(config), services)


async def find_credentials(session: AioSession) -> Any:
    """The first credentials of the chain, or None; it remembers which they are."""
    found = await session.get_credentials()
    services = _SERVICES_OF_CREDENTIALS.get(getattr(found, "method", ""), ())
    await _prepare(session, services)
    return found


async def _prepare(session: AioSession, services: Sequence[str]) -> None:
    """Make creating clients of these services cheap."""
    read = partial(_read_services, session, services)
    await to_thread.run_sync(read, abandon_on_cancel=True)


def _create_session(config: Config) -> AioSession:
    session = AioSession(profile=config.profile)
    path: Any = session.get_config_variable("data_path")
    session.register_component("data_loader", _loader(path))
    # AWS's other SDKs and the Lambda runtime say AWS_REGION; botocore does not read it.
    region = config.region or os.environ.get("AWS_REGION")
    region = region or session.get_config_variable("region")
    if not region:
        raise ConfigurationError(
            "region: none is set; give region='eu-west-1', or set AWS_REGION or the "
            "region of the profile"
        )
    # Clients that only fetch credentials are then in this region too.
    session.set_config_variable("region", region)
    if isinstance(config.credentials, CredentialsSource):
        source = SourceAlone(config.credentials)
        session.register_component("credential_provider", source)
    else:
        _move_file_readers(session.get_component("credential_provider"))
    return session


@lru_cache(maxsize=4)
def _loader(search_path: str | None) -> Loader:
    """Reads each model once per process: a client of another account is then cheap."""
    return create_loader(search_path)


def _read_services(session: AioSession, services: Sequence[str]) -> None:
    """Fill the caches that creating a client reads from."""
    loader = session.get_component("data_loader")
    for name in _SHARED_FILES:
        loader.load_data_with_path(name)
    versions: Any = session.get_config_variable("api_versions")
    for service in services:
        for kind in _SERVICE_FILES:
            loader.load_service_model(service, kind, api_version=versions.get(service))


def _client_config(config: Config, service: str) -> AioConfig:
    attempts = 1 if service == "dynamodb" else 3
    return AioConfig(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        max_pool_connections=config.max_connections,
        parameter_validation=False,
        proxies=None if config.use_proxies else {},
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )


def _key_of(config: Config) -> dict[str, str | None]:
    key = config.credentials
    if not isinstance(key, Credentials):
        return {}
    return {
        "aws_access_key_id": key.access_key_id,
        "aws_secret_access_key": key.secret_access_key,
        "aws_session_token": key.session_token,
    }


def _move_file_readers(chain: Any) -> None:
    """Let the links of the credentials chain that read files do so in a thread."""
    for name in _PROVIDERS_READING_FILES:
        try:
            provider = chain.get_provider(name)
        except UnknownCredentialError:
            continue
        chain.insert_before(name, _InThread(provider))
        chain.providers.remove(provider)


class _InThread:
    """A link of the credentials chain whose `load` is async in name only."""

    def __init__(self, provider: Any) -> None:
        self.METHOD = provider.METHOD  # the name botocore gives it
        self.CANONICAL_NAME = provider.CANONICAL_NAME
        self._provider = provider

    async def load(self) -> Any:
        return await to_thread.run_sync(
            lambda: _finish(self._provider.load()), abandon_on_cancel=True
        )


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value
    coroutine.close()
    raise RuntimeError("a credentials provider that reads files had to wait")
