"""Which table or index answers a question, and which conditions can be its key
conditions.

The answer never depends on the order in which the conditions were given.
"""

import sys
import warnings
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from ..errors import IndexNotFoundError, InvalidOperatorError, ScanWarning
from ..expressions.conditions import Comparison, Condition, comparisons, joined
from ..expressions.operators import BETWEEN, EQ, GE, LE
from ..expressions.subjects import Subject
from ..schema.table import FieldInfo, IndexInfo, TableInfo
from .question import Question, Verb, equal_to, is_key_like

_OURS = __name__.partition(".")[0] + "."


class Plan(Struct, frozen=True):
    """How a question is answered."""

    operation: Literal["Query", "Scan"]
    index: IndexInfo | None
    key_conditions: tuple[Comparison, ...]
    filter: Condition | None
    why: str
    """One sentence for `explain()`."""

    warn: str | None = None
    """What a `ScanWarning` has to say."""


def full_key(question: Question) -> dict[str, Comparison] | None:
    """The equalities on the table's key, if they are all that is asked; else None."""
    terms = question.where_terms()
    equal = equal_to(terms)
    wanted = {each.attribute for each in question.table.key}
    if equal.keys() != wanted or len(terms) != len(equal) or asks_more(question):
        return None
    return equal


def asks_more(question: Question) -> bool:
    """Whether more is said than what a GetItem can answer, `where` aside."""
    sort = question.table.sort_key
    return (
        question.filters is not None
        or question.index is not None
        or question.cursor is not None
        or bool(question.offset)
        or question.segment is not None
        or not (question.order_by is None or question.order_by is sort)
    )


def plan(question: Question, verb: Verb) -> Plan:
    """The plan for a read; raises `QueryError`s for what no plan can answer."""
    terms = question.where_terms()
    if verb == "scan" or question.segment is not None:
        return _scan(question, terms, verb, "asked for")
    equal = equal_to(terms)
    index, partition, why = _choose(question, verb, equal)
    if partition is None:
        return _scan(question, terms, verb, why)
    sort = index.sort_key if index else question.table.sort_key
    # A filter that must hold and fits the sort key becomes part of the key condition:
    # it may not be a filter, and reads less.
    key, rest = _split(
        [*terms, *question.filter_terms()], equal[partition.attribute], sort
    )
    _check_filterable(rest, partition, sort, index)
    _check_order(question, sort, index)
    return Plan(
        operation="Query",
        index=index,
        key_conditions=key,
        filter=joined("AND", rest) if rest else None,
        why=why,
    )


def _choose(
    question: Question, verb: Verb, equal: dict[str, Comparison]
) -> tuple[IndexInfo | None, FieldInfo | None, str]:
    """The index (None: the table), its partition key (None: a Scan), and why."""
    table = question.table
    if question.index is not None:
        named = table.index(question.index)
        _check_projection(question, verb, named)
        found = named.partition_key.attribute in equal
        why = "the index named" if found else "no equality on the index's partition key"
        return named, named.partition_key if found else None, why
    if table.partition_key.attribute in equal:
        return None, table.partition_key, "equality on the table's partition key"
    fitting = [
        each for each in table.indexes.values() if each.partition_key.attribute in equal
    ]
    wanted = needed(question, verb)
    able = [each for each in fitting if not missing_from(each, table, wanted)]
    if not able and fitting:
        lacking = ", ".join(missing_from(fitting[0], table, wanted))
        return None, None, f"index {fitting[0].name!r} does not hold {lacking}"
    if not able:
        return None, None, "no condition fits a key"
    chosen = min(able, key=lambda each: _preference(question, each))
    if question.consistent_read and chosen.kind == "GSI":
        raise _inconsistent(question, chosen)
    return chosen, chosen.partition_key, "equality on the index's partition key"


def _preference(question: Question, index: IndexInfo) -> tuple[bool, bool]:
    sort = index.sort_key
    ordered = sort is not None and sort is question.order_by
    conditioned = sort is not None and any(
        _can_be_sort_condition(term, sort)
        for term in (*question.where_terms(), *question.filter_terms())
    )
    # min() takes the first of equals, which is the first declared.
    return (question.order_by is not None and not ordered, not conditioned)


def _scan(question: Question, terms: Sequence[Condition], verb: Verb, why: str) -> Plan:
    index = question.table.index(question.index) if question.index else None
    if index is not None:
        _check_projection(question, verb, index)
    if question.order_by is not None:
        raise InvalidOperatorError(
            f"order_by({question.order_by.name!r}) needs a Query, and this is a Scan "
            f"({why}): add an equality on a partition key"
        )
    both = (*terms, *question.filter_terms())
    rest = joined("AND", both) if both else None
    meant = verb == "scan" or question.segment is not None or rest is None
    return Plan(
        operation="Scan",
        index=index,
        key_conditions=(),
        filter=rest,
        why=why,
        warn=None if meant else scan_warning(question, why),
    )


def scan_warning(question: Question, why: str) -> str:
    """What to say of a Scan that was perhaps not meant."""
    keys = [question.table.partition_key.name]
    keys += [each.partition_key.name for each in question.table.indexes.values()]
    return (
        f"{question.table.model_name}: {why}, so the whole table is read and billed. "
        f"Add an equality on one of {', '.join(dict.fromkeys(keys))}, "
        "or call scan() if that is meant, before first(), count() and aggregates "
        f"parallel_scan(0, 1){_hint_of_filter(question)}"
    )


