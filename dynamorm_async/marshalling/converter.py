"""The cattrs converter: where hooks for types come in.

Loaded when somebody registers a type; without that, `built_in_codec` is enough.
"""

from collections.abc import Callable
from pathlib import Path

import cattrs
from msgspec import Struct

from ..wire import AttributeValue
from .families import FAMILIES, Accepts, Make
from .scalars import SCALARS, path_codec
from .values import FromStored, Hint, Resolve, ValueCodec


def make_converter(resolve: Resolve, made: dict[Hint, FromStored]) -> cattrs.Converter:
    """A cattrs converter between Python values and attribute values: `built_in_codec`
    as hooks.

    Hooks registered on it come before these.  A hook writes and reads attribute values
    (`{"S": "x"}`).  Register before the type is first used.

    `made` keeps the codecs; who registers a hook later has to clear it.
    """
    converter = cattrs.Converter(detailed_validation=False)
    families = _Families(converter, resolve, made)
    # cattrs asks the one that was added last first.
    for accepts, make in reversed(FAMILIES):
        families.add(accepts, make)
    for cls, codec in SCALARS.items():
        register_codec(converter, cls, codec)
    # cattrs has a hook of its own for this class, which would come first.
    register_codec(converter, Path, path_codec(Path, resolve))
    return converter


def register_codec(converter: cattrs.Converter, hint: Hint, codec: ValueCodec) -> None:
    """Make the codec that of the type, and of the classes derived from it."""
    if isinstance(hint, type):
        converter.register_unstructure_hook(hint, codec.encode)
        converter.register_structure_hook(hint, FromStored(codec))
        return
    converter.register_unstructure_hook_factory(
        lambda other: bool(other == hint), lambda _: codec.encode
    )
    converter.register_structure_hook_factory(
        lambda other: bool(other == hint), lambda _: FromStored(codec)
    )


class _Families(Struct, frozen=True):
    """Registers kinds of types, each with what makes the codec of one of them."""

    converter: cattrs.Converter
    resolve: Resolve
    made: dict[Hint, FromStored]

    def add(self, accepts: Accepts, make: Make) -> None:
        """Give cattrs the codecs of one kind."""

        def both(hint: Hint) -> FromStored:
            if hint not in self.made:
                self.made[hint] = FromStored(make(hint, self.resolve))
            return self.made[hint]

        def encode(hint: Hint) -> Callable[[object], AttributeValue]:
            return both(hint).codec.encode

        self.converter.register_unstructure_hook_factory(accepts, encode)
        self.converter.register_structure_hook_factory(accepts, both)
