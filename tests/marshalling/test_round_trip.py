"""Every type, as it is stored, in both directions."""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, List, Literal, Optional, Union  # noqa: UP035 # old forms
from uuid import UUID

import pytest
from attrs import frozen
from typing_extensions import TypeAliasType

from dynamorm_async.marshalling.codecs import Codecs
from tests.marshalling.samples import (
    Address,
    Box,
    Cat,
    Circle,
    Code,
    Color,
    Corner,
    Dog,
    Draft,
    IntBox,
    Level,
    Mood,
    Named,
    Node,
    Pair,
    Percent,
    Point,
    Private,
    Profile,
    Right,
    Size,
    Square,
    UserId,
)

ID = UUID("12345678-1234-5678-1234-567812345678")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Numbers = TypeAliasType("Numbers", list[int])

SCALARS = [
    (str, "x", {"S": "x"}),
    (str, "", {"S": ""}),
    (str, "é\x00😀", {"S": "é\x00😀"}),
    (Code, Code("c"), {"S": "c"}),
    (int, 0, {"N": "0"}),
    (int, -12, {"N": "-12"}),
    (int, 1200, {"N": "1200"}),
    (int, 12000, {"N": "12000"}),
    (float, 2.5, {"N": "2.5"}),
    (float, -0.0, {"N": "0"}),
    (float, 1e100, {"N": "1E100"}),
    (Decimal, Decimal("0.10"), {"N": "0.1"}),
    (bool, True, {"BOOL": True}),
    (bool, False, {"BOOL": False}),
    (bytes, b"\x00\xff", {"B": "AP8="}),
    (bytes, b"", {"B": ""}),
    (bytearray, bytearray(b"a"), {"B": "YQ=="}),
    (memoryview, memoryview(b"a"), {"B": "YQ=="}),
    (None, None, {"NULL": True}),
    (datetime, NOON, {"S": "2026-11-22T12:00:00.000000Z"}),
    (
        datetime,
        datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))),
        {"S": "2025-12-31T23:30:00.000000Z"},
    ),
    (date, date(2026, 1, 2), {"S": "2026-01-02"}),
    (time, time(9, 5), {"S": "09:05:00.000000"}),
    (time, time(9, 5, tzinfo=UTC), {"S": "09:05:00.000000+00:00"}),
    (timedelta, timedelta(days=1, microseconds=1), {"N": "86400.000001"}),
    (timedelta, timedelta(seconds=-0.5), {"N": "-0.5"}),
    (UUID, ID, {"S": "12345678-1234-5678-1234-567812345678"}),
    (Path, Path("a") / "b", {"S": str(Path("a") / "b")}),
]

CHOICES = [
    (Color, Color.RED, {"S": "red"}),
    (Size, Size.LARGE, {"S": "l"}),
    (Mood, Mood.BAD, {"S": "bad"}),
    (Level, Level.HIGH, {"N": "1000"}),
    (Right, Right.READ | Right.WRITE, {"N": "3"}),
    (Corner, Corner.UPPER, {"L": [{"N": "1000"}, {"N": "1"}]}),
    (Literal["a", "b"], "b", {"S": "b"}),
    (Literal["a", 1], 1, {"N": "1"}),
    (Literal[True], True, {"BOOL": True}),
    (Literal[Color.RED], Color.RED, {"S": "red"}),
    (UserId, UserId("u"), {"S": "u"}),
    (Percent, 7, {"N": "7"}),
    (Final[int], 7, {"N": "7"}),
    (Numbers, [7], {"L": [{"N": "7"}]}),
]

