"""Where two arguments differ: in which field of an instance, which member of a list."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from .comparing import is_compared_by_sense, same, shown_apart
from .filter_steps import FilterSteps

_MOST = 5
"""Parts of one argument that a message tells."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()
"""Stands for what is not there."""


def told(place: str, expected: Any, actual: Any) -> Iterator[str]:
    """What is not as expected, each part with its place, such as `subject.name`."""
    parts = list(_differing(place, expected, actual))
    for where, wanted, got in parts[:_MOST]:
        left, right = shown_apart(wanted, got)
        yield f"{where}: expected {left}, got {right}"
    if len(parts) > _MOST:
        yield f"{place}: {len(parts) - _MOST} more parts differ"


Part = tuple[str, Any, Any]
"""A place, what was expected there, and what came."""


def _differing(place: str, expected: Any, actual: Any) -> Iterator[Part]:
    """The innermost parts that differ."""
    is_there = expected is not NOTHING and actual is not NOTHING
    if is_there and same(expected, actual):
        return
    found = [
        part for each in _parts(place, expected, actual) for part in _differing(*each)
    ]
    # It may say no by an == of its own.
    yield from found or [(place, expected, actual)]


def _parts(place: str, expected: Any, actual: Any) -> Sequence[Part]:
    """The parts of two values of one shape; none, if they have no shape in common."""
    if type(expected) is not type(actual) or is_compared_by_sense(expected):
        return ()
    if isinstance(expected, dict):
        return [
            (f"{place}[{key!r}]", expected.get(key, NOTHING), actual.get(key, NOTHING))
            for key in expected | actual
        ]
    if isinstance(expected, list | tuple):
        if len(expected) != len(actual):
            return ()
        pairs = enumerate(zip(expected, actual, strict=True))
        return [(f"{place}[{at}]", wanted, got) for at, (wanted, got) in pairs]
    if not attrs.has(type(expected)) or isinstance(expected, FilterSteps):
        return ()
    names = [each.name for each in attrs.fields(type(expected)) if each.eq]
    return [
        # A field that was not loaded, of a row that was selected in part, is nothing.
        (f"{place}.{n}", getattr(expected, n, NOTHING), getattr(actual, n, NOTHING))
        for n in names
    ]
