"""Data keys of KMS, asked for through aiobotocore, which loads with the first."""

from contextlib import suppress

from ..config import Config
from ..errors import ConfigurationError
from ..wire.data_keys import DataKey, KeyService
from .loading import load, load_now


class KmsDataKeys:
    """A `KeyService` of one KMS key, which loads nothing until a key is needed."""

    def __init__(self, config: Config, key_id: str) -> None:
        self._config = config
        self._key_id = key_id
        self._service: KeyService | None = None

    def prepare(self) -> None:
        """Load and read what the first key will need; it may block."""
        with suppress(ConfigurationError):  # the first request says it
            load_now("kms").prepare(self._config)

    async def generate(self) -> DataKey:
        """A new data key of 256 bits."""
        return await (await self._loaded()).generate()

    async def decrypt(self, encrypted: bytes, /) -> bytes:
        """The data key that was encrypted."""
        return await (await self._loaded()).decrypt(encrypted)

    async def aclose(self) -> None:
        """Close the connections of this event loop.  A later call opens new ones."""
        if self._service is not None:
            await self._service.aclose()

    async def _loaded(self) -> KeyService:
        if self._service is None:
            kms = await load("kms")
            made: KeyService = kms.KeyManagement(self._config, self._key_id)
            # Another caller may have been faster: its connections are to be closed.
            self._service = self._service or made
        return self._service

    def __repr__(self) -> str:
        return f"<KmsDataKeys, {self._service or 'not yet needed'!s}>"