COLLECTIONS = [
    (list[int], [1, 2], {"L": [{"N": "1"}, {"N": "2"}]}),
    (list[int], [], {"L": []}),
    (List[str], ["a"], {"L": [{"S": "a"}]}),  # noqa: UP006
    (list[list[str]], [["a"], []], {"L": [{"L": [{"S": "a"}]}, {"L": []}]}),
    (list[int | None], [1, None], {"L": [{"N": "1"}, {"NULL": True}]}),
    (Sequence[int], [1], {"L": [{"N": "1"}]}),
    (Iterable[int], [1], {"L": [{"N": "1"}]}),
    (deque[int], deque([1]), {"L": [{"N": "1"}]}),
    (tuple[int, ...], (1, 2), {"L": [{"N": "1"}, {"N": "2"}]}),
    (tuple[int, str], (1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
    (tuple[()], (), {"L": []}),
    (list, [1, "a"], {"L": [{"N": "1"}, {"S": "a"}]}),
    (set[str], {"b", "a"}, {"SS": ["a", "b"]}),
    (set[int], {10, 9}, {"NS": ["9", "10"]}),
    (set[bytes], {b"b", b"a"}, {"BS": ["YQ==", "Yg=="]}),
    (set[UUID], {ID}, {"SS": [str(ID)]}),
    (set[datetime], {NOON}, {"SS": ["2026-11-22T12:00:00.000000Z"]}),
    (set[Color], {Color.RED, Color.BLUE}, {"SS": ["blue", "red"]}),
    (set[float], {0.5, -1.0}, {"NS": ["-1", "0.5"]}),
    (set[Decimal | int], {Decimal("0.5"), 1}, {"NS": ["0.5", "1"]}),
    (set, {1, Decimal("2.5")}, {"NS": ["1", "2.5"]}),
    (set[str], set(), {"NULL": True}),
    (frozenset[int], frozenset({1}), {"NS": ["1"]}),
    (AbstractSet[int], frozenset({1}), {"NS": ["1"]}),
    (MutableSet[int], {1}, {"NS": ["1"]}),
    (list[set[int]], [{1}, set()], {"L": [{"NS": ["1"]}, {"NULL": True}]}),
    (dict[str, int], {"a": 1}, {"M": {"a": {"N": "1"}}}),
    (dict[str, int], {}, {"M": {}}),
    (dict[int, str], {1000: "a"}, {"M": {"1000": {"S": "a"}}}),
    (dict[UUID, int], {ID: 1}, {"M": {str(ID): {"N": "1"}}}),
    (dict[Color, int], {Color.RED: 1}, {"M": {"red": {"N": "1"}}}),
    (dict[date, int], {date(2026, 1, 2): 1}, {"M": {"2026-01-02": {"N": "1"}}}),
    (dict[Decimal, int], {Decimal("0.5"): 1}, {"M": {"0.5": {"N": "1"}}}),
    (dict, {"a": [None]}, {"M": {"a": {"L": [{"NULL": True}]}}}),
    (Mapping[str, int], {"a": 1}, {"M": {"a": {"N": "1"}}}),
    (OrderedDict[str, int], OrderedDict(a=1), {"M": {"a": {"N": "1"}}}),
    (Counter[str], Counter("aab"), {"M": {"a": {"N": "2"}, "b": {"N": "1"}}}),
    (
        defaultdict[str, list[int]],
        defaultdict(list, a=[1]),
        {"M": {"a": {"L": [{"N": "1"}]}}},
    ),
]

ADDRESS = {"street": {"S": "s"}, "zip": {"N": "12"}}
STRUCTURES = [
    (
        Address,
        Address("s", 12),
        {"M": {**ADDRESS, "country": {"S": "NL"}, "floor": {"NULL": True}}},
    ),
    (
        Point,
        Point(1, 2, ["m"], "n"),
        {
            "M": {
                "x": {"N": "1"},
                "y": {"N": "2"},
                "marks": {"L": [{"S": "m"}]},
                "note": {"S": "n"},
            }
        },
    ),
    (Pair, Pair(1), {"M": {"left": {"N": "1"}, "right": {"S": "r"}}}),
    (Profile, {"name": "n"}, {"M": {"name": {"S": "n"}}}),
    (Profile, {"name": "n", "age": 3}, {"M": {"name": {"S": "n"}, "age": {"N": "3"}}}),
    (Draft, {"title": "t"}, {"M": {"title": {"S": "t"}}}),
    (Private, Private(secret="s"), {"M": {"_secret": {"S": "s"}}}),
    (
        Node,
        Node("a", [Node("b")]),
        {
            "M": {
                "name": {"S": "a"},
                "children": {
                    "L": [
                        {
                            "M": {
                                "name": {"S": "b"},
                                "children": {"L": []},
                                "parent": {"NULL": True},
                            }
                        }
                    ]
                },
                "parent": {"NULL": True},
            }
        },
    ),
    (
        Box[int],
        Box(1, [2]),
        {"M": {"content": {"N": "1"}, "spare": {"L": [{"N": "2"}]}}},
    ),
    (
        IntBox,
        IntBox(1, [], "l"),
        {"M": {"content": {"N": "1"}, "spare": {"L": []}, "label": {"S": "l"}}},
    ),
]

CAT = {"M": {"kind": {"S": "cat"}, "lives": {"N": "9"}}}
WOLF = {"M": {"kind": {"S": "wolf"}, "lives": {"N": "1"}}}
UNIONS = [
    (str | None, None, {"NULL": True}),
    (Optional[str], "a", {"S": "a"}),  # noqa: UP045
    (Union[int, None], 1, {"N": "1"}),  # noqa: UP007
    (int | str, 1, {"N": "1"}),
    (int | str, "1", {"S": "1"}),
    (int | str | None, None, {"NULL": True}),
    (float | str, 2.5, {"N": "2.5"}),
    (int | Decimal, 2, {"N": "2"}),
    (int | Decimal, Decimal("2.5"), {"N": "2.5"}),
    (int | float, 2.5, {"N": "2.5"}),
    (bool | int, True, {"BOOL": True}),
    (bool | int, 1, {"N": "1"}),
    (datetime | str, NOON, {"S": "2026-11-22T12:00:00.000000Z"}),
    (datetime | str, "soon", {"S": "soon"}),
    (str | UUID, ID, {"S": str(ID)}),
    (str | UUID, ID.hex, {"S": ID.hex}),
    (date | datetime, date(2026, 1, 2), {"S": "2026-01-02"}),
    (date | datetime, NOON, {"S": "2026-11-22T12:00:00.000000Z"}),
    (Literal["auto"] | int, "auto", {"S": "auto"}),
    (Literal["auto"] | str, "other", {"S": "other"}),
    (Color | str, Color.RED, {"S": "red"}),
    (Color | str, "green", {"S": "green"}),
    (list[int] | list[str], ["a"], {"L": [{"S": "a"}]}),
    (list[int] | set[int], {1}, {"NS": ["1"]}),
    (bytes | str, b"a", {"B": "YQ=="}),
    (Cat | Dog, Cat("cat", 9), CAT),
    (Cat | Dog | None, Dog("wolf", 1), WOLF),
    (Circle | Square, Square(2), {"M": {"side": {"N": "2"}}}),
    (Circle | Named, {"label": "a"}, {"M": {"label": {"S": "a"}}}),
    (Circle | Square | Draft, Circle(2), {"M": {"radius": {"N": "2"}}}),
    (Circle | dict[str, str], {"a": "b"}, {"M": {"a": {"S": "b"}}}),
    (Circle | dict[str, str], Circle(2), {"M": {"radius": {"N": "2"}}}),
]

ANYTHING = [
    (Any, "a", {"S": "a"}),
    (object, 1, {"N": "1"}),
    (Any, Decimal("1.5"), {"N": "1.5"}),
    (Any, True, {"BOOL": True}),
    (Any, None, {"NULL": True}),
    (Any, b"a", {"B": "YQ=="}),
    (Any, {"a"}, {"SS": ["a"]}),
    (Any, {1, Decimal("2.5")}, {"NS": ["1", "2.5"]}),
    (Any, {b"a"}, {"BS": ["YQ=="]}),
    (Any, [1, ["a"]], {"L": [{"N": "1"}, {"L": [{"S": "a"}]}]}),
    (Any, {"a": {"b": 1}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
    (dict[str, Any], {"a": None}, {"M": {"a": {"NULL": True}}}),
]

ALL = [*SCALARS, *CHOICES, *COLLECTIONS, *STRUCTURES, *UNIONS, *ANYTHING]


@pytest.mark.parametrize(("hint", "value", "wire"), ALL)
def test_a_value_is_stored_as_the_table_says(
    hint: object, value: object, wire: dict[str, object]
) -> None:
    assert Codecs().encoder(hint)(value) == wire


@pytest.mark.parametrize(("hint", "value", "wire"), ALL)
def test_where_hooks_may_come_in_the_table_is_the_same(
    hint: Any, value: Any, wire: Any
) -> None:
    codecs = Codecs()
    codecs.converter.register_unstructure_hook(_Elsewhere, lambda _: {"S": "unused"})
    assert codecs.encoder(hint)(value) == wire
    assert codecs.decoder(hint)(wire) == value


class _Elsewhere:
    """A type that occurs in no other."""


@pytest.mark.parametrize(("hint", "value", "wire"), ALL)
def test_a_stored_value_is_read_as_the_table_says(
    hint: object, value: object, wire: dict[str, object]
) -> None:
    read = Codecs().decoder(hint)(wire)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (2.5, {"N": "2.5"}),
        (NOON, {"S": "2026-11-22T12:00:00.000000Z"}),
        (ID, {"S": str(ID)}),
        (Color.RED, {"S": "red"}),
        (Level.HIGH, {"N": "1000"}),
        ((1, 2), {"L": [{"N": "1"}, {"N": "2"}]}),
        (frozenset({"a"}), {"SS": ["a"]}),
        (Counter("a"), {"M": {"a": {"N": "1"}}}),
        (Pair(1, "b"), {"M": {"left": {"N": "1"}, "right": {"S": "b"}}}),
        (Circle(3), {"M": {"radius": {"N": "3"}}}),
        (Code("c"), {"S": "c"}),
        ({"a": ID}, {"M": {"a": {"S": str(ID)}}}),
        ({Size.SMALL: 1}, {"M": {"s": {"N": "1"}}}),
        (Path("a"), {"S": "a"}),
    ],
)
def test_any_stores_a_value_by_its_class(
    value: object, wire: dict[str, object]
) -> None:
    assert Codecs().encoder(Any)(value) == wire


@pytest.mark.parametrize(
    ("hint", "wire", "value"),
    [
        (int, {"N": "1E+2"}, 100),
        (int, {"N": "100.0"}, 100),
        (float, {"N": "3"}, 3.0),
        (Decimal, {"N": "3"}, Decimal(3)),
        (Any, {"N": "1E+2"}, 100),
        (Level, {"N": "1000"}, Level.HIGH),
        (Corner, {"L": [{"N": "1000.0"}, {"N": "1"}]}, Corner.UPPER),
        (Literal[1000], {"N": "1000"}, 1000),
        (UUID, {"S": str(ID).upper()}, ID),
        (set[str], {"NULL": True}, set()),
        (frozenset[int], {"NULL": True}, frozenset()),
        (Address, {"M": ADDRESS}, Address("s", 12)),
        (Address, {"M": {**ADDRESS, "unknown": {"S": "?"}}}, Address("s", 12)),
        (
            Point,
            {"M": {"x": {"N": "1"}, "y": {"N": "2"}}},
            Point(1, 2, [], None),
        ),
        (int | Decimal, {"N": "2.0"}, 2),
    ],
)
def test_what_others_wrote_is_read_too(
    hint: object, wire: dict[str, object], value: object
) -> None:
    read = Codecs().decoder(hint)(wire)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("hint", "value", "wire"),
    [
        (float, 3, {"N": "3"}),
        (Decimal, 3, {"N": "3"}),
        (int, Level.LOW, {"N": "1"}),
        (str, Size.SMALL, {"S": "s"}),
        (bytes, bytearray(b"a"), {"B": "YQ=="}),
        (bytes, memoryview(b"a"), {"B": "YQ=="}),
        (list[int], (1,), {"L": [{"N": "1"}]}),
        (set[int], frozenset({1}), {"NS": ["1"]}),
        (set[str], {"a": 1}.keys(), {"SS": ["a"]}),
        (float | str, 3, {"N": "3"}),
        (dict[str, int], {Size.SMALL: 1}, {"M": {"s": {"N": "1"}}}),
    ],
)
def test_a_near_type_is_taken_as_well(
    hint: object, value: object, wire: dict[str, object]
) -> None:
    assert Codecs().encoder(hint)(value) == wire


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the type statement")
def test_a_type_alias_may_hold_itself() -> None:
    scope: dict[str, Any] = {}
    exec("type Json = str | int | list[Json] | dict[str, Json]", scope)
    wire = {"L": [{"S": "a"}, {"M": {"b": {"L": [{"N": "1"}]}}}]}
    codecs = Codecs()
    assert codecs.encoder(scope["Json"])(["a", {"b": [1]}]) == wire
    assert codecs.decoder(scope["Json"])(wire) == ["a", {"b": [1]}]


def test_equal_sets_are_stored_in_one_order() -> None:
    encode = Codecs().encoder(set[str])
    names = [f"name-{number}" for number in range(50)]
    assert encode(set(names)) == encode({*reversed(names)}) == {"SS": sorted(names)}


def test_a_class_made_in_a_function_may_hold_itself() -> None:
    @frozen
    class Local:
        inner: "Local | None" = None

    wire = {"M": {"inner": {"M": {"inner": {"NULL": True}}}}}
    codecs = Codecs()
    assert codecs.encoder(Local)(Local(Local())) == wire
    assert codecs.decoder(Local)(wire) == Local(Local())
