"""What is awaited on the way, as encryption: compiled in, done by the sender."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from .reshaped import Reshape

SEALED: Final = "SEALED"
"""Stands in a request where the type of a value does, until the value is encrypted."""


_AS_IT_IS = frozenset({SEALED, "NULL"})
"""Tags of values that are marked already, or hold nothing to encrypt."""


class Sealed(Struct, frozen=True):
    """Which attributes of an item are encrypted where they are stored."""

    attributes: tuple[str, ...]
    key: tuple[str, ...] = ()
    """The attributes of the item's key, to which an encrypted value is bound."""


def united(kept: Iterable[Sealed | None]) -> Sealed | None:
    """What requests joined to one have to encrypt; each value knows its own key."""
    attributes = dict.fromkeys(
        name for each in kept if each is not None for name in each.attributes
    )
    return Sealed(tuple(attributes)) if attributes else None


class Awaited(Struct, frozen=True):
    """What is awaited before a request leaves, or before its reply is decoded."""

    sealed: Sealed | None = None
    """What is encrypted, and decrypted."""

    reshape: "Reshape | None" = None
    """What makes items that are decoded of stored ones."""

    reshapes_results: bool = False
    """Whether the attributes that a write returns are such an item."""


def awaiting(sealed: Sealed | None) -> Awaited | None:
    """What is awaited where nothing but encryption is."""
    return None if sealed is None else Awaited(sealed)


def joined(parts: Iterable[Awaited | None]) -> Awaited | None:
    """What is awaited of operations joined to one; each reshapes its own items."""
    known = [each for each in parts if each is not None]
    return Awaited(united(each.sealed for each in known)) if known else None


class Plain:
    """A value that is still to be encrypted, as `{"SEALED": Plain(...)}`.

    No encoder of JSON knows this class, so it cannot leave by mistake; nor does its
    `repr` show the value.
    """

    __slots__ = ("attribute", "key", "value")

    def __init__(
        self, attribute: str, value: dict[str, Any], key: tuple[str, ...]
    ) -> None:
        self.attribute = attribute
        self.value = value
        self.key = key

    def __repr__(self) -> str:
        return f"<{self.attribute}, to be encrypted>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plain):
            return NotImplemented
        return (self.attribute, self.value) == (other.attribute, other.value)

    def __hash__(self) -> int:
        return hash(self.attribute)


def marked(item: dict[str, Any], kept: Sealed | None) -> dict[str, Any]:
    """The item with the values of these attributes to be encrypted, if they are not."""
    if kept is None:
        return item
    return {
        name: {SEALED: Plain(name, value, kept.key)}
        if name in kept.attributes and not value.keys() & _AS_IT_IS
        else value
        for name, value in item.items()
    }


def unsealed(value: object) -> Any:
    """For an encoder of JSON that only measures: what is in there."""
    if isinstance(value, Plain):
        return value.value
    raise TypeError(f"no JSON for {type(value).__name__}")
