"""Types of every kind, for the tests of the codecs."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    TypedDict,
    TypeVar,
)

import attrs
from attrs import Factory, define, frozen

T = TypeVar("T")

UserId = NewType("UserId", str)
Percent = Annotated[int, "0 to 100"]


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(StrEnum):
    SMALL = "s"
    LARGE = "l"


class Mood(str, Enum):  # noqa: UP042 # not the same as a StrEnum
    GOOD = "good"
    BAD = "bad"


class Level(IntEnum):
    LOW = 1
    HIGH = 1000


class Right(Flag):
    READ = 1
    WRITE = 2


class Corner(Enum):
    LOWER = (0, 0)
    UPPER = (1000, 1)


class Code(str):
    """A text of its own type."""


@frozen
class Address:
    street: str
    zip: int
    country: str = "NL"
    floor: int | None = None


@dataclass
class Point:
    x: int
    y: int
    marks: list[str] = dataclass_field(default_factory=list)
    note: str | None = None


class Pair(NamedTuple):
    left: int
    right: str = "r"


class Profile(TypedDict):
    name: str
    age: NotRequired[int]


class Draft(TypedDict, total=False):
    title: Required[str]
    words: int


@frozen
class Node:
    name: str
    children: list["Node"] = Factory(list)
    parent: "Node | None" = None


@frozen
class Box(Generic[T]):
    content: T
    spare: list[T]


@frozen
class IntBox(Box[int]):
    label: str


@define
class Private:
    _secret: str
    computed: int = attrs.field(init=False, default=0)


@frozen
class Cat:
    kind: Literal["cat"]
    lives: int


@frozen
class Dog:
    kind: Literal["dog", "wolf"]
    lives: int


@dataclass
class Circle:
    radius: int


@dataclass
class Square:
    side: int


class Named(TypedDict):
    label: str


@frozen
class Adult:
    name: str
    age: int

    def __attrs_post_init__(self) -> None:
        if self.age < 18:
            raise ValueError("too young")


@frozen
class Money:
    """Unknown to the converter until it is registered."""

    amount: Decimal
    currency: str


class Opaque:
    """A class that nobody knows how to store."""

    def __init__(self, inside: Any) -> None:
        self.inside = inside

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Opaque) and self.inside == other.inside

    def __hash__(self) -> int:
        return hash(self.inside)


class SubOpaque(Opaque):
    """A class derived from it."""
