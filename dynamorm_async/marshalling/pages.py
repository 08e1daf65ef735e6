"""The quickest way through a page of items: from its bytes to instances.

msgspec reads the JSON into structs that have the shape of the model's items, and takes
half the time that dicts would; a function written as code makes instances of them.
Whatever is out of the ordinary (NULL, a number like 1E2, a wrong type) makes this way
give up, and the reply is read into dicts and decoded as any other.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType, defstruct

from ..errors import ItemShapeError
from ..wire.ready import ReadyRows
from .compiled import NAMES, CompiledField, function_of, missing_value
from .numbers import DECIMAL, INT
from .scalars import SCALARS, STR
from .times import DATETIME
from .values import ValueCodec

WORTH_IT = 4096
"""Bytes of a reply from which on it pays to make what reads such replies quickly."""

Identify = Callable[[dict[str, Any]], Any]
"""What tells items apart, of their keys as they are stored."""

Instances = Callable[[list[Any]], list[Any]]
"""Makes instances of structs."""

Pairs = Callable[[list[Any], str, Identify], list[Any]]
"""Makes pairs of identity and instance, of structs of one table."""

_FOR_PAIRS = ", table_name, identify"

_SCALARS: dict[int, tuple[type, str]] = {
    id(STR): (str, "{stored}.S"),
    id(INT): (int, "{stored}.N"),
    id(DECIMAL): (str, "read_decimal({stored}.N)"),
    id(SCALARS[bool]): (bool, "{stored}.BOOL"),
    id(DATETIME): (str, "read_moment({stored}.S)"),
}
"""What msgspec reads a value as, and the code that makes the rest of it."""

_SETS: dict[str, Any] = {"SS": set[str], "NS": set[int]}
_AS_STORED = dict[str, Any]


class Place(Struct, frozen=True):
    """How one value is read: into a struct of this type, and from it by this code."""

    type: Any
    code: str


def place_of_field(field: CompiledField) -> Place | None:
    """How a field is read; None for one that needs its decoder."""
    place, tag = place_of(field.codec), field.codec.tag
    if place is None or tag is None or not field.may_be_null:
        return place
    kind = _struct_or_null(tag, place.type)
    return Place(
        kind, f"null({{stored}}) if {{stored}}.{tag} is UNSET else {place.code}"
    )


def null(stored: Any) -> None:
    """None, for a stored NULL.  Raises `ItemShapeError` for anything else."""
    if not stored.NULL:
        raise ItemShapeError("expected a value or NULL")


def place_of(codec: ValueCodec) -> Place | None:
    """How values of this codec are read; None for those that need its decoder."""
    tag = codec.tag
    if not codec.in_place or tag is None:
        return None
    if id(codec) in _SCALARS:
        kind, code = _SCALARS[id(codec)]
        return Place(_struct_of(tag, kind), code)
    if tag in _SETS:
        return Place(_struct_of(tag, _SETS[tag]), f"{{stored}}.{tag}")
    part = None if codec.part is None else place_of(codec.part)
    return None if part is None else _place_of_container(tag, part)


def _place_of_container(tag: str, part: Place) -> Place:
    # The code of a part is shorter than that of the whole: no name hides another.
    each = f"each{len(part.code)}"
    read = part.code.replace("{stored}", each)
    if tag == "L":
        code = f"[{read} for {each} in {{stored}}.L]"
        return Place(_struct_of(tag, list_of(part.type)), code)
    code = f"{{key: {read} for key, {each} in {{stored}}.M.items()}}"
    return Place(_struct_of(tag, dict_of(part.type)), code)


def list_of(kind: Any) -> Any:
    """The type of a list of these, whose type was made while the program runs."""
    return list.__class_getitem__(kind)


def dict_of(kind: Any) -> Any:
    """The type of a dict of these by text."""
    return dict.__class_getitem__((str, kind))


def _struct_or_null(tag: str, plain: Any) -> type[Struct]:
    (held,) = msgspec.structs.fields(plain)
    members = [(tag, held.type | UnsetType, UNSET), ("NULL", bool, False)]
    return defstruct(f"Stored{tag}OrNull", members, gc=False)


@lru_cache(maxsize=1024)
def _struct_of(tag: str, kind: Any) -> type[Struct]:
    """A stored value with this tag.  Values know no cycles: nothing to collect."""
    return defstruct(f"Stored{tag}", [(tag, kind)], gc=False)


class PageReader:
    """Reads whole pages of one model's items."""

    def __init__(
        self, model: type, fields: Sequence[CompiledField], key: Sequence[str]
    ) -> None:
        self._model = model
        self._fields = fields
        self._key = key

    def page(self, raw: bytes) -> dict[str, Any] | None:
        """The reply of a Query or Scan."""
        if len(raw) < WORTH_IT and "_of_page" not in vars(self):
            return None
        decode, instances = self._of_page
        try:
            reply = decode(raw)
            rows = ReadyRows(instances(reply.Items), raw)
        except Exception:  # whatever it is, the careful way tells it
            return None
        return {"Items": rows, **_rest(reply)}

    def tables(
        self, raw: bytes, table_name: str, identify: Identify
    ) -> dict[str, Any] | None:
        """The reply of a BatchGetItem: its rows are pairs of identity and instance."""
        if len(raw) < WORTH_IT and "_of_tables" not in vars(self):
            return None
        decode, pairs = self._of_tables
        try:
            reply = decode(raw)
            tables = {
                name: ReadyRows(pairs(rows, table_name, identify), raw)
                for name, rows in reply.Responses.items()
            }
        except Exception:  # whatever it is, the careful way tells it
            return None
        return {"Responses": tables, **_rest(reply)}

    @cached_property
    def _of_page(self) -> tuple[Callable[[bytes], Any], Instances]:
        row, instances = self._reader("made")
        return _decoder("Items", list_of(row)), instances

    @cached_property
    def _of_tables(self) -> tuple[Callable[[bytes], Any], Pairs]:
        places = {each.attribute: n for n, each in enumerate(self._fields)}
        key = [places[name] for name in self._key]
        if all(self._fields[n].codec is STR for n in key):
            # What `identify` says of keys of text.
            same = f"table_name, row.f{key[0]}.S, row.f{key[-1]}.S"
            row, pairs = self._reader(f"(({same}), made)", _FOR_PAIRS)
        else:
            parts = ", ".join(f"{name!r}: row.f{places[name]}" for name in self._key)
            row, pairs = self._reader(
                f"(identify({{{parts}}}), made)", _FOR_PAIRS, as_stored=self._key
            )
        return _decoder("Responses", dict_of(list_of(row))), pairs

    def _reader(
        self, found: str, given: str = "", as_stored: Collection[str] = ()
    ) -> tuple[type[Struct], Callable[..., list[Any]]]:
        """The struct of an item, and what makes a list of what is `found` in them.

        That is code, which knows the `row`, the instance `made` of it, and what else is
        `given`.  The attributes in `as_stored` are left as they are stored.
        """
        scope: dict[str, Any] = {
            **NAMES,
            "model": self._model,
            "new": object.__new__,
            "UNSET": UNSET,
            "null": null,
        }
        kinds: list[Any] = []
        lines = [f"def read(rows{given}):", "    found = []", "    for row in rows:"]
        lines += ["        made = new(model)"]
        for number, each in enumerate(self._fields):
            place = None if each.attribute in as_stored else place_of_field(each)
            if place is None:
                scope[f"decode_{number}"] = each.decode
                place = Place(_AS_STORED, f"decode_{number}({{stored}})")
            kinds.append(_member(number, each, place.type))
            lines += [f"        {_reading(number, each, place, scope)}"]
        lines += [f"        found.append({found})", "    return found"]
        row = defstruct(
            f"Stored{self._model.__name__}",
            # What may be missing comes last.
            sorted(kinds, key=len),
            rename={f"f{n}": each.attribute for n, each in enumerate(self._fields)},
            gc=False,
        )
        return row, function_of("read", self._model, lines, scope)


def _member(number: int, field: CompiledField, kind: Any) -> tuple[Any, ...]:
    if field.absent is None:
        return (f"f{number}", kind)
    return (f"f{number}", kind | UnsetType, UNSET)


def _reading(
    number: int, field: CompiledField, place: Place, scope: dict[str, Any]
) -> str:
    read = place.code.replace("{stored}", f"row.f{number}")
    if field.absent is not None:
        missing = missing_value(number, field, scope)
        read = f"{missing} if row.f{number} is UNSET else {read}"
    return f"made.{field.name} = {read}"


_REST = (
    *("Count", "ScannedCount", "LastEvaluatedKey"),
    *("UnprocessedKeys", "ConsumedCapacity"),
)
"""What else the replies of reads have."""


def _decoder(rows: str, kind: Any) -> Callable[[bytes], Any]:
    rest = [(name, Any, UNSET) for name in _REST]
    reply = defstruct(f"ReplyWith{rows}", [(rows, kind), *rest])
    return msgspec.json.Decoder(reply, strict=False).decode


def _rest(reply: Any) -> dict[str, Any]:
    found = {name: getattr(reply, name) for name in _REST}
    return {name: value for name, value in found.items() if value is not UNSET}
