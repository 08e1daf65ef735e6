"""Data keys from AWS's Key Management Service.  Loads aiobotocore."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..config import Config
from ..errors import EncryptionError, TransportError
from ..wire.data_keys import DataKey
from .clients import ClientPerLoop
from .failures import failure_of
from .session import prepare_client
from .unlogged import unlogged

_ADVICE = "check kms_key, encryption_context, and the key's policy"


def prepare(config: Config) -> None:
    """Read what asking for a key will need; it may block, and asks nobody yet."""
    prepare_client(config, "kms")


class KeyManagement:
    """The data keys of one KMS key, each good for one encryption context."""

    def __init__(self, config: Config, key_id: str) -> None:
        self._key_id = key_id
        self._context: Mapping[str, str] = dict(config.encryption_context)
        self._clients = ClientPerLoop(config, "kms")

    async def generate(self) -> DataKey:
        """A new data key of 256 bits."""
        answer = await self._ask(
            "generate_data_key", KeyId=self._key_id, KeySpec="AES_256"
        )
        return DataKey(plain=answer["Plaintext"], encrypted=answer["CiphertextBlob"])

    async def decrypt(self, encrypted: bytes) -> bytes:
        """The data key that was encrypted."""
        answer = await self._ask(
            "decrypt", KeyId=self._key_id, CiphertextBlob=encrypted
        )
        plain: bytes = answer["Plaintext"]
        return plain

    async def aclose(self) -> None:
        """Close the connections of this event loop.  A later call opens new ones."""
        await self._clients.aclose()

    async def _ask(self, method: str, **said: Any) -> Any:
        try:
            client = await self._clients.here()
            operation: Callable[..., Awaitable[Any]] = getattr(client, method)
            with unlogged():
                return await operation(EncryptionContext=self._context, **said)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            raise EncryptionError(
                f"KMS refused {error.operation_name} ({code}); {_ADVICE}"
            ) from error
        except BotoCoreError as error:
            failure = failure_of(error, f"KMS {method}")
            if not isinstance(failure, TransportError):
                raise failure from failure.__cause__
            raise EncryptionError(str(failure)) from failure

    def __repr__(self) -> str:
        return f"<KeyManagement, {self._clients!r}>"
