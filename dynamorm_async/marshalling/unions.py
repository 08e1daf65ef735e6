"""Unions.

- A value is written by the member whose class it has; a float member takes an int if
  no other does.  Where several members have that class (`list[int] | list[str]`), the
  first that can write the value does.
- A stored value is read by the members that know its DynamoDB type, the narrowest
  first (see `Rank`): what a Literal or Enum lists, then what has a form (UUID,
  datetime, date, a registered type), then int, then Decimal, str and bytes, then float.
  So a text that looks like a datetime is one in `datetime | str`, and 2.0 is 2 in
  `int | float`.
- Several classes with attributes are told apart as `variants` says.
- Members that no stored value could tell apart are refused when the codec is made.
"""

from decimal import Decimal

from ..errors import InvalidValueError, ItemShapeError, UnsupportedTypeError
from ..wire import AttributeValue
from .hints import classes_of, describe, is_none, members_of, plain
from .shapes import is_structure
from .values import (
    TAGS,
    Decode,
    Encode,
    Hint,
    Rank,
    Resolve,
    ValueCodec,
    wrong_tag,
    wrong_type,
)
from .variants import variants_decoder

_Members = list[tuple[Hint, ValueCodec]]

_NUMBERS = (int, float, Decimal)


def union_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """The codec of `A | B | None`."""
    hints = members_of(hint)
    rest = [each for each in hints if not is_none(plain(each))]
    if len(rest) == 1 and len(hints) > 1:
        return optional_codec(resolve(rest[0]))
    members = [(each, resolve(each)) for each in hints]
    name = " | ".join(map(describe, hints))
    _check_distinct(name, members)
    codecs = [codec for _, codec in members]
    tags = {codec.tag for codec in codecs} - {"NULL"}
    return ValueCodec(
        _encoder(name, members),
        _decoder(name, members, resolve),
        tags.pop() if len(tags) == 1 else None,
        frozenset().union(*(codec.reads for codec in codecs)),
        max(codec.rank for codec in codecs),
        _deepest(codecs),
    )


def _deepest(codecs: list[ValueCodec]) -> int | None:
    depths = [codec.depth for codec in codecs if codec.depth is not None]
    return max(depths) if len(depths) == len(codecs) else None


def optional_codec(inner: ValueCodec) -> ValueCodec:
    """The codec of `T | None`: None is NULL."""
    encode_inner, decode_inner = inner.encode, inner.decode

    def encode(value: object) -> AttributeValue:
        return {"NULL": True} if value is None else encode_inner(value)

    def decode(value: AttributeValue) -> object:
        return None if "NULL" in value else decode_inner(value)

    reads = inner.reads | {"NULL"}
    return ValueCodec(encode, decode, inner.tag, reads, inner.rank, inner.depth)


def _check_distinct(name: str, members: _Members) -> None:
    """No two members may both read every value of one DynamoDB type."""
    for tag in TAGS:
        broad = {
            plain(hint)
            for hint, codec in members
            if tag in codec.reads and codec.rank > Rank.PARSED and codec.tag is not None
        }
        if len(broad) > 1 and not broad.issubset(_NUMBERS):
            raise UnsupportedTypeError(
                f"{name}: a stored {tag} does not tell which of"
                f" {', '.join(sorted(map(describe, broad)))} it was"
            )


def _encoder(name: str, members: _Members) -> Encode:
    by_class: dict[type, list[Encode]] = {}

    def encode(value: object) -> AttributeValue:
        cls = value.__class__
        candidates = by_class.get(cls)
        if candidates is None:
            candidates = by_class[cls] = _candidates(cls, members)
        if len(candidates) == 1:
            return candidates[0](value)
        for encode_member in candidates:
            try:
                return encode_member(value)
            except InvalidValueError:
                continue
        raise wrong_type(name, value)

    return encode


def _candidates(cls: type, members: _Members) -> list[Encode]:
    """The members for values of this class: those of just that class, if any."""
    exact = [codec.encode for hint, codec in members if cls in classes_of(hint)]
    if exact:
        return exact
    related = [
        codec.encode
        for hint, codec in members
        if any(issubclass(cls, each) for each in classes_of(hint))
    ]
    return related or [codec.encode for _, codec in members]


def _decoder(name: str, members: _Members, resolve: Resolve) -> Decode:
    by_tag = {tag: _readers(tag, members, resolve) for tag in TAGS}

    def decode(value: AttributeValue) -> object:
        tag = next(iter(value))
        readers = by_tag.get(tag, [])
        if not readers:
            raise wrong_tag(name, value)
        for read in readers[:-1]:
            try:
                return read(value)
            except ItemShapeError:
                continue
        if len(readers) == 1:
            return readers[0](value)
        try:
            return readers[-1](value)
        except ItemShapeError:
            raise ItemShapeError(f"the stored {tag} fits no member of {name}") from None

    return decode


def _readers(tag: str, members: _Members, resolve: Resolve) -> list[Decode]:
    able = [(hint, codec) for hint, codec in members if tag in codec.reads]
    if tag == "NULL" and any(is_none(plain(hint)) for hint, _ in able):
        able = [(hint, codec) for hint, codec in able if is_none(plain(hint))]
    structures = [each for each in able if is_structure(plain(each[0]))]
    if len(structures) > 1 and tag == "M":
        able = [each for each in able if each not in structures]
        first = [variants_decoder(structures, resolve)]
    else:
        first = []
    able.sort(key=lambda each: each[1].rank)
    return first + [codec.decode for _, codec in able]
