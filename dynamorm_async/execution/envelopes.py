"""Encrypted values: what they look like in an item, and what they are bound to.

Pure.  An envelope is a map: the version `v`, the encrypted data key `edk`, the `nonce`,
and the value `ct` under AES-256-GCM.  Version 2 binds the value to its attribute and to
the key of its item, so that it is good nowhere else; version 1, that of the Go library,
binds it to the attribute alone, and is only read.
"""

import base64
from collections.abc import Callable, Iterator
from decimal import Context
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from ..errors import EncryptionError
from ..wire import AttributeValue, Body, Item
from ..wire.sealed import SEALED, Plain

NONCE_BYTES = 12

# All the digits a number can have, whatever context the program around has set.
_EXACT = Context(prec=38, traps=[])
_PARTS = {"v": "N", "edk": "B", "nonce": "B", "ct": "B"}


class Envelope(Struct, frozen=True):
    """An encrypted value as it is stored."""

    version: str
    data_key: bytes
    nonce: bytes
    content: bytes

    def stored(self) -> AttributeValue:
        """The map that holds it."""
        binary = {"edk": self.data_key, "nonce": self.nonce, "ct": self.content}
        parts = {name: {"B": _text(each)} for name, each in binary.items()}
        return {"M": {"v": {"N": self.version}, **parts}}

    @classmethod
    def found_in(cls, stored: AttributeValue) -> "Envelope | None":
        """The envelope of a stored value; None where it holds none."""
        parts = stored.get("M")
        if parts is None or {name: "".join(each) for name, each in parts.items()} != (
            _PARTS
        ):
            return None
        data_key, nonce, content = (
            base64.b64decode(parts[name]["B"]) for name in ("edk", "nonce", "ct")
        )
        return cls(parts["v"]["N"], data_key, nonce, content)


def sealed(
    plain: Plain, around: Item, data_key: bytes, encrypted_key: bytes, nonce: bytes
) -> AttributeValue:
    """A value encrypted for its place; `around` holds the key of its item."""
    bound_to = _bond("2", plain.attribute, plain.key, around)
    content = AESGCM(data_key).encrypt(nonce, written(plain.value), bound_to)
    return Envelope("2", encrypted_key, nonce, content).stored()


def opened(
    envelope: Envelope,
    attribute: str,
    key: tuple[str, ...],
    around: Item,
    secret: bytes,
) -> AttributeValue:
    """The value of an envelope.

    Raises `EncryptionError` where it was made for another place, or was changed.
    """
    bound_to = _bond(envelope.version, attribute, key, around)
    try:
        content = AESGCM(secret).decrypt(envelope.nonce, envelope.content, bound_to)
        return read(msgspec.json.decode(content))
    except (InvalidTag, ValueError, KeyError, msgspec.DecodeError) as error:
        raise EncryptionError(
            f"{attribute}: what is stored cannot be decrypted: it was changed, or "
            "encrypted for another item, attribute or key"
        ) from error


def has_plain(body: object) -> bool:
    """Whether anything in a request is still to be encrypted."""
    if isinstance(body, dict):
        return any(map(has_plain, body.values()))
    if isinstance(body, list):
        return any(map(has_plain, body))
    return isinstance(body, Plain)


def filled(
    body: Any, seal: Callable[[Plain, Item], AttributeValue], around: Item
) -> Any:
    """A request with its plain values encrypted; a copy where there are any.

    `around` is the item or key that was come by on the way, or empty.
    """
    if isinstance(body, dict):
        plain = body.get(SEALED)
        if isinstance(plain, Plain):
            return seal(plain, around)
        around = around or _place_in(body)
        return {name: filled(each, seal, around) for name, each in body.items()}
    if isinstance(body, list):
        return [filled(each, seal, around) for each in body]
    return body


def _place_in(request: Body) -> Item:
    # A table may be called Key, and an attribute of an item Item: neither is meant.
    place = request.get("Item") or request.get("Key")
    return place if isinstance(place, dict) else {}


class Seal(Struct, frozen=True):
    """Encrypts values with one data key, each under a nonce of its own."""

    data_key: bytes
    encrypted_key: bytes
    nonces: Iterator[bytes]

    def __call__(self, plain: Plain, around: Item) -> AttributeValue:
        return sealed(
            plain, around, self.data_key, self.encrypted_key, next(self.nonces)
        )


def _bond(version: str, attribute: str, key: tuple[str, ...], around: Item) -> bytes:
    if version == "1":
        return f"dynamorm:encrypted:v1|attr={attribute}".encode()
    if version != "2":
        raise EncryptionError(
            f"{attribute}: it was encrypted by a later version of this library (format "
            f"{version!r})"
        )
    try:
        place = [[name, _canonical(around[name])] for name in key]
    except KeyError as error:
        raise EncryptionError(
            f"{attribute}: it is bound to the key of its item, which was not read"
        ) from error
    return msgspec.json.encode(["dynamorm:encrypted:v2", attribute, place])


def _canonical(stored: AttributeValue) -> list[str]:
    """A part of a key as one text, however a number in it is written."""
    ((tag, content),) = stored.items()
    return [tag, _shortest(content) if tag == "N" else content]


def _shortest(number: str) -> str:
    return str(_EXACT.create_decimal(number).normalize(_EXACT))


def written(value: AttributeValue) -> bytes:
    """The JSON in which a value is encrypted, that of the Go library."""
    return msgspec.json.encode(_told(value))


def _told(value: AttributeValue) -> Body:
    ((tag, content),) = value.items()
    return {"t": tag, tag.lower(): _mapped(tag, content, _told)}


def read(told: Body) -> AttributeValue:
    """The value that such JSON tells of."""
    tag = told["t"]
    return {tag: _mapped(tag, told[tag.lower()], read)}


def _mapped(tag: str, content: Any, change: Any) -> Any:
    if tag == "L":
        return [change(each) for each in content]
    if tag == "M":
        return {name: change(each) for name, each in content.items()}
    return content


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
