"""Keys from aiobotocore's chain, fetched before they expire.  Loads aiobotocore."""

import time
from collections.abc import Callable
from typing import Any

from anyio import Lock
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from ..config import Config, Credentials
from ..errors import ConfigurationError, CredentialsError
from .credentials import sendable
from .failures import failure_of, refused_credentials
from .session import create_session, find_credentials, prepare_session
from .troubles import no_credentials

SECONDS_BETWEEN_LOOKS = 10.0
"""How long a key that can expire is used before the chain is asked for it again.

The chain answers at once unless it is time to refresh: some minutes before the end.
"""

LAST_SECONDS = 60.0
"""A key with less to live than this is not used while another is being fetched."""


class _Looked(Struct, frozen=True):
    """A key, and when the chain gave it, on the monotonic and on the wall clock."""

    key: Credentials
    at: float
    at_wall: float


class ChainOfKeys:
    """The credentials that aiobotocore finds here, for one event loop.

    However many callers wait for a new key, one of them asks for it; all of them get
    the key, or the error.
    """

    def __init__(
        self,
        config: Config,
        *,
        find: Callable[[Config], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._find = find or _find
        self._clock = clock
        self._wall = wall
        self._lock = Lock()
        self._source: Any = None
        self._looked: _Looked | None = None
        self._failure: CredentialsError | ConfigurationError | None = None
        self._fetches = 0

    def at_hand(self) -> Credentials | None:
        """The key, if it was looked at lately or somebody is about to renew it."""
        looked = self._looked
        if looked is None:
            return None
        age = max(self._clock() - looked.at, self._wall() - looked.at_wall)
        if age <= SECONDS_BETWEEN_LOOKS or not self._can_expire():
            return looked.key
        is_renewed = self._lock.statistics().locked
        return looked.key if is_renewed and not self._expires_soon() else None

    async def fetch(self, doing: str) -> Credentials:
        """The key, renewed where that is due.

        Raises `CredentialsError` where there is none, and `ConfigurationError` for a
        profile that is not there.
        """
        fetches = self._fetches
        async with self._lock:
            if self._fetches == fetches:
                await self._ask(doing)
        if self._failure is not None:
            raise type(self._failure)(str(self._failure)) from self._failure
        assert self._looked is not None
        return self._looked.key

    async def _ask(self, doing: str) -> None:
        """Ask the chain once; what comes of it is for all who are waiting."""
        try:
            key = await self._ask_chain(doing)
        except (CredentialsError, ConfigurationError) as error:
            self._failure = error
        else:
            self._failure = None
            self._looked = _Looked(key, self._clock(), self._wall())
        self._fetches += 1

    async def _ask_chain(self, doing: str) -> Credentials:
        try:
            if self._source is None:
                self._source = await self._find(self._config)
            if self._source is None:
                raise no_credentials(doing)
            frozen_key = await self._source.get_frozen_credentials()
        except ClientError as error:
            raise refused_credentials(doing, error) from error
        except BotoCoreError as error:
            failure = failure_of(error, doing)
            if isinstance(failure, CredentialsError | ConfigurationError):
                raise failure from failure.__cause__
            raise CredentialsError(str(failure)) from error
        except RuntimeError as error:  # refreshed, and still expired
            raise _lost(doing, error) from error
        return sendable(
            Credentials(
                access_key_id=frozen_key.access_key,
                secret_access_key=frozen_key.secret_key,
                session_token=frozen_key.token or None,
            ),
            doing,
        )

    def _can_expire(self) -> bool:
        return hasattr(self._source, "refresh_needed")

    def _expires_soon(self) -> bool:
        return bool(self._source.refresh_needed(LAST_SECONDS))

    def __repr__(self) -> str:
        state = "no key yet" if self._looked is None else "a key at hand"
        return f"<ChainOfKeys, {state}, asked {self._fetches} times>"


def _lost(doing: str, error: Exception) -> CredentialsError:
    return CredentialsError(
        f"{doing}: AWS credentials could not be had ({type(error).__name__}); check "
        "credentials, profile, AWS_PROFILE, or the role this runs in"
    )


async def _find(config: Config) -> Any:
    return await find_credentials(await create_session(config))


def prepare(config: Config) -> None:
    """Read what looking for a key will need; it may block, and asks nobody yet."""
    prepare_session(config)
