"""Where the key for signing comes from: `Config`, the environment, or AWS's chain."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..config import Config, Credentials, CredentialsSource
from ..errors import CredentialsError
from ..lazily import lazy
from .loading import load

if TYPE_CHECKING:
    from . import troubles
else:
    troubles = lazy(".troubles", __package__)


class Keys(Protocol):
    """A source of keys."""

    def at_hand(self) -> Credentials | None:
        """The key to sign with now; None: it has to be fetched."""
        ...

    async def fetch(self, doing: str, /) -> Credentials:
        """The key, once it is there.  Raises `CredentialsError` where it cannot be."""
        ...


class FixedKey(NamedTuple):
    """A key that does not change."""

    key: Credentials

    def at_hand(self) -> Credentials:
        """The key."""
        return self.key

    async def fetch(self, _doing: str, /) -> Credentials:
        """The key."""
        return self.key


class SourcedKeys(NamedTuple):
    """Keys from a source, which is asked before every request."""

    source: CredentialsSource

    def at_hand(self) -> None:
        """Only the source knows whether its key is still good."""

    async def fetch(self, doing: str, /) -> Credentials:
        """The key of the source."""
        return sendable(await self.source.credentials(), doing)


async def find_keys(config: Config, doing: str) -> Keys:
    """The source of keys that AWS tools would use with this configuration."""
    if isinstance(config.credentials, CredentialsSource):
        return SourcedKeys(config.credentials)
    fixed = fixed_key(config, doing)
    if fixed is not None:
        return fixed
    keys: Keys = (await load("chain")).ChainOfKeys(config)
    return keys


def fixed_key(config: Config, doing: str) -> FixedKey | None:
    """The key that configuration or environment hold for good, if they hold one."""
    key = config.credentials
    if key is None and config.profile is None:  # one that is named goes first
        key = key_in(os.environ, doing)
    return FixedKey(sendable(key, doing)) if isinstance(key, Credentials) else None


def key_in(environment: Mapping[str, str], doing: str) -> Credentials | None:
    """The key that the environment holds for good, if it holds one."""
    access_key_id = environment.get("AWS_ACCESS_KEY_ID")
    if not access_key_id or environment.get("AWS_CREDENTIAL_EXPIRATION"):
        return None
    secret = environment.get("AWS_SECRET_ACCESS_KEY")
    if not secret:
        raise troubles.half_credentials(doing, "env", "AWS_SECRET_ACCESS_KEY")
    token = environment.get("AWS_SECURITY_TOKEN") or environment.get(
        "AWS_SESSION_TOKEN"
    )
    return Credentials(
        access_key_id=access_key_id,
        secret_access_key=secret,
        session_token=token or None,
    )


def sendable(key: Credentials, doing: str) -> Credentials:
    """The key without the line end that files like to add.

    Raises `CredentialsError` for one that no header can hold.
    """
    token = key.session_token
    access_key_id = _header(key.access_key_id, "access_key_id", doing)
    secret = key.secret_access_key.strip()
    session_token = None if token is None else _header(token, "session_token", doing)
    found = (access_key_id, secret, session_token)
    if found == (key.access_key_id, key.secret_access_key, token):
        return key
    return Credentials(
        access_key_id=access_key_id,
        secret_access_key=secret,
        session_token=session_token,
    )


def _header(value: str, name: str, doing: str) -> str:
    value = value.strip()
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise CredentialsError(f"{doing}: {name} has characters that no key has")
    return value
