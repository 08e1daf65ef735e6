"""A key service without a service: it counts what it was asked."""

from dynamorm_async import DataKey
from dynamorm_async.errors import EncryptionError


class LocalKeys:
    """Data keys that are encrypted by turning them around."""

    def __init__(self) -> None:
        self.made = 0
        self.asked: list[bytes] = []
        self.is_closed = False
        self.error: Exception | None = None

    async def generate(self) -> DataKey:
        """A key that says which one it is."""
        if self.error is not None:
            raise self.error
        self.made += 1
        plain = bytes([self.made]) + bytes(31)
        return DataKey(plain=plain, encrypted=plain[::-1])

    async def decrypt(self, encrypted: bytes, /) -> bytes:
        """The key turned back."""
        self.asked.append(encrypted)
        if len(encrypted) != 32:
            raise EncryptionError("no key of mine")
        return encrypted[::-1]

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.is_closed = True