def _hint_of_filter(question: Question) -> str:
    keys = {question.table.partition_key.attribute}
    keys.update(
        each.partition_key.attribute for each in question.table.indexes.values()
    )
    if keys.isdisjoint(equal_to(question.filter_terms())):
        return ""
    return ". A key is selected by where(), never by filter()"


def warn_of_scan(text: str) -> None:
    """Issue a `ScanWarning` for the caller's own line."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_globals["__name__"].startswith(_OURS):
        level, frame = level + 1, frame.f_back
    warnings.warn(text, ScanWarning, stacklevel=level)


def _split(
    terms: Sequence[Condition], partition: Comparison, sort: FieldInfo | None
) -> tuple[tuple[Comparison, ...], list[Condition]]:
    """The key conditions, and the conditions left for the filter."""
    fitting = [
        term
        for term in terms
        if isinstance(term, Comparison) and _can_be_sort_condition(term, sort)
    ]
    on_sort = _merged(fitting)
    used = fitting if on_sort is not None and on_sort not in fitting else [on_sort]
    rest = [
        term
        for term in terms
        if term is not partition and not any(term is each for each in used)
    ]
    return ((partition,) if on_sort is None else (partition, on_sort)), rest


def _can_be_sort_condition(term: Condition, sort: FieldInfo | None) -> bool:
    return (
        sort is not None
        and isinstance(term, Comparison)
        and term.operator.in_sort_key
        and term.subject.attribute == sort.attribute
        and is_key_like(term)
    )


def _merged(fitting: Sequence[Comparison]) -> Comparison | None:
    """The one condition on the sort key: the only one, an equality, or a BETWEEN of
    two.
    """
    if len(fitting) <= 1:
        return fitting[0] if fitting else None
    low, high = (
        next((each for each in fitting if each.operator is operator), None)
        for operator in (GE, LE)
    )
    if len(fitting) == 2 and low is not None and high is not None:
        bounds = (low.operands[0], high.operands[0])
        return Comparison(BETWEEN, low.subject, bounds)
    return next((each for each in fitting if each.operator is EQ), fitting[0])


def _check_filterable(
    terms: Iterable[Condition],
    partition: FieldInfo,
    sort: FieldInfo | None,
    index: IndexInfo | None,
) -> None:
    keys = {each.attribute: each for each in (partition, sort) if each is not None}
    where = f"index {index.name!r}" if index else "the table"
    for term in terms:
        for each in comparisons(term):
            subjects = (each.subject, *each.operands)
            for subject in subjects:
                key = keys.get(getattr(subject, "attribute", ""))
                if key is not None:
                    raise InvalidOperatorError(
                        f"{key} is a key of {where}, and DynamoDB filters only on "
                        f"other attributes: {each.operator.name} here can't be part of "
                        "the key condition, which takes one equality on the partition "
                        "key and one of = < <= > >= BETWEEN BEGINS_WITH on the sort "
                        "key; two bounds become a BETWEEN only as >= and <="
                    )


def _check_order(
    question: Question, sort: FieldInfo | None, index: IndexInfo | None
) -> None:
    wanted = question.order_by
    if wanted is None or wanted is sort:
        return
    used = f"index {index.name!r}" if index else "the table"
    fitting = [
        each.name for each in question.table.indexes.values() if each.sort_key is wanted
    ]
    hint = f"; name one that is ordered by it: {', '.join(fitting)}" if fitting else ""
    raise InvalidOperatorError(
        f"order_by({wanted.name!r}): rows come in the order of the sort key of {used}, "
        f"which is {sort.name if sort else 'not there'}{hint}"
    )


def needed(question: Question, verb: Verb) -> list[FieldInfo]:
    """The fields that the answer is made of, or depends on."""
    conditions = (*question.where_terms(), *question.filter_terms())
    table = question.table
    subjects = [
        subject
        for term in conditions
        for each in comparisons(term)
        for subject in (each.subject, *each.operands)
        if isinstance(subject, Subject)
    ]
    tested = [table.attributes[each.attribute] for each in subjects]
    if verb in ("count", "exists"):
        return tested
    return [*(table.fields if question.select is None else question.select), *tested]


def missing_from(
    index: IndexInfo, table: TableInfo, fields: Iterable[FieldInfo]
) -> list[str]:
    """The fields that a query on the index can't read; a local one can read all."""
    if index.projection == "ALL" or index.kind == "LSI":
        return []
    held = {
        each.attribute
        for each in (*table.key, index.partition_key, index.sort_key)
        if each
    }
    if index.projection != "KEYS_ONLY":
        held.update(index.projection)
    return list(
        dict.fromkeys(each.name for each in fields if each.attribute not in held)
    )


def _check_projection(question: Question, verb: Verb, index: IndexInfo) -> None:
    if question.consistent_read and index.kind == "GSI":
        raise _inconsistent(question, index)
    missing = missing_from(index, question.table, needed(question, verb))
    if missing:
        raise IndexNotFoundError(
            f"index {index.name!r} of {question.table.model_name} does not hold "
            f"{', '.join(missing)}; select() only what it holds, or widen its "
            "projection"
        )


def _inconsistent(question: Question, index: IndexInfo) -> IndexNotFoundError:
    return IndexNotFoundError(
        f"{question.table.model_name}: consistent_read is not to be had from the "
        "global "
        f"index {index.name!r}; DynamoDB offers it for the table and its local indexes"
    )
