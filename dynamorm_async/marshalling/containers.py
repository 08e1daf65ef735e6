"""Lists, tuples, sets and dicts.

- A list type takes a list, tuple or deque, and reads back as the declared one.
- Sets are stored in sorted order, so that equal sets are equal requests.  DynamoDB has
  no empty set: NULL stands for it.
- The keys of a dict may be of any type that is stored as S, N or B.
"""

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, get_args

from ..errors import InvalidValueError, ItemShapeError, UnsupportedTypeError
from ..wire import AttributeValue
from .hints import describe, is_anything, origin_of, plain
from .numbers import INT
from .scalars import STR, checked_text
from .values import (
    Decode,
    Encode,
    Hint,
    Resolve,
    ValueCodec,
    nested_depth,
    under,
    wrong_tag,
    wrong_type,
)

SEQUENCES: dict[Hint, Callable[[list[Any]], Any]] = {
    list: lambda made: made,
    tuple: tuple,
    deque: deque,
    Sequence: lambda made: made,
    MutableSequence: lambda made: made,
    Collection: lambda made: made,
    Iterable: lambda made: made,
}
"""What is stored as L, and what a list that was read becomes."""

SETS: dict[Hint, type[set[Any]] | type[frozenset[Any]]] = {
    set: set,
    frozenset: frozenset,
    MutableSet: set,
    AbstractSet: frozenset,
}

MAPS: tuple[Hint, ...] = (
    dict,
    OrderedDict,
    defaultdict,
    Counter,
    Mapping,
    MutableMapping,
)

_LISTS = (list, tuple, deque)
_SET_TAGS = {"S": "SS", "N": "NS", "B": "BS"}
_MEMBER_TAGS = {"SS": "S", "NS": "N", "BS": "B"}
_SETS_IN_PLACE = {
    id(STR): 'set({stored}["SS"])',
    id(INT): 'set(map(int, {stored}["NS"]))',
}
"""How a set of these is read, by the codec of its members."""

_JUST_TEXT = {str}
_READABLE_AS_SET = frozenset({*_MEMBER_TAGS, "NULL"})


def sequence_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """`list[T]` and its like, `tuple[T, ...]` and bare ones."""
    origin, name = origin_of(hint), describe(hint)
    part = resolve(next(iter(get_args(hint)), Any))
    made = SEQUENCES[origin]
    encode_part, decode_part = part.encode, part.decode

    def encode(value: object) -> AttributeValue:
        """L; an error tells the place of the part it is about."""
        if not isinstance(value, _LISTS):
            raise wrong_type(name, value)
        parts: list[AttributeValue] = []
        try:
            parts.extend(map(encode_part, value))
        except InvalidValueError as error:
            raise under(f"[{len(parts)}]", error) from error.__cause__
        return {"L": parts}

    def decode(value: AttributeValue) -> object:
        parts: list[object] = []
        try:
            parts.extend(map(decode_part, _stored_list(value)))
        except ItemShapeError as error:
            raise under(f"[{len(parts)}]", error) from error.__cause__
        return made(parts)

    in_place = _each_in_place(part, '[{part} for {each} in {stored}["L"]]')
    return ValueCodec(
        encode,
        _top(decode, "L"),
        "L",
        depth=nested_depth([part]),
        in_place=in_place if origin is list else "",
        part=part,
    )


def _each_in_place(part: ValueCodec, code: str) -> str:
    """The code that reads a container; none if its parts can't be read in place."""
    if not part.in_place:
        return ""
    # The code of a part is shorter than that of the whole: no name hides another.
    each = f"each{len(part.in_place)}"
    read = part.in_place.replace("{stored}", each)
    return code.replace("{part}", read).replace("{each}", each)


def _stored_list(value: AttributeValue) -> list[AttributeValue]:
    stored: list[AttributeValue] = value["L"]
    return stored


def _top(decode: Decode, tag: str) -> Decode:
    """Checks the tag outside of `decode`, whose errors get a path."""

    def decode_tagged(value: AttributeValue) -> object:
        if tag not in value:
            raise wrong_tag(tag, value)
        return decode(value)

    return decode_tagged


def fixed_tuple_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """`tuple[A, B]`: as many as are declared, each of its own type."""
    name = describe(hint)
    parts = [resolve(each) for each in get_args(hint)]
    size = len(parts)

    def encode(value: object) -> AttributeValue:
        """L of so many members; an error tells the place of the one it is about."""
        if not isinstance(value, _LISTS):
            raise wrong_type(name, value)
        if len(value) != size:
            raise InvalidValueError(f"expected {size} members, got {len(value)}")
        encoded: list[AttributeValue] = []
        try:
            encoded.extend(
                part.encode(each) for part, each in zip(parts, value, strict=True)
            )
        except InvalidValueError as error:
            raise under(f"[{len(encoded)}]", error) from error.__cause__
        return {"L": encoded}

    def decode(value: AttributeValue) -> object:
        stored = _stored_list(value)
        if len(stored) != size:
            raise ItemShapeError(f"expected {size} members, found {len(stored)}")
        decoded: list[object] = []
        try:
            decoded.extend(
                part.decode(each) for part, each in zip(parts, stored, strict=True)
            )
        except ItemShapeError as error:
            raise under(f"[{len(decoded)}]", error) from error.__cause__
        return tuple(decoded)

    return ValueCodec(encode, _top(decode, "L"), "L", depth=nested_depth(parts))


