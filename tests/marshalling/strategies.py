"""Hypothesis strategies for values of every type that can be stored."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from attrs import frozen
from hypothesis import strategies as st

from tests.marshalling.samples import (
    Address,
    Box,
    Cat,
    Circle,
    Color,
    Dog,
    Draft,
    Level,
    Mood,
    Node,
    Pair,
    Point,
    Profile,
    Right,
    Size,
    Square,
)

INTS = st.integers(-(10**38) + 1, 10**38 - 1) | st.builds(
    lambda digits, zeros: digits * 10**zeros,
    st.integers(-999, 999),
    st.integers(0, 123),
)
DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=38).map(tuple),
    st.integers(-130, 88),
)
FLOATS = st.floats(min_value=-1e125, max_value=1e125).filter(
    lambda number: number == 0 or abs(number) >= 1e-130
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
BYTES = st.binary(max_size=50)
ZONES = st.integers(-1439, 1439).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
DATETIMES = st.builds(
    lambda moment, zone: moment.astimezone(zone),
    st.datetimes(timezones=st.just(UTC)).filter(lambda each: 1 < each.year < 9999),
    st.just(UTC) | ZONES,
)
SPANS = st.timedeltas()
ADDRESSES = st.builds(Address, TEXT, INTS, TEXT, st.none() | INTS)
POINTS = st.builds(Point, INTS, INTS, st.lists(TEXT, max_size=3), st.none() | TEXT)
NODES = st.recursive(
    st.builds(Node, TEXT),
    lambda inner: st.builds(Node, TEXT, st.lists(inner, max_size=3), st.none() | inner),
    max_leaves=8,
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | INTS | TEXT | BYTES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=10,
) | st.sets(TEXT, min_size=1)


@frozen
class Case:
    """A type and values of it that read back as they were."""

    hint: Any  # a type, or one of typing's forms that have no common class
    values: st.SearchStrategy[Any]


CASES = {
    "str": Case(str, TEXT),
    "int": Case(int, INTS),
    "float": Case(float, FLOATS),
    "Decimal": Case(Decimal, DECIMALS),
    "bool": Case(bool, st.booleans()),
    "bytes": Case(bytes, BYTES),
    "bytearray": Case(bytearray, BYTES.map(bytearray)),
    "datetime": Case(datetime, DATETIMES),
    "date": Case(date, st.dates()),
    "time": Case(time, st.times() | st.times(timezones=ZONES)),
    "timedelta": Case(timedelta, SPANS),
    "UUID": Case(UUID, st.uuids()),
    "Enum": Case(Color, st.sampled_from(Color)),
    "StrEnum": Case(Size, st.sampled_from(Size)),
    "str and Enum": Case(Mood, st.sampled_from(Mood)),
    "IntEnum": Case(Level, st.sampled_from(Level)),
    "Flag": Case(Right, st.sampled_from([*Right, Right(0), Right.READ | Right.WRITE])),
    "Literal": Case(Literal["a", 1, True], st.sampled_from(["a", 1, True])),
    "Optional": Case(str | None, st.none() | TEXT),
    "list": Case(list[int], st.lists(INTS)),
    "list of Optional": Case(list[str | None], st.lists(st.none() | TEXT)),
    "tuple": Case(tuple[int, ...], st.lists(INTS).map(tuple)),
    "fixed tuple": Case(tuple[int, str], st.tuples(INTS, TEXT)),
    "set of str": Case(set[str], st.sets(TEXT, min_size=1)),
    "set of int": Case(set[int], st.sets(INTS, min_size=1)),
    "set of Decimal": Case(set[Decimal], st.sets(DECIMALS, min_size=1)),
    "set of bytes": Case(set[bytes], st.sets(BYTES, min_size=1)),
    "set of UUID": Case(set[UUID], st.sets(st.uuids(), min_size=1)),
    "set of datetime": Case(set[datetime], st.sets(DATETIMES, min_size=1)),
    "frozenset": Case(frozenset[str], st.frozensets(TEXT, min_size=1)),
    "sets in a list": Case(list[set[str]], st.lists(st.sets(TEXT))),
    "dict": Case(dict[str, int], st.dictionaries(NAMES, INTS)),
    "dict by int": Case(dict[int, str], st.dictionaries(INTS, TEXT)),
    "dict by UUID": Case(dict[UUID, int], st.dictionaries(st.uuids(), INTS)),
    "dict of lists": Case(
        dict[str, list[float]], st.dictionaries(NAMES, st.lists(FLOATS))
    ),
    "attrs": Case(Address, ADDRESSES),
    "generic attrs": Case(Box[int], st.builds(Box, INTS, st.lists(INTS))),
    "dataclass": Case(Point, POINTS),
    "NamedTuple": Case(Pair, st.builds(Pair, INTS, TEXT)),
    "TypedDict": Case(
        Profile, st.fixed_dictionaries({"name": TEXT}, optional={"age": INTS})
    ),
    "partial TypedDict": Case(
        Draft, st.fixed_dictionaries({"title": TEXT}, optional={"words": INTS})
    ),
    "recursive attrs": Case(Node, NODES),
    "int or str": Case(int | str, INTS | TEXT),
    "datetime, bytes or None": Case(
        datetime | bytes | None, DATETIMES | BYTES | st.none()
    ),
    "UUID or int": Case(UUID | int, st.uuids() | INTS),
    "classes by Literal": Case(
        Cat | Dog,
        st.builds(Cat, st.just("cat"), INTS)
        | st.builds(Dog, st.sampled_from(["dog", "wolf"]), INTS),
    ),
    "classes by attribute": Case(
        Circle | Square, st.builds(Circle, INTS) | st.builds(Square, INTS)
    ),
    "Any": Case(Any, ANYTHING),
}
"""By the name a test shows.  Equal values may differ in type where Python says so."""
