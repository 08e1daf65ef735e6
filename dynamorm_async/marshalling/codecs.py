"""The codecs of one database: every type, both directions, looked up once."""

from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import UnsupportedTypeError
from ..lazily import lazy
from .containers import MAPS, SEQUENCES
from .families import built_in_codec, inherited_codec
from .hints import describe, is_anything, origin_of, plain, unwrapped
from .scalars import SCALARS
from .values import Decode, Encode, FromStored, Hint, ValueCodec, bounded

if TYPE_CHECKING:
    import cattrs

    from . import options, registered, shapes
    from .options import FieldOptions
    from .registered import Registered
else:
    options = lazy(".options", __package__)
    registered = lazy(".registered", __package__)
    shapes = lazy(".shapes", __package__)

_SCALAR_CODECS = frozenset(map(id, SCALARS.values()))


class Codecs:
    """Finds the codec of a type; one per database, shared by its copies.

    >>> codecs = Codecs()
    >>> codecs.encoder(list[int])([1, 2000])
    {'L': [{'N': '1'}, {'N': '2000'}]}
    >>> codecs.decoder(list[int])({"L": [{"N": "1"}]})
    [1]
    """

    def __init__(self) -> None:
        self._made: dict[Hint, FromStored] = {}
        self._found: dict[Hint, ValueCodec] = {}
        self._encoders: dict[Hint, Encode] = {}
        self._building: set[Hint] = set()
        self._registered: dict[Hint, Registered] = {}
        self._listeners: list[Callable[[], None]] = []
        self._lock = RLock()
        self._converter: cattrs.Converter | None = None

    def __repr__(self) -> str:
        return f"<Codecs {len(self._found)} types, {len(self._registered)} registered>"

    @property
    def converter(self) -> "cattrs.Converter":
        """Hooks registered here, before a type is first used, come before ours."""
        if self._converter is None:
            # Takes longer to load than all the rest; most processes never need it.
            from .converter import make_converter

            self._converter = make_converter(self.resolve, self._made)
        return self._converter

    def encoder(self, hint: Hint) -> Encode:
        """Turns values of this type into attribute values.

        The encoder raises InvalidValueError, with the path of a nested value.  Raises
        UnsupportedTypeError where the type has no form in DynamoDB.
        """
        try:
            return self._encoders[hint]
        except (KeyError, TypeError):
            pass
        codec = self.resolve(hint)
        encode = bounded(codec)
        if _is_hashable(hint):
            self._encoders[hint] = encode
        return encode

    def decoder(self, hint: Hint) -> Decode:
        """Turns attribute values into values of this type.

        The decoder raises ItemShapeError, with the path of a nested value.
        """
        return self.resolve(hint).decode

    def tag(self, hint: Hint) -> str | None:
        """The DynamoDB type (S, N, ...) of a type; None where values differ in it."""
        codec = self.resolve(hint)
        entry = self._entry_of(plain(hint))
        return codec.tag or ("S" if entry and is_anything(entry.stored) else None)

    def field(self, hint: Hint, said: "FieldOptions | None" = None) -> ValueCodec:
        """The codec of a field that is stored as its options say.

        Raises UnsupportedTypeError where an option does not fit the type.
        """
        if said is None:
            codec = self.resolve(hint)
        else:
            customs = options.Customs(self._to_plain, self._from_plain)
            codec = options.field_codec(hint, said, self.resolve, customs)
        return ValueCodec(
            bounded(codec),
            codec.decode,
            codec.tag,
            codec.reads,
            codec.rank,
            codec.depth,
        )

    def register(
        self, type_: Hint, to_db: Callable[[Any], Any], from_db: Callable[[Any], Any]
    ) -> None:
        """Store a type, and the classes derived from it, as what `to_db` returns.

        `to_db` returns any value that can be stored (str, Decimal, dict, ...),
        `from_db` gets it back; annotate what `to_db` returns if it is not to be read as
        for Any.  Holds wherever the type occurs, for codecs found from now on.
        """
        entry = registered.Registered.of(type_, to_db, from_db)
        # Loaded with the converter, which it needs.
        from .converter import register_codec

        with self._lock:
            codec = registered.registered_codec(entry, self.resolve)
            register_codec(self.converter, type_, codec)
            self._registered[type_] = entry
            self._made.clear()
            self._found.clear()
            self._encoders.clear()
        for listener in tuple(self._listeners):
            listener()

    def on_register(self, listener: Callable[[], None]) -> None:
        """Call this after each `register`: what was built before is out of date."""
        self._listeners.append(listener)

    def resolve(self, hint: Hint) -> ValueCodec:
        """The codec of a type.  Raises UnsupportedTypeError."""
        if not _is_hashable(hint):
            return self._resolve_unhashable(hint)
        found = self._found.get(hint)
        return found if found is not None else self._build(hint)

    def _resolve_unhashable(self, hint: Hint) -> ValueCodec:
        inner = unwrapped(hint)
        if inner is hint:
            raise UnsupportedTypeError(f"{describe(hint)} has unhashable parts")
        return self.resolve(inner)

    def _build(self, hint: Hint) -> ValueCodec:
        with self._lock:
            if hint in self._building:
                return self._later(hint)
            self._building.add(hint)
            try:
                codec = self._dispatched(hint)
                self._found[hint] = codec
            finally:
                self._building.discard(hint)
        return codec

    def _dispatched(self, hint: Hint) -> ValueCodec:
        if self._converter is None:
            return built_in_codec(hint, self.resolve)
        encode = self._converter.get_unstructure_hook(hint)
        hook = self._converter.get_structure_hook(hint)
        if not isinstance(hook, FromStored) or hook.codec.encode is not encode:
            # Somebody's own hook: what it writes is up to it.
            return ValueCodec(encode, lambda value: hook(value, hint), depth=None)
        codec = hook.codec
        if (
            isinstance(hint, type)
            and hint not in SCALARS
            and id(codec) in _SCALAR_CODECS
        ):
            return inherited_codec(hint, codec, self.resolve)
        return codec

    def _later(self, hint: Hint) -> ValueCodec:
        """The codec of a type inside itself: looked up when there is a value."""
        return ValueCodec(
            lambda value: self.resolve(hint).encode(value),
            lambda value: self.resolve(hint).decode(value),
            _outer_tag(hint),
            depth=None,
        )

    def _entry_of(self, hint: Hint) -> "Registered | None":
        bases = hint.__mro__ if isinstance(hint, type) else (hint,)
        return next(
            (self._registered[each] for each in bases if each in self._registered), None
        )

    def _to_plain(self, value: object) -> Any:
        entry = self._entry_of(type(value))
        if entry is None:
            raise _unregistered(type(value))
        return entry.to_plain(value)

    def _from_plain(self, cls: type, stored: object) -> Any:
        entry = self._entry_of(origin_of(cls))
        if entry is None:
            raise _unregistered(cls)
        return entry.from_plain(msgspec.convert(stored, entry.stored))


def _unregistered(cls: type) -> UnsupportedTypeError:
    return UnsupportedTypeError(
        f"JSON has no type for {describe(cls)}; see Database.register_type_converter"
    )


def _is_hashable(hint: Hint) -> bool:
    try:
        hash(hint)
    except TypeError:
        return False
    return True


def _outer_tag(hint: Hint) -> str | None:
    hint = plain(hint)
    if origin_of(hint) in MAPS or shapes.is_structure(hint):
        return "M"
    return "L" if origin_of(hint) in SEQUENCES else None
