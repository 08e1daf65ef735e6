"""Telling apart the classes of a union by what is stored.

Either all classes have a Literal attribute of one name, and no value of it twice; or
each class but one has a required attribute whose name no other class has.  A class that
is told apart does not count for the rest.
"""

from collections.abc import Callable, Hashable
from typing import get_args

from ..errors import ItemShapeError, UnsupportedTypeError
from ..wire import AttributeValue, Item
from .choices import comparable
from .hints import describe, is_literal, plain
from .shapes import parts_of
from .values import Decode, Hint, Resolve, ValueCodec, wrong_tag

_Variants = list[tuple[Hint, ValueCodec]]
_Choose = Callable[[Item], Decode | None]


def variants_decoder(variants: _Variants, resolve: Resolve) -> Decode:
    """Reads the class that fits.  Raises UnsupportedTypeError if none can be told."""
    choose = _by_literal(variants, resolve) or _by_attribute(variants)
    name = " | ".join(describe(hint) for hint, _ in variants)

    def decode(value: AttributeValue) -> object:
        stored = value.get("M")
        if stored is None:
            raise wrong_tag("M", value)
        chosen = choose(stored)
        if chosen is None:
            raise ItemShapeError(f"the stored M fits no member of {name}")
        return chosen(value)

    return decode


def _by_literal(variants: _Variants, resolve: Resolve) -> _Choose | None:
    tables = [_literals_of(hint) for hint, _ in variants]
    for name in tables[0]:
        decoders = _by_value(name, variants, tables, resolve)
        if decoders is not None:
            return _literal_chooser(name, decoders)
    return None


def _literals_of(hint: Hint) -> dict[str, Hint]:
    parts = parts_of(plain(hint))
    return {
        each.name: plain(each.hint) for each in parts if is_literal(plain(each.hint))
    }


def _by_value(
    name: str, variants: _Variants, tables: list[dict[str, Hint]], resolve: Resolve
) -> dict[Hashable, Decode] | None:
    decoders: dict[Hashable, Decode] = {}
    for (_, codec), table in zip(variants, tables, strict=True):
        for value in get_args(table.get(name)):
            key = comparable(resolve(table[name]).encode(value))
            if decoders.setdefault(key, codec.decode) is not codec.decode:
                return None
        if name not in table:
            return None
    return decoders


def _literal_chooser(name: str, decoders: dict[Hashable, Decode]) -> _Choose:
    def choose(stored: Item) -> Decode | None:
        found = stored.get(name)
        return None if found is None else decoders.get(comparable(found))

    return choose


def _by_attribute(variants: _Variants) -> _Choose:
    marks: list[tuple[str, Decode]] = []
    rest = variants
    while len(rest) > 1:
        told = {id(hint): name for hint, _ in rest if (name := _own_name(hint, rest))}
        if not told:
            raise UnsupportedTypeError(
                f"{', '.join(describe(hint) for hint, _ in rest)} cannot be told apart:"
                " give each a Literal attribute of one name, or a required attribute of"
                " its own"
            )
        marks += [
            (told[id(hint)], each.decode) for hint, each in rest if id(hint) in told
        ]
        rest = [each for each in rest if id(each[0]) not in told]
    fallback = rest[0][1].decode if rest else None

    def choose(stored: Item) -> Decode | None:
        return next((decode for name, decode in marks if name in stored), fallback)

    return choose


def _own_name(hint: Hint, variants: _Variants) -> str | None:
    others = {
        part.name
        for other, _ in variants
        if other is not hint
        for part in parts_of(plain(other))
    }
    required = [part.name for part in parts_of(plain(hint)) if not part.has_default]
    return next((name for name in required if name not in others), None)