def set_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """SS, NS or BS by what the members are stored as; an empty set is NULL."""
    name, made = describe(hint), SETS[origin_of(hint)]
    member = resolve(next(iter(get_args(hint)), Any))
    tag = _set_tag(name, member)

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, AbstractSet):
            raise wrong_type(name, value)
        if member is STR and value and are_plain_texts(value):
            return {"SS": sorted(value)}
        return _sorted(encode_members(value, member.encode))

    def decode(value: AttributeValue) -> object:
        return made(decode_members(value, member.decode, tag))

    in_place = _SETS_IN_PLACE.get(id(member), "") if made is set else ""
    return ValueCodec(encode, decode, tag, _READABLE_AS_SET, in_place=in_place)


def are_plain_texts(values: Collection[Any]) -> bool:
    """Whether these are texts, none of which needs a closer look."""
    return {*map(type, values)} == _JUST_TEXT and "".join(values).isascii()


def list_as_set_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """A list or tuple stored as a set; the first of equal members stays."""
    name, made = describe(hint), SEQUENCES.get(origin_of(hint))
    if made is None or (origin_of(hint) is tuple and Ellipsis not in get_args(hint)):
        raise UnsupportedTypeError(f"as_set is for lists, not for {name}")
    member = resolve(next(iter(get_args(hint)), Any))
    tag = _set_tag(name, member)

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, _LISTS):
            raise wrong_type(name, value)
        return encode_members(value, member.encode)

    def decode(value: AttributeValue) -> object:
        return made(decode_members(value, member.decode, tag))

    return ValueCodec(encode, decode, tag, _READABLE_AS_SET)


def _set_tag(name: str, member: ValueCodec) -> str | None:
    if member.tag is not None and member.tag not in _SET_TAGS:
        raise UnsupportedTypeError(
            f"{name}: a set of DynamoDB holds text, numbers or bytes, not {member.tag}"
        )
    return member.tag and _SET_TAGS[member.tag]


def encode_members(values: Collection[object], encode: Encode) -> AttributeValue:
    """The set of these values, in their order."""
    if not values:
        return {"NULL": True}
    encoded = [encode(each) for each in values]
    tags = {tag for each in encoded for tag in each}
    tag = next(iter(tags))
    if len(tags) > 1 or tag not in _SET_TAGS:
        kinds = " and ".join(sorted({type(each).__name__ for each in values}))
        raise InvalidValueError(
            f"a set holds only text, only numbers or only bytes; this one has {kinds}"
        )
    return {_SET_TAGS[tag]: list(dict.fromkeys(each[tag] for each in encoded))}


def _sorted(value: AttributeValue) -> AttributeValue:
    for tag, members in value.items():
        if tag != "NULL":
            members.sort(key=Decimal if tag == "NS" else None)
    return value


def decode_members(value: AttributeValue, decode: Decode, tag: str | None) -> list[Any]:
    """The members of a stored set; none for NULL."""
    found, stored = next(iter(value.items()))
    if found == "NULL":
        return []
    if found not in _MEMBER_TAGS or tag not in (None, found):
        raise wrong_tag(tag or "SS, NS or BS", value)
    member = _MEMBER_TAGS[found]
    return [decode({member: each}) for each in stored]


def map_codec(hint: Hint, resolve: Resolve) -> ValueCodec:
    """`dict[K, V]` and its like."""
    origin, name, arguments = origin_of(hint), describe(hint), get_args(hint)
    part = resolve(int if origin is Counter else (*arguments, Any, Any)[1])
    write_key, read_key = _key_texts(next(iter(arguments), Any), resolve)
    encode_part, decode_part = part.encode, part.decode
    made = _map_maker(origin, arguments)

    def encode(value: object) -> AttributeValue:
        if not isinstance(value, Mapping):
            raise wrong_type(name, value)
        try:
            parts = {write_key(key): encode_part(each) for key, each in value.items()}
        except InvalidValueError as error:
            raise under(".*", error) from error.__cause__
        return {"M": parts}

    def decode(value: AttributeValue) -> object:
        try:
            parts = {
                read_key(key): decode_part(each) for key, each in value["M"].items()
            }
        except ItemShapeError as error:
            raise under(".*", error) from error.__cause__
        return made(parts)

    plain_keys = origin is dict and plain(next(iter(arguments), Any)) is str
    code = '{key: {part} for key, {each} in {stored}["M"].items()}'
    return ValueCodec(
        encode,
        _top(decode, "M"),
        "M",
        depth=nested_depth([part]),
        in_place=_each_in_place(part, code) if plain_keys else "",
        part=part,
    )


def _map_maker(
    origin: Hint, arguments: tuple[Hint, ...]
) -> Callable[[dict[Any, Any]], Any]:
    if origin is defaultdict:
        factory = origin_of(plain(arguments[1])) if len(arguments) > 1 else None
        return lambda parts: defaultdict(factory if callable(factory) else None, parts)
    if origin is OrderedDict or origin is Counter:
        return origin
    return lambda parts: parts


def _key_texts(
    hint: Hint, resolve: Resolve
) -> tuple[Callable[[Any], str], Callable[[str], Any]]:
    if is_anything(plain(hint)) or plain(hint) is str:
        return _text_key, lambda text: text
    codec = resolve(hint)
    tag = codec.tag
    if tag not in _SET_TAGS:
        raise UnsupportedTypeError(f"{describe(hint)} cannot be the key of a dict")

    def write(key: object) -> str:
        text = codec.encode(key).get(tag)
        if not isinstance(text, str):
            raise InvalidValueError("a key of a dict must become text")
        # Spelt out: keys are names in paths, and "1E3" would be an odd one.
        return format(Decimal(text), "f") if tag == "N" else text

    return write, lambda text: codec.decode({tag: text})


def _text_key(key: object) -> str:
    if not isinstance(key, str):
        raise InvalidValueError(
            f"a key of a dict must be text, not {type(key).__name__}; say how to store"
            " it, as in dict[int, str]"
        )
    return checked_text(key)
