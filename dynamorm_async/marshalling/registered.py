"""Types that an application registers: stored as a plain value that stands for them."""

from collections.abc import Callable
from typing import Any, get_type_hints

from msgspec import Struct

from ..errors import DynamORMError, InvalidValueError, ItemShapeError
from ..wire import AttributeValue
from .hints import describe, plain
from .values import Hint, Rank, Resolve, ValueCodec, wrong_type


class Registered(Struct, frozen=True):
    """A type with the functions that convert it."""

    type: Hint
    to_db: Callable[[Any], Any]
    from_db: Callable[[Any], Any]
    stored: Hint
    """The type of what `to_db` returns; Any where it does not say."""

    @classmethod
    def of(
        cls, type_: Hint, to_db: Callable[[Any], Any], from_db: Callable[[Any], Any]
    ) -> "Registered":
        """The registration; what `to_db` is annotated with is the stored type."""
        return cls(type_, to_db, from_db, _returned(to_db))

    def to_plain(self, value: object) -> Any:
        """What stands for this value.  Raises InvalidValueError."""
        try:
            made = self.to_db(value)
        except DynamORMError:
            raise
        except Exception as error:
            raise InvalidValueError(f"to_db of {self.name} failed") from error
        if self.is_instance(made):
            raise InvalidValueError(f"to_db of {self.name} returned no plain value")
        return made

    def from_plain(self, value: object) -> Any:
        """The value that this stands for.  Raises ItemShapeError."""
        try:
            return self.from_db(value)
        except DynamORMError:
            raise
        except Exception as error:
            raise ItemShapeError(f"from_db of {self.name} failed") from error

    @property
    def name(self) -> str:
        """How messages call the type."""
        return describe(self.type)

    def is_instance(self, value: object) -> bool:
        """Whether the value is known to be of the registered type."""
        return isinstance(self.type, type) and isinstance(value, self.type)


def registered_codec(entry: Registered, resolve: Resolve) -> ValueCodec:
    """The codec of a registered type."""
    is_class = isinstance(entry.type, type)

    def encode(value: object) -> AttributeValue:
        if is_class and not entry.is_instance(value):
            raise wrong_type(entry.name, value)
        # Resolved at each call: a later registration may concern the plain value.
        return resolve(entry.stored).encode(entry.to_plain(value))

    def decode(value: AttributeValue) -> object:
        return entry.from_plain(resolve(entry.stored).decode(value))

    if plain(entry.stored) is Any:
        return ValueCodec(encode, decode, None, rank=Rank.PARSED, depth=None)
    stored = resolve(entry.stored)
    return ValueCodec(
        encode, decode, stored.tag, stored.reads, Rank.PARSED, stored.depth
    )


def _returned(to_db: Callable[[Any], Any]) -> Hint:
    if isinstance(to_db, type):
        return to_db
    try:
        return get_type_hints(to_db).get("return", Any)
    except (NameError, TypeError):
        return Any
