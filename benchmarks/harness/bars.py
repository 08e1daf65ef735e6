"""What was aimed at, beside what was measured: ratios within one run."""

from collections.abc import Callable, Sequence

import msgspec

from .results import Row

OURS = "dynamorm"
FLOORS = frozenset({"floor", "floor_to_models", "empty"})
NO_PEERS = FLOORS | {OURS, "dynamorm_over_aiobotocore"}

Figures = dict[tuple[str, str], float]
"""The median of each contender in each discipline."""


class Bar(msgspec.Struct, frozen=True):
    """A ratio, or a figure, that should be at most so large."""

    title: str
    most: float
    measured: Callable[[Figures], float]


def figures_of(rows: Sequence[Row]) -> Figures:
    """The medians."""
    return {(each.what, each.who): each.middle for each in rows}


def to(what: str, other: str) -> Callable[[Figures], float]:
    """Ours as a multiple of another contender's."""
    return lambda found: found[what, OURS] / found[what, other]


def ours(what: str) -> Callable[[Figures], float]:
    """Ours by itself."""
    return lambda found: found[what, OURS]


def to_fastest_peer(what: str) -> Callable[[Figures], float]:
    """Ours as a multiple of the fastest other library's."""
    return lambda found: (
        found[what, OURS]
        / min(
            figure
            for (each, who), figure in found.items()
            if each == what and who not in NO_PEERS
        )
    )


def above_empty(found: Figures) -> float:
    """The cold start above that of an empty program, as a share of aiobotocore's."""
    empty = found["ms", "empty"]
    return (found["ms", OURS] - empty) / (found["ms", "aiobotocore"] - empty)


def crowded(found: Figures) -> float:
    """A call among 1000, as a multiple of one among 20."""
    return found["get, 1000 callers", OURS] / found["get, 20 callers", OURS]


def grown(found: Figures) -> float:
    """The memory after a long stream, as a multiple of that near its beginning."""
    sizes = [
        (int(what.split()[0].replace(",", "")), figure)
        for (what, who), figure in found.items()
        if what.endswith(" rows") and who == OURS and "query" not in what
    ]
    if not sizes:
        raise KeyError("rows")
    return max(sizes)[1] / min(sizes)[1]


GET, PUT, QUERY, BATCH_GET, BATCH_WRITE = (
    f"{each}, 20 in flight"
    for each in ("get", "put", "query", "batch_get", "batch_write")
)

BARS = (
    Bar("GetItem to a model, us", 32, ours(GET)),
    Bar("PutItem of a model, us", 32, ours(PUT)),
    Bar("Query of 100, us", 300, ours(QUERY)),
    Bar("BatchGetItem of 100, us", 420, ours(BATCH_GET)),
    Bar("BatchWriteItem of 25, us", 220, ours(BATCH_WRITE)),
    Bar("A read by key, from the builder to the body, us", 4, ours("get by key")),
    Bar("A query with two conditions, us", 10, ours("query, two conditions")),
    Bar("An update with three changes, us", 16, ours("update, three changes")),
    Bar("Process start to first item, ms", 57, ours("ms")),
    Bar("Its peak memory, MB", 26, ours("peak MB")),
    Bar("GetItem to a model, times the floor", 2.0, to(GET, "floor")),
    Bar("GetItem, times the fastest peer", 0.22, to_fastest_peer(GET)),
    Bar("PutItem of a model, times the floor", 2.0, to(PUT, "floor")),
    Bar("PutItem, times the fastest peer", 0.22, to_fastest_peer(PUT)),
    Bar("Query of 100, times the floor to models", 1.3, to(QUERY, "floor_to_models")),
    Bar("Query of 100, times pydynox", 0.12, to(QUERY, "pydynox")),
    Bar("Query of 100, times aiobotocore", 0.065, to(QUERY, "aiobotocore")),
    Bar("Cold start above an empty program, of aiobotocore's", 0.09, above_empty),
    Bar("Cold start, times pydynox", 1.0, to("ms", "pydynox")),
    Bar("Peak memory, times aiobotocore", 0.45, to("peak MB", "aiobotocore")),
    Bar("A call among 1000, times one among 20", 1.5, crowded),
    Bar("Memory after 200,000 rows, times that after 2,000", 1.1, grown),
)


def table(found: Figures) -> str:
    """Each bar, what was measured, and whether it was met."""
    lines = ["| | at most | measured | |", "|---|--:|--:|---|"]
    for bar in BARS:
        try:
            measured = bar.measured(found)
        except KeyError:
            continue
        met = "met" if measured <= bar.most else "**missed**"
        lines.append(f"| {bar.title} | {bar.most:g} | {measured:.3g} | {met} |")
    return "\n".join(lines)
