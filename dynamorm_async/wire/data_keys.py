"""Keys that encrypt values, and who makes them."""

from typing import Protocol, runtime_checkable

from attrs import field, frozen


@frozen
class DataKey:
    """A key that encrypts values, and the same key encrypted."""

    plain: bytes = field(repr=False)
    """32 bytes, for AES-256."""

    encrypted: bytes
    """What is stored beside the values, for `KeyService.decrypt`."""


@runtime_checkable
class KeyService(Protocol):
    """Makes data keys and decrypts them, as AWS's Key Management Service does."""

    async def generate(self) -> DataKey:
        """A new data key."""
        ...

    async def decrypt(self, encrypted: bytes, /) -> bytes:
        """The data key itself; raise `EncryptionError` where it can't be had."""
        ...

    async def aclose(self) -> None:
        """Close what is open.  A later call opens it again."""
        ...
