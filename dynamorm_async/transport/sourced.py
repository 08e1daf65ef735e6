"""A `CredentialsSource` where botocore looks for credentials."""

from typing import Any

from aiobotocore.credentials import AioCredentials
from botocore.credentials import ReadOnlyCredentials

from ..config import CredentialsSource


class SourceAlone:
    """A chain of credentials that begins and ends with one source."""

    def __init__(self, source: CredentialsSource) -> None:
        self._source = source

    async def load_credentials(self) -> Any:
        """Credentials of botocore's kind; asks the source nothing yet."""
        found: Any = AioCredentials("-", "-", method="source")
        # All that is read of them when a request is signed.
        found.get_frozen_credentials = self._frozen
        return found

    async def _frozen(self) -> Any:
        key = await self._source.credentials()
        return ReadOnlyCredentials(
            key.access_key_id, key.secret_access_key, key.session_token
        )
