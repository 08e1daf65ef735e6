"""What expressions are made of, once they are parsed."""

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from dynamorm_async.wire import AttributeValue, Item

Step = str | int


@frozen
class Path:
    """A place in an item: an attribute, then keys and indexes."""

    steps: tuple[Step, ...]


@frozen
class Literally:
    """A value from the request."""

    value: AttributeValue


@frozen
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Operand", ...]


@frozen
class Sum:
    """Two operands added, or the second taken from the first."""

    sign: Literal["+", "-"]
    left: "Operand"
    right: "Operand"


Operand = Path | Literally | Call | Sum


@frozen
class Compared:
    """Two operands and a sign."""

    sign: str
    left: Operand
    right: Operand


@frozen
class Between:
    """An operand and its bounds, both included."""

    operand: Operand
    low: Operand
    high: Operand


@frozen
class In:
    """An operand and what it may equal."""

    operand: Operand
    options: tuple[Operand, ...]


@frozen
class Negated:
    """The opposite of a condition."""

    term: "Term"


@frozen
class Both:
    """All of these."""

    terms: tuple["Term", ...]


@frozen
class Either:
    """At least one of these."""

    terms: tuple["Term", ...]


Term = Compared | Between | In | Negated | Both | Either | Call


@frozen
class Update:
    """The clauses of an update expression."""

    sets: tuple[tuple[Path, Operand], ...] = ()
    removes: tuple[Path, ...] = ()
    adds: tuple[tuple[Path, AttributeValue], ...] = ()
    deletes: tuple[tuple[Path, AttributeValue], ...] = ()


@frozen
class Placeholders:
    """What the placeholders of a request stand for."""

    names: Mapping[str, str]
    values: Item
