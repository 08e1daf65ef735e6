"""The keys of a role: fetched when they are needed, kept while they are good."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
from msgspec import Struct

from ..config import Credentials, now
from ..errors import CredentialsError
from .loops import PerLoop

logger = logging.getLogger("dynamorm_async")

LONGEST_MARGIN = timedelta(minutes=5)
"""How long before they expire keys are renewed, at most."""

SHARE_OF_LIFE = 4
"""Keys that live for a short time are renewed in the last quarter of it."""

PAUSE_AFTER_FAILURE = timedelta(seconds=30)
"""How long keys that are still good are used before renewing them is tried again."""


class TemporaryKey(Struct, frozen=True):
    """A key and when it ends."""

    key: Credentials
    expires_at: datetime


Fetch = Callable[[], Awaitable[TemporaryKey]]
"""Fetches a key; raises `CredentialsError` where it gets none."""


class RoleCredentials:
    """A `CredentialsSource` that renews its key when it is asked for one.

    No timer runs: a process that was frozen looks at the wall clock when it goes on.
    Callers that need a new key at the same time wait for one fetch, and share its
    failure.  While the old key is good, a failure to renew it is no error.
    """

    def __init__(
        self, name: str, fetch: Fetch, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._clock = clock
        self._locks = PerLoop(anyio.Lock)
        self._held: TemporaryKey | None = None
        self._renew_at = clock()
        self._attempts = 0
        self._failure: CredentialsError | None = None
        self._is_retired = False

    async def credentials(self) -> Credentials:
        """The key to sign the next request with; raises `CredentialsError`."""
        key = self._good_key()
        if key is not None and self._clock() < self._renew_at:
            return key
        seen = self._attempts
        async with self._locks.here():
            # Else somebody tried while this one waited.
            if self._attempts == seen and not self._is_retired:
                await self._renew()
        key = self._good_key()
        if key is None:
            raise self._error()
        return key

    def forget(self, key: Credentials, /) -> None:
        """Hand out this key no more: the service has refused it before its time."""
        if self._held is not None and self._held.key == key:
            self._held = None

    def retire(self) -> None:
        """Hand out no key any more."""
        self._is_retired = True

    def _good_key(self) -> Credentials | None:
        held = self._held
        if held is None or self._is_retired or self._clock() >= held.expires_at:
            return None
        return held.key

    def _error(self) -> CredentialsError:
        if self._is_retired:
            return CredentialsError(f"{self._name} was removed")
        # A new one for each caller: a traceback belongs to one task.
        error = CredentialsError(str(self._failure))
        error.__cause__ = self._failure
        return error

    async def _renew(self) -> None:
        try:
            held = await self._fetch()
        except CredentialsError as error:
            self._has_failed(error)
        else:
            self._take(held)
        self._attempts += 1

    def _take(self, held: TemporaryKey) -> None:
        life = held.expires_at - self._clock()
        if life <= timedelta(0):
            self._has_failed(
                CredentialsError(
                    f"{self._name}: its credentials had expired when they came; check "
                    "the clock of this machine"
                )
            )
            return
        self._held, self._failure = held, None
        margin = min(LONGEST_MARGIN, life / SHARE_OF_LIFE)
        self._renew_at = held.expires_at - margin
        logger.debug("%s: new credentials until %s", self._name, held.expires_at)

    def _has_failed(self, error: CredentialsError) -> None:
        self._failure = error
        self._renew_at = self._clock() + PAUSE_AFTER_FAILURE
        if self._good_key():
            logger.warning("%s: still on its old credentials: %s", self._name, error)

    def __repr__(self) -> str:
        if self._is_retired:
            state = "removed"
        elif self._held is None:
            state = "no key yet"
        else:
            state = f"a key until {self._held.expires_at:%Y-%m-%d %H:%M:%S}"
        return f"<RoleCredentials of {self._name}, {state}>"
