"""Hypothesis strategies for conditions: what is asked, and what is meant by it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, reduce
from operator import and_, or_
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st

from dynamorm_async.expressions.conditions import Condition
from dynamorm_async.expressions.paths import Path
from tests.reference.engines import (
    ORDER_OF_MIXED_TYPES,
    PARTS_OF_BYTES,
    SIZE_OF_MISSING,
    TWO_MISSING,
)
from tests.reference.rows import BLOBS, LEAST, MOST, TEXTS, WORDS, Row, moment
from tests.reference.trees import Values, comparison_holds

DEEPEST = 4

Lacking = frozenset[str]
NUMBERS = st.integers(LEAST, MOST)
TEXT = st.sampled_from(TEXTS)
BYTES = st.sampled_from(BLOBS)
MOMENTS = NUMBERS.map(moment)

NUMERIC = (
    Row.count,
    Row.size,
    Row.tree["size"],
    Row.tree["deep"]["n"],
    Row.tree["l"][1],
)
TEXTUAL = (Row.title, Row.status, Row.tree["s"])
BINARY = (Row.blob,)
TIMELY = (Row.moment,)
MIXED = (Row.items[0], Row.items[2], Row.tree["deep"], Row.tree["s"])
"""Places that hold this or that."""

SIZED = (Row.items, Row.tree)
PERHAPS_SIZED = (Row.words, Row.numbers, Row.blob, Row.tree["l"], Row.size, Row.flag)
EVERYTHING = (
    *(*NUMERIC, *TEXTUAL, *BINARY, *TIMELY, *MIXED, *SIZED, *PERHAPS_SIZED),
    Row.nothing,
)
TYPES = ("S", "N", "B", "SS", "NS", "BOOL", "NULL", "L", "M")


@frozen
class Asked:
    """A condition, built with the typed API, and what is meant by it."""

    term: Condition
    holds: Callable[[Values], bool] = field(repr=False)
    """Whether it should hold of these values: Python decides."""


Conditions = st.SearchStrategy[Asked]

COMPARING: dict[str, Callable[[Any, Any], Condition]] = {
    "=": lambda place, value: place == value,
    "!=": lambda place, value: place != value,
    "<": lambda place, value: place < value,
    "<=": lambda place, value: place <= value,
    ">": lambda place, value: place > value,
    ">=": lambda place, value: place >= value,
}
EQUATING = {sign: COMPARING[sign] for sign in ("=", "!=")}
CALLING: dict[str, Callable[..., Condition]] = {
    "BETWEEN": lambda place, low, high: place.between(low, high),
    "IN": lambda place, *several: place.is_in(several),
    "BEGINS_WITH": lambda place, prefix: place.begins_with(prefix),
    "CONTAINS": lambda place, part: place.contains(part),
    "NOT_CONTAINS": lambda place, part: place.not_contains(part),
    "EXISTS": lambda place: place.exists(),
    "NOT_EXISTS": lambda place: place.not_exists(),
    "ATTRIBUTE_TYPE": lambda place, kind: place.attribute_type(kind),
}


def asked(build: Callable[..., Condition], name: str, place: Any, *given: Any) -> Asked:
    """What `build` makes, which should mean what the name of the operator says."""
    operands = [each.subject if isinstance(each, Path) else each for each in given]
    return Asked(
        build(place, *given),
        lambda values: comparison_holds(name, place.subject, operands, values),
    )


def all_of(terms: list[Asked]) -> Asked:
    """Terms joined with `&`."""
    return Asked(
        reduce(and_, [each.term for each in terms]),
        lambda values: all(each.holds(values) for each in terms),
    )


def any_of(terms: list[Asked]) -> Asked:
    """Terms joined with `|`."""
    return Asked(
        reduce(or_, [each.term for each in terms]),
        lambda values: any(each.holds(values) for each in terms),
    )


def opposite(asked: Asked) -> Asked:
    """A term after `~`."""
    return Asked(~asked.term, lambda values: not asked.holds(values))


# Building a strategy takes longer than drawing from it.
@cache
def conditions(lacking: Lacking = frozenset()) -> Conditions:
    """Trees of conditions up to four groups deep, of what the engine does not lack."""
    return _trees(_leaves(lacking), DEEPEST)


def _trees(leaves: Conditions, depth: int) -> Conditions:
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: _trees(leaves, depth - 1))
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        leaves, several.map(all_of), several.map(any_of), inner.map(opposite)
    )


def _leaves(lacking: Lacking) -> Conditions:
    found = list(families(lacking).values())
    # Not one_of, which would draw from the largest family most of the time.
    return st.sampled_from(found).flatmap(lambda family: family)


@cache
def families(lacking: Lacking = frozenset()) -> dict[str, Conditions]:
    """Single comparisons, by what they compare."""
    bytes_too = BINARY if PARTS_OF_BYTES not in lacking else ()
    mixed = MIXED if ORDER_OF_MIXED_TYPES not in lacking else ()
    sized = (*SIZED, *(PERHAPS_SIZED if SIZE_OF_MISSING not in lacking else ()))
    sizes = [each.size() for each in sized]
    places = NUMERIC[1:] if TWO_MISSING in lacking else NUMERIC
    alone = NUMERIC[:1] if TWO_MISSING in lacking else NUMERIC
    return {
        "numbers": _ordered((*NUMERIC, *mixed), NUMBERS),
        "texts": _ordered(TEXTUAL, TEXT) | _called("BEGINS_WITH", TEXTUAL, TEXT),
        "times": _ordered(TIMELY, MOMENTS),
        "bytes": _compared(EQUATING, BINARY, BYTES)
        | _over(bytes_too, lambda few: _ordered(few, BYTES))
        | _over(bytes_too, lambda few: _called("BEGINS_WITH", few, BYTES)),
        "sizes": _ordered(sizes, st.integers(0, 3)),
        "parts": _containing(TEXTUAL, TEXT)
        | _over(bytes_too, lambda few: _containing(few, BYTES)),
        "elements": _containing((Row.words,), st.sampled_from(WORDS))
        | _containing((Row.numbers, Row.tree["l"]), NUMBERS)
        | _containing((Row.items,), NUMBERS | TEXT),
        "whole values": _compared(EQUATING, (Row.flag,), st.booleans())
        | _compared(EQUATING, (Row.words,), st.sets(st.sampled_from(WORDS), min_size=1))
        | _compared(EQUATING, (Row.numbers,), st.sets(NUMBERS, min_size=1, max_size=3))
        | _compared(EQUATING, (Row.items,), st.lists(NUMBERS | TEXT, max_size=2))
        | _compared(EQUATING, MIXED, NUMBERS | TEXT),
        "None": _compared(EQUATING, (Row.size, Row.status, Row.nothing), st.none()),
        "two places": _compared(COMPARING, alone, _of(places))
        | _over(mixed, lambda few: _compared(COMPARING, few, _of(TEXTUAL))),
        "presence": _called("EXISTS", EVERYTHING) | _called("NOT_EXISTS", EVERYTHING),
        "types": _called("ATTRIBUTE_TYPE", EVERYTHING, st.sampled_from(TYPES)),
    }


def _over(
    places: Sequence[Any], leaves: Callable[[Sequence[Any]], Conditions]
) -> Conditions:
    """The leaves on these places; none where there are no places."""
    return leaves(places) if places else st.nothing()


def _of(places: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(list(places))


def _compared(
    comparing: Mapping[str, Callable[[Any, Any], Condition]],
    places: Sequence[Any],
    values: st.SearchStrategy[Any],
) -> Conditions:
    return st.builds(
        lambda sign, place, value: asked(comparing[sign], sign, place, value),
        st.sampled_from(list(comparing)),
        _of(places),
        values,
    )


def _called(
    name: str, places: Sequence[Any], *values: st.SearchStrategy[Any]
) -> Conditions:
    return st.builds(partial(asked, CALLING[name], name), _of(places), *values)


def _ordered(places: Sequence[Any], values: st.SearchStrategy[Any]) -> Conditions:
    # DynamoDB orders text by its UTF-8, as Python orders it.
    ranges = st.lists(values, min_size=2, max_size=2).map(sorted)
    several = st.lists(values, min_size=1, max_size=3)
    return st.one_of(
        _compared(COMPARING, places, values),
        st.builds(
            lambda place, pair: asked(CALLING["BETWEEN"], "BETWEEN", place, *pair),
            _of(places),
            ranges,
        ),
        st.builds(
            lambda place, options: asked(CALLING["IN"], "IN", place, *options),
            _of(places),
            several,
        ),
    )


def _containing(places: Sequence[Any], values: st.SearchStrategy[Any]) -> Conditions:
    return _called("CONTAINS", places, values) | _called("NOT_CONTAINS", places, values)
