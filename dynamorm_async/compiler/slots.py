"""Values that are left open: what stands for them in a question, and in a request."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..wire import AttributeValue

Encode = Callable[[Any], AttributeValue]

Values = dict[str, AttributeValue]
Check = Callable[[Values], None]


class Slot(Struct, frozen=True, eq=False):
    """Stands in a question for a value of this class, which is not empty."""

    position: int
    kind: type


class Open(Struct, frozen=True, eq=False):
    """Stands in a request for an attribute value that is still to be made."""

    position: int
    encode: Encode
    checks: tuple[Check, ...] = ()
    """What to ask about all values of the request, once they are there."""


def kind_of(value: object) -> type:
    """The class of a value, be it left open or not."""
    return value.kind if isinstance(value, Slot) else type(value)


def stored(value: object, encode: Callable[[Any], Any]) -> Any:
    """The value as an attribute value; the `Open` of one that is left open."""
    if isinstance(value, Slot):
        return Open(value.position, encode)
    return encode(value)


def check_once_known(values: Values, checks: Iterable[Check]) -> None:
    """Make the checks now, or leave them with a value that is still open."""
    known: dict[str, Any] = values
    for name, each in known.items():
        if isinstance(each, Open):
            known[name] = replace(each, checks=tuple(checks))
            return
    for check in checks:
        check(values)
