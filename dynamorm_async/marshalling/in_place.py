"""Code that writes a value where it stands, for the types that most fields have."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from .containers import are_plain_texts
from .numbers import DECIMAL, INT, MAX_DIGITS, decimal_text
from .scalars import SCALARS, STR
from .times import DATETIME, utc_text
from .values import MAX_DEPTH, ValueCodec

NAMES: dict[str, Any] = {
    "UTC": UTC,
    "Decimal": Decimal,
    "are_plain_texts": are_plain_texts,
    "datetime": datetime,
    "decimal_text": decimal_text,
    "utc_text": utc_text,
}
"""What the code may use beside built-in names."""

_LARGEST = 10**MAX_DIGITS


class Written(Struct, frozen=True):
    """How a `{value}` is written."""

    fits: str
    """When; else its codec decides."""

    code: str
    """As what."""


_SCALARS: dict[int, Written] = {
    id(STR): Written(
        "{value}.__class__ is str and {value}.isascii()", '{"S": {value}}'
    ),
    id(INT): Written(
        f"{{value}}.__class__ is int and -{_LARGEST} < {{value}} < {_LARGEST}",
        '{"N": repr({value})}',
    ),
    id(SCALARS[bool]): Written("{value}.__class__ is bool", '{"BOOL": {value}}'),
    id(DECIMAL): Written(
        "{value}.__class__ is Decimal", '{"N": decimal_text({value})}'
    ),
    id(DATETIME): Written(
        "{value}.__class__ is datetime and {value}.tzinfo is UTC",
        '{"S": utc_text({value})}',
    ),
}
_TEXTS = Written(
    "{value}.__class__ is set and {value} and are_plain_texts({value})",
    '{"SS": sorted({value})}',
)
_CONTAINERS = {
    "L": Written("{value}.__class__ is list", '{"L": [{part} for {each} in {value}]}'),
    "M": Written(
        "{value}.__class__ is dict and are_plain_texts({value})",
        '{"M": {key: {part} for key, {each} in {value}.items()}}',
    ),
}


def written_in_place(codec: ValueCodec, scope: dict[str, Any]) -> Written | None:
    """How values of this codec are written; None where only the codec can tell.

    Adds to `scope` what the code needs beside `NAMES`.
    """
    if id(codec) in _SCALARS:
        return _SCALARS[id(codec)]
    if not codec.in_place:
        return None
    if codec.tag == "SS":
        return _TEXTS
    part, around = codec.part, _CONTAINERS.get(codec.tag or "")
    is_flat = codec.depth is not None and codec.depth <= MAX_DEPTH
    if part is None or around is None or not is_flat:
        return None
    inner = written_in_place(part, scope)
    if inner is None:
        return None
    # Not the name that the part uses for its own parts.
    each, other = f"each{codec.depth}", f"encode_part_{len(scope)}"
    scope[other] = part.encode
    read = f"{inner.code} if {inner.fits} else {other}({{value}})"
    return Written(
        around.fits,
        around.code.replace("{part}", read.replace("{value}", each)).replace(
            "{each}", each
        ),
    )
