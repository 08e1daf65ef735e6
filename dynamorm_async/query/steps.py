"""The steps of building a query: each returns a new one and leaves the old one as it
was.
"""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..errors import (
    InvalidOperatorError,
    InvalidValueError,
    NotAConditionError,
)
from ..expressions.conditions import Comparison, Condition, Joiner, RawCondition, joined
from ..expressions.operators import EXISTS, NOT_EXISTS, Operator
from ..wire import ReadAgain
from .counts import at_least, number, segments
from .parsing import Named, parse_condition, parse_field

if TYPE_CHECKING:
    from ..wire.runner import Runner

M = TypeVar("M")

_ORDERS = ("ASC", "DESC")
AGAIN = 5
"""Reads that `with_retry` makes where nothing is said, the first included."""


class Steps(Generic[M]):
    """What has been asked so far, and who compiles and runs it."""

    __slots__ = ("_again", "_compiler", "_question", "_runner")

    def __init__(
        self,
        compiler: Compiler,
        runner: "Runner",
        question: Question,
        again: ReadAgain[Any] | None = None,
    ) -> None:
        self._compiler = compiler
        self._runner = runner
        self._question = question
        self._again = again

    def _revised(self, **changes: object) -> Self:
        question = self._question.with_changes(changes)
        return type(self)(self._compiler, self._runner, question, self._again)

    @overload
    def where(self, condition: Condition, /) -> Self: ...
    @overload
    def where(self, field: Named, operator: str, value: object = ..., /) -> Self: ...
    def where(self, *parts: Any) -> Self:
        """Require a condition, on a key if it fits one.

        >>> query.where(User.id == "1").where("rank", ">=", 18)

        Which index it selects does not depend on the order of the calls.  On a write it
        names the key, or is a condition of the write.
        """
        term = parse_condition(self._question.table, *parts)
        return self._revised(where=(*self._question.where, term))

    @overload
    def filter(self, condition: Condition, /) -> Self: ...
    @overload
    def filter(self, field: Named, operator: str, value: object = ..., /) -> Self: ...
    def filter(self, *parts: Any) -> Self:
        """Drop rows after reading them; they are billed all the same.

        Chains read from left to right: `filter(a).or_filter(b).filter(c)` is
        `(a OR b) AND c`.
        """
        return self._filtered("AND", parse_condition(self._question.table, *parts))

    @overload
    def or_filter(self, condition: Condition, /) -> Self: ...
    @overload
    def or_filter(
        self, field: Named, operator: str, value: object = ..., /
    ) -> Self: ...
    def or_filter(self, *parts: Any) -> Self:
        """Keep rows too that meet this condition instead of the filters before it."""
        return self._filtered("OR", parse_condition(self._question.table, *parts))

    def filter_group(self, build: Callable[[Self], Self], /) -> Self:
        """Add the filters that `build` makes, in parentheses.

        >>> query.filter_group(lambda q: q.filter(a).or_filter(b))
        """
        return self._filtered("AND", self._group(build))

    def or_filter_group(self, build: Callable[[Self], Self], /) -> Self:
        """Like `filter_group`, as an alternative to the filters before it."""
        return self._filtered("OR", self._group(build))

    def _group(self, build: Callable[[Self], Self]) -> Condition:
        built = build(self._revised(where=(), filters=None))
        if not isinstance(built, Steps):
            raise NotAConditionError(
                "the function of a filter group returns the query it built, not a "
                f"{type(built).__name__}"
            )
        group = built._question
        if group.where or group.filters is None:
            raise InvalidOperatorError(
                "a filter group is made of filter() and or_filter()"
            )
        return group.filters

    def _filtered(self, joiner: Joiner, term: Condition) -> Self:
        before = self._question.filters
        return self._revised(
            filters=term if before is None else joined(joiner, (before, term))
        )

    def index(self, name: str, /) -> Self:
        """Read from this index; an index is chosen automatically where a condition
        fits.
        """
        self._question.table.index(name)
        return self._revised(index=name)

    def order_by(self, field: Named, order: str = "ASC", /) -> Self:
        """Order by the sort key of the table or index in use: "ASC" or "DESC"."""
        if not isinstance(order, str) or order.upper() not in _ORDERS:
            raise InvalidOperatorError(f"the order is 'ASC' or 'DESC', not {order!r}")
        found = parse_field(self._question.table, field)
        return self._revised(order_by=found, order=order)

    def limit(self, rows: int, /) -> Self:
        """At most this many rows in all, counted after the filter."""
        return self._revised(limit=at_least(1, "limit", rows))

    def page_size(self, rows: int, /) -> Self:
        """Read this many rows per request, counted before the filter."""
        return self._revised(page_size=at_least(1, "page_size", rows))

    def offset(self, rows: int, /) -> Self:
        """Skip this many rows, which are read and billed; a cursor skips for free."""
        return self._revised(offset=at_least(0, "offset", rows))

    def select(self, *fields: Named) -> Self:
        """Read only these fields, and the primary key.

        The rows are partial: reading another field raises `FieldNotLoadedError`, and
        they can't be written as a whole.
        """
        found = tuple(parse_field(self._question.table, each) for each in fields)
        return self._revised(select=found or None)

    def consistent_read(self, wanted: bool = True, /) -> Self:
        """See all writes that were answered before; twice the price, and no global
        index.
        """
        return self._revised(consistent_read=wanted)

    def cursor(self, text: str | None, /) -> Self:
        """Go on after the page whose `next_cursor` this is; None or "" is the
        beginning.
        """
        return self._revised(cursor=text or None)

    set_cursor = cursor

    def parallel_scan(self, segment: int, total: int, /) -> Self:
        """Scan one of `total` segments, counted from 0: the work of one of many."""
        segments(total)
        if at_least(0, "segment", segment) >= total:
            raise InvalidValueError(
                f"segments are counted from 0 to {total - 1}; there is no {segment}"
            )
        return self._revised(segment=segment, total_segments=total)

    def if_exists(self) -> Self:
        """Write only if the item is there."""
        return self._required(self._presence(EXISTS))

    def if_not_exists(self) -> Self:
        """Write only if there is no item of this key."""
        return self._required(self._presence(NOT_EXISTS))

    @overload
    def with_condition(self, condition: Condition, /) -> Self: ...
    @overload
    def with_condition(
        self, field: Named, operator: str, value: object = ..., /
    ) -> Self: ...
    def with_condition(self, *parts: Any) -> Self:
        """Write only if this holds of the stored item."""
        return self._required(parse_condition(self._question.table, *parts))

    def with_condition_expression(
        self,
        text: str,
        values: Mapping[str, object] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Self:
        """Write only if a condition in DynamoDB's own language holds.

        `values` and `names` say what its `:value` and `#name` placeholders stand for;
        each has to be given, and used.
        """
        if not isinstance(text, str) or not text.strip():
            raise InvalidOperatorError(
                "a condition expression is a text, and not empty"
            )
        return self._required(RawCondition(text, values or {}, names or {}))

    def _presence(self, operator: Operator) -> Condition:
        return Comparison(operator, self._question.table.partition_key.subject)

    def _required(self, term: Condition) -> Self:
        return self._revised(conditions=(*self._question.conditions, term))

    def with_retry(
        self,
        attempts: int = AGAIN,
        delay: float = 0.1,
        *,
        until: Callable[[Any], bool] | None = None,
    ) -> Self:
        """Read again until something is found, or until `until(result)` holds.

        For reads that follow a write through an index, which lags behind: `first`,
        `first_or_none`, `one`, and `all` or `scan` awaited as a list.  `delay` is in
        seconds; it doubles, with jitter, up to 5.  The last result is returned as it
        is.  `until` is a plain function; it is asked about a row, or about the list.
        """
        at_least(1, "attempts", attempts)
        if number("delay", delay) < 0:
            raise InvalidValueError("delay is in seconds and can't be negative")
        if until is not None and (not callable(until) or iscoroutinefunction(until)):
            raise InvalidOperatorError(
                "until is a plain function of what was read, neither async nor a value"
            )
        again: ReadAgain[Any] = ReadAgain(attempts=attempts, delay=delay, until=until)
        return type(self)(self._compiler, self._runner, self._question, again)

    def _once(self, verb: str) -> "Runner":
        """The runner, for what `with_retry` can't repeat."""
        if self._again is not None:
            raise InvalidOperatorError(
                f"{self._question.table.model_name}: with_retry() repeats first(), "
                f"one() and all(), not {verb}"
            )
        return self._runner

    def with_timeout(self, seconds: float, /) -> Self:
        """Give each call of this query at most this long; the nearest deadline wins."""
        runner = self._runner.bounded(number("seconds", seconds))
        return type(self)(self._compiler, runner, self._question, self._again)

    def __repr__(self) -> str:
        question = self._question
        said = [
            f"{name}={len(value)}" if isinstance(value, tuple) else name
            for name, value in vars(question).items()
            if name not in ("table", "table_name", "instance") and _is_said(value)
        ]
        return f"<Query of {question.table.model_name}: {', '.join(said) or 'all'}>"


def _is_said(value: object) -> bool:
    # A condition has no truth value.
    return not (value is None or value is False or value == ())
