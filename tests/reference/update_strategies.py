"""Hypothesis strategies for chains of changes that are legal on a row."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.reference.changes import Change, a_change
from tests.reference.engines import (
    REMOVE_TWO_ELEMENTS,
    SET_PAST_THE_END,
    SET_TWO_PAST_THE_END,
)
from tests.reference.rows import WORDS, Row
from tests.reference.strategies import MOMENTS, NUMBERS, TEXT, Lacking

Changes = st.SearchStrategy[Change]
Chains = st.SearchStrategy[list[Change]]

LARGE = st.sampled_from([10**37, -(10**30)])


@cache
def updates(row: Row, lacking: Lacking = frozenset()) -> Chains:
    """Chains of changes, no two of which are on one place."""
    places = [*_field_changes(), _list_changes(row, lacking), _tree_changes(row)]
    nothing: Chains = st.just([])
    chosen = [nothing | each for each in places]
    return st.tuples(*chosen).map(_one_chain).filter(bool)


def _one_chain(chains: Iterable[list[Change]]) -> list[Change]:
    return [each for chain in chains for each in chain]


def _made(verbs: Sequence[str], path: Any, *values: st.SearchStrategy[Any]) -> Changes:
    return st.builds(a_change, st.sampled_from(verbs), st.just(path), *values)


def _alone(*changes: Changes) -> Chains:
    return st.one_of(changes).map(lambda each: [each])


def _field_changes() -> list[Chains]:
    words = st.sets(st.sampled_from(WORDS), min_size=1)
    some_numbers = st.sets(NUMBERS, min_size=1)
    counters = [
        _alone(
            _made(["set", "add", "decrement"], each, NUMBERS | LARGE),
            _made(["set_if_not_exists"], each, NUMBERS),
            _made(["set"], each, st.just(Row.count)),
            _made(["remove", "increment"], each),
        )
        for each in (Row.count, Row.size)
    ]
    return [
        *counters,
        _alone(_made(["set"], Row.title, TEXT)),
        _alone(_made(["set"], Row.status, TEXT | st.none())),
        _alone(_made(["set_if_not_exists"], Row.moment, MOMENTS)),
        _alone(_made(["set"], Row.nothing, TEXT | st.none())),
        _alone(_made(["set"], Row.flag, st.booleans())),
        _alone(_made(["add", "delete", "set"], Row.words, words)),
        _alone(_made(["add", "delete"], Row.numbers, NUMBERS | some_numbers)),
    ]


def _list_changes(row: Row, lacking: Lacking) -> Chains:
    length = len(row.items)
    values = st.lists(NUMBERS | TEXT, max_size=2)
    whole = _alone(
        _made(["append_to_list", "prepend_to_list", "set"], Row.items, values),
        _made(["remove"], Row.items),
    )
    return whole | _element_changes(length, lacking)


def _element_changes(length: int, lacking: Lacking) -> Chains:
    """Changes to several elements; those from `length` on do not exist yet."""
    several_past = lacking.isdisjoint({SET_PAST_THE_END, SET_TWO_PAST_THE_END})
    past = length + 3 if several_past else length
    most = 4 if REMOVE_TWO_ELEMENTS not in lacking else 1
    elements = st.permutations(range(past + 1)).flatmap(
        lambda order: st.tuples(
            st.just(order), st.integers(0, most), st.integers(0, len(order))
        )
    )

    def chain(drawn: tuple[list[int], int, int]) -> list[Change]:
        order, removed, last = drawn
        inside = [each for each in order if each < length][:removed]
        others = [each for each in order if each not in inside][:last]
        return [
            *(a_change("remove_from_list_at", Row.items, each) for each in inside),
            *(a_change("set_list_element", Row.items, each, each) for each in others),
        ]

    return elements.map(chain)


def _tree_changes(row: Row) -> Chains:
    tree = Row.tree
    several = st.tuples(
        _perhaps(_made(["set", "set_if_not_exists", "add"], tree["size"], NUMBERS)),
        _perhaps(_made(["set", "add"], tree["new"], NUMBERS)),
        _perhaps(_made(["append_to_list"], tree["l"], st.lists(NUMBERS, max_size=2))),
        _perhaps(_made(["set"], tree["s"], st.just(Row.title) | TEXT | st.none())),
        *(_deep_changes() if "deep" in row.tree else ()),
    ).map(_one_chain)
    return _alone(_made(["set"], tree, st.just({"a": [1]}))) | several


def _deep_changes() -> list[Chains]:
    deep = Row.tree["deep"]
    inside = st.tuples(
        _perhaps(_made(["add", "decrement"], deep["n"], NUMBERS)),
        _perhaps(_made(["set_list_element"], deep["l"], st.just(0), TEXT)),
    ).map(_one_chain)
    return [inside | _alone(_made(["remove"], deep), _made(["remove"], deep["n"]))]


def _perhaps(change: Changes) -> Chains:
    return st.just([]) | change.map(lambda each: [each])
