"""The keys of a line: kept as long as they are good, and looked for again if not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

from ..config import Config, Credentials
from ..errors import ConfigurationError, CredentialsError
from ..wire import Reply
from .credentials import FixedKey, Keys, SourcedKeys, find_keys, fixed_key

SECONDS_BETWEEN_SEARCHES = 5.0
"""A key that is refused for good is not looked for with every request."""

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException"})
_UNKNOWN = frozenset({"InvalidClientTokenId", "UnrecognizedClientException"})
"""What is also said of a temporary key some time after it has expired."""

Find = Callable[[Config, str], Awaitable[Keys]]


@runtime_checkable
class Forgetful(Protocol):
    """A source of keys that takes the service's word for it that one is no good."""

    def forget(self, key: Credentials, /) -> None:
        """Hand out this key no more."""
        ...


def is_refused(key: Credentials, reply: Reply) -> bool:
    """Whether this reply refuses the key itself, and another one may do."""
    code = str(reply.body.get("__type", "")).rpartition("#")[2]
    return code in _EXPIRED or (code in _UNKNOWN and key.session_token is not None)


class KeyRing:
    """Keys, and where to look for others."""

    at_hand: Callable[[], Credentials | None]
    """The key to sign with now; None: it has to be fetched.

    It is that of the keys themselves, for a method here would cost every request.
    """

    def __init__(
        self,
        config: Config,
        keys: Keys,
        *,
        find: Find = find_keys,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._find = find
        self._clock = clock
        self._lock = asyncio.Lock()
        self._searched_at = -SECONDS_BETWEEN_SEARCHES
        self._hold(keys)

    def _hold(self, keys: Keys) -> None:
        self._keys = keys
        self.at_hand = keys.at_hand

    async def fetch(self, doing: str) -> Credentials:
        """The key, once it is there.  Raises `CredentialsError` where it cannot be."""
        return await self._keys.fetch(doing)

    def set_now(self, doing: str) -> Credentials | None:
        """The key that configuration or environment hold now, from now on that of all.

        None where keys come from a source, which renews them itself.
        """
        if not isinstance(self._keys, FixedKey):
            return None
        # Nothing that is set now, or half a key, is no reason to drop one that works.
        try:
            found = fixed_key(self._config, doing)
        except CredentialsError:
            found = None
        if found is not None and found != self._keys:
            self._hold(found)
        return self.at_hand()

    async def other_than(self, refused: Credentials, doing: str) -> bool:
        """Whether there is another key than the one that was refused.

        One of many callers looks for it.
        """
        try:
            async with self._lock:
                found = await self._current(doing)
                if found == refused:
                    await self._search(refused, doing)
                    found = await self._current(doing)
        except (CredentialsError, ConfigurationError):
            # What the service said of the key tells its caller more.
            return False
        return found != refused

    async def _current(self, doing: str) -> Credentials:
        return self.at_hand() or await self._keys.fetch(doing)

    async def _search(self, refused: Credentials, doing: str) -> None:
        now = self._clock()
        if now - self._searched_at < SECONDS_BETWEEN_SEARCHES:
            return
        self._searched_at = now
        if not isinstance(self._keys, SourcedKeys):
            self._hold(await self._find(self._config, doing))
        elif isinstance(self._keys.source, Forgetful):
            self._keys.source.forget(refused)

    def __repr__(self) -> str:
        return f"<KeyRing of {type(self._keys).__name__}>"
