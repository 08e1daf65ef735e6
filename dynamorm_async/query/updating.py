"""`UpdateBuilder`: changes to one item, made by DynamoDB itself."""

from collections.abc import Awaitable, Generator, Iterable
from decimal import Decimal
from typing import Any, Generic, Literal, Self, TypeVar, overload

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.update_plan import ReturnValues, UpdatePlan
from ..compiler.writes import at_version
from ..errors import InvalidOperatorError, InvalidValueError
from ..expressions.conditions import Comparison, Condition, Joiner, joined
from ..expressions.operators import EXISTS, NOT_EXISTS
from ..expressions.paths import Ordered
from ..expressions.subjects import Subject
from ..expressions.updates import Action, Change
from ..wire import CompiledQuery
from ..wire.runner import Runner
from .counts import at_least
from .parsing import Named, parse_condition, parse_subject

M = TypeVar("M")
R = TypeVar("R")

_RETURNS = ("NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")


class UpdateBuilder(Generic[M, R]):
    """Changes to the item of a key, sent as one UpdateItem; made by `update_builder()`.

    >>> await (
    ...     db.model(Stock)
    ...     .where(Stock.sku == "x")
    ...     .update_builder()
    ...     .add(Stock.left, -1)
    ...     .condition(Stock.left >= 1)
    ... )

    Every step returns a new builder; awaiting it is `execute()`.  It creates the item
    if there is none, unless a condition says otherwise.  A version is raised by 1 and
    `updated_at` is set, without being asked.
    """

    __slots__ = ("_compiler", "_plan", "_question", "_runner")

    def __init__(
        self,
        compiler: Compiler,
        runner: Runner,
        question: Question,
        plan: UpdatePlan,
    ) -> None:
        self._compiler = compiler
        self._runner = runner
        self._question = question
        self._plan = plan

    def __await__(self) -> Generator[Any, None, None]:
        return self.execute().__await__()

    def set(self, field: Named, value: object, /) -> Self:
        """Set a field or a place in one, to a value or to another field's.

        None follows the field's policy: it removes the attribute, or stores NULL.
        """
        return self._change(Action.SET, field, value)

    def set_if_not_exists(self, field: Named, value: object, /) -> Self:
        """Set it unless the stored item has it."""
        return self._change(Action.SET_IF_ABSENT, field, value)

    def add(self, field: Named, value: object, /) -> Self:
        """Add to a number, or elements to a set; a missing one counts as 0 or empty.

        A request whose reply is lost is sent again, and then adds twice, unless a
        condition prevents that.
        """
        return self._change(Action.ADD, field, value)

    def increment(self, field: Named, by: object = 1, /) -> Self:
        """Add 1, or `by`."""
        return self._change(Action.ADD, field, by)

    def decrement(self, field: Named, by: Any = 1, /) -> Self:
        """Take away 1, or `by`."""
        if isinstance(by, bool) or not isinstance(by, (int, float, Decimal)):
            raise InvalidValueError(
                f"{self._subject(field).label}: decrement takes a number, not a "
                f"{type(by).__name__}"
            )
        return self._change(Action.ADD, field, -by)

    def remove(self, *fields: Named) -> Self:
        """Remove attributes, or places in them."""
        changes = tuple(Change(Action.REMOVE, self._subject(each)) for each in fields)
        return self._planned(changes=(*self._plan.changes, *changes))

    def delete(self, field: Named, elements: object, /) -> Self:
        """Delete one element, or all of a set or list, from a stored set."""
        return self._change(Action.DELETE, field, elements)

    def append_to_list(self, field: Named, values: Iterable[object], /) -> Self:
        """Add values at the end of a list; a missing list counts as empty."""
        return self._change(Action.APPEND, field, _listed(values))

    def prepend_to_list(self, field: Named, values: Iterable[object], /) -> Self:
        """Add values at the beginning of a list; a missing list counts as empty."""
        return self._change(Action.PREPEND, field, _listed(values))

    def remove_from_list_at(self, field: Named, index: int, /) -> Self:
        """Remove one element of a list, counted from 0; later ones move up."""
        place = self._element(field, index)
        return self._planned(
            changes=(*self._plan.changes, Change(Action.REMOVE, place))
        )

    def set_list_element(self, field: Named, index: int, value: object, /) -> Self:
        """Replace one element of a list; an index past the end appends."""
        place = self._element(field, index)
        return self._planned(
            changes=(*self._plan.changes, Change(Action.SET, place, value))
        )

    @overload
    def condition(self, condition: Condition, /) -> Self: ...
    @overload
    def condition(
        self, field: Named, operator: str, value: object = ..., /
    ) -> Self: ...
    def condition(self, *parts: Any) -> Self:
        """Update only if this holds; chains read from left to right."""
        return self._require("AND", parse_condition(self._question.table, *parts))

    @overload
    def or_condition(self, condition: Condition, /) -> Self: ...
    @overload
    def or_condition(
        self, field: Named, operator: str, value: object = ..., /
    ) -> Self: ...
    def or_condition(self, *parts: Any) -> Self:
        """Update too if this holds instead of the conditions before it."""
        return self._require("OR", parse_condition(self._question.table, *parts))

    def condition_exists(self, field: Named, /) -> Self:
        """Update only if the item has this attribute."""
        return self._require("AND", Comparison(EXISTS, self._subject(field)))

    def condition_not_exists(self, field: Named, /) -> Self:
        """Update only if the item lacks this attribute."""
        return self._require("AND", Comparison(NOT_EXISTS, self._subject(field)))

    def condition_version(self, number: int, /) -> Self:
        """Update only this version; `VersionConflictError` if it is another."""
        table = self._question.table
        if table.version is None:
            raise InvalidOperatorError(f"{table.model_name} has no version")
        at_least(0, "the version", number)
        required = self._require("AND", at_version(table, table.version, number))
        return required._planned(version=number)

    @overload
    def return_values(
        self, wanted: Literal["ALL_OLD", "UPDATED_OLD"], /
    ) -> "UpdateBuilder[M, M | None]": ...
    @overload
    def return_values(
        self, wanted: Literal["ALL_NEW", "UPDATED_NEW"], /
    ) -> "UpdateBuilder[M, M]": ...
    @overload
    def return_values(self, wanted: Literal["NONE"], /) -> "UpdateBuilder[M, M]": ...
    def return_values(self, wanted: ReturnValues, /) -> "UpdateBuilder[M, Any]":
        """What `execute_with_result` returns: the item before or after the update.

        `"UPDATED_NEW"` and `"UPDATED_OLD"` leave all but the changed fields unread; the
        result of `"ALL_OLD"` and `"UPDATED_OLD"` is None where there was no item.
        """
        if wanted not in _RETURNS:
            raise InvalidOperatorError(
                f"return_values is one of {', '.join(_RETURNS)}, not {wanted!r}"
            )
        return self._planned(returned=wanted)

    def execute(self) -> Awaitable[None]:
        """Send the update.  An instance it began with gets the changed fields.

        It keeps its version where another writer came between: the next write of the
        whole instance then fails instead of undoing what the other one wrote.
        """
        return self._runner.run(
            self._compiler.update(self._question, self._plan, with_result=False)
        )

    def execute_with_result(self) -> Awaitable[R]:
        """Send the update and return the item; as it is after it, where not said."""
        plan = self._plan
        if plan.returned in (None, "NONE"):
            plan = plan.revised(returned="ALL_NEW")
        return self._runner.run(
            self._compiler.update(self._question, plan, with_result=True)
        )

    def compile(self) -> CompiledQuery[Any]:
        """The request that would be sent.  No I/O."""
        return self._compiler.update(self._question, self._plan, with_result=True)

    def __repr__(self) -> str:
        changes = ", ".join(
            f"{each.action.value} {each.subject.label}" for each in self._plan.changes
        )
        return f"<UpdateBuilder of {self._question.table.model_name}: {changes}>"

    def _change(self, action: Action, field: Named, value: object) -> Self:
        given = value.subject if isinstance(value, Ordered) else value
        change = Change(action, self._subject(field), given)
        return self._planned(changes=(*self._plan.changes, change))

    def _subject(self, field: Named) -> Subject:
        return parse_subject(self._question.table, field)

    def _element(self, field: Named, index: int) -> Subject:
        place = self._subject(field)
        return place.at(at_least(0, f"{place.label}: the index", index))

    def _require(self, joiner: Joiner, term: Condition) -> Self:
        before = self._plan.condition
        both = term if before is None else joined(joiner, (before, term))
        return self._planned(condition=both)

    def _planned(self, **changes: Any) -> Self:
        plan = self._plan.revised(**changes)
        return type(self)(self._compiler, self._runner, self._question, plan)


def _listed(values: Iterable[object]) -> list[object]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidValueError(
            "a list of values is wanted, not one value; write it as [value]"
        )
    return list(values)
