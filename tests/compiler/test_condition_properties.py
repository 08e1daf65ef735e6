"""Any tree of conditions means, as text, what it means as a tree."""

import operator
import re
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async import Attr, Model, field, partition_key
from dynamorm_async.expressions.conditions import Condition
from dynamorm_async.expressions.paths import Path
from dynamorm_async.wire import Body
from tests.asking import ask, body

Row = dict[str, int]
Meaning = Callable[[Row], bool]
Clause = tuple[Condition, Meaning]

COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Point(Model, table="points"):
    """Three numbers."""

    id: Attr[str] = partition_key()
    x: Attr[int] = field(attribute="AND")
    y: Attr[int] = field(attribute="x")
    z: Attr[int] = field()


PATHS: dict[str, Path[int]] = {"AND": Point.x, "x": Point.y, "z": Point.z}
NUMBERS = st.integers(0, 2)
ROWS = st.fixed_dictionaries(dict.fromkeys(PATHS, NUMBERS))


@st.composite
def comparison(draw: st.DrawFn) -> Clause:
    name = draw(st.sampled_from(sorted(PATHS)))
    compare = COMPARED[draw(st.sampled_from(sorted(COMPARED)))]
    number = draw(NUMBERS)
    return compare(PATHS[name], number), lambda row: compare(row[name], number)


def both(one: Clause, other: Clause) -> Clause:
    return one[0] & other[0], lambda row: one[1](row) and other[1](row)


def either(one: Clause, other: Clause) -> Clause:
    return one[0] | other[0], lambda row: one[1](row) or other[1](row)


def opposite(clause: Clause) -> Clause:
    return ~clause[0], lambda row: not clause[1](row)


CLAUSES = st.recursive(
    comparison(),
    lambda inner: st.one_of(
        st.builds(both, inner, inner),
        st.builds(either, inner, inner),
        st.builds(opposite, inner),
    ),
    max_leaves=12,
)
CHAINS = st.lists(
    st.tuples(st.booleans(), st.booleans(), CLAUSES), min_size=1, max_size=5
)


def holds(sent: Body, row: Row) -> bool:
    """What DynamoDB would find: NOT binds closer than AND, and AND than OR."""
    names, values = sent["ExpressionAttributeNames"], sent["ExpressionAttributeValues"]

    def compared(match: re.Match[str]) -> str:
        name, sign, value = match.groups()
        return str(COMPARED[sign](row[names[name]], int(values[value]["N"])))

    text = re.sub(r"(#n\d+) (=|<>|<=?|>=?) (:v\d+)", compared, sent["FilterExpression"])
    assert re.fullmatch(r"(True|False|AND|OR|NOT|[() ])*", text)
    return bool(eval(re.sub("AND|OR|NOT", lambda word: word.group().lower(), text)))


@given(clause=CLAUSES, row=ROWS)
def test_a_tree_of_conditions(clause: Clause, row: Row) -> None:
    condition, meaning = clause
    assert holds(body(ask(Point).filter(condition), "scan"), row) == meaning(row)


@given(chain=CHAINS, row=ROWS)
def test_a_chain_of_filters_and_groups(
    chain: list[tuple[bool, bool, Clause]], row: Row
) -> None:
    query, found = ask(Point), None
    for is_or, in_group, (condition, meaning) in chain:
        query = STEPS[is_or, in_group](query, condition)
        value = meaning(row)
        found = {None: value, True: is_or or value, False: is_or and value}[found]
    assert holds(body(query, "scan"), row) == found


STEPS: dict[tuple[bool, bool], Callable[[Any, Condition], Any]] = {
    (False, False): lambda query, each: query.filter(each),
    (True, False): lambda query, each: query.or_filter(each),
    (False, True): lambda query, each: query.filter_group(lambda q: q.filter(each)),
    (True, True): lambda query, each: query.or_filter_group(lambda q: q.filter(each)),
}


@given(clause=CLAUSES)
def test_no_parentheses_are_redundant(clause: Clause) -> None:
    text = body(ask(Point).filter(clause[0]), "scan")["FilterExpression"]
    inner = re.findall(r"\(([^()]*)\)", text)
    assert all(" AND " in each or " OR " in each for each in inner)
