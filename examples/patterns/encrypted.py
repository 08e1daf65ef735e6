"""Personal data that is encrypted before it leaves the process.

On AWS, `kms_key` is the ARN or alias of a KMS key.  Here an object takes its place.
"""

import os

from dynamorm_async import (
    Attr,
    Database,
    DataKey,
    EncryptionError,
    Model,
    field,
    partition_key,
)


class Patient(Model, table="patients"):
    id: Attr[str] = partition_key()
    name: Attr[str] = field()
    diagnosis: Attr[str | None] = field(default=None, encrypted=True)


class KeysInMemory:
    """Data keys that nobody else gets to see; they are lost with the process."""

    def __init__(self) -> None:
        self._keys: dict[bytes, bytes] = {}

    async def generate(self) -> DataKey:
        name, key = os.urandom(16), os.urandom(32)
        self._keys[name] = key
        return DataKey(plain=key, encrypted=name)

    async def decrypt(self, encrypted: bytes, /) -> bytes:
        return self._keys[encrypted]

    async def aclose(self) -> None:
        self._keys.clear()


async def main(db: Database) -> None:
    await db.ensure_table(Patient)
    async with Database(db.config, kms_key=KeysInMemory()) as vault:
        await vault.create(Patient(id="1", name="Ann", diagnosis="hay fever"))
        print(await vault.get(Patient, "1"))
    try:
        await db.get(Patient, "1")
    except EncryptionError as error:
        print(error)
