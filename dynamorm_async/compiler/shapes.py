"""Shapes: questions without their values."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from ..expressions.conditions import Comparison, Condition, Group, Not
from ..expressions.subjects import Subject
from ..wire.frozen import Frozen
from .question import Question
from .slots import Slot

if TYPE_CHECKING:
    from ..expressions.updates import Change
    from .update_plan import UpdatePlan


class Shape:
    """A question without its values, and the values."""

    __slots__ = ("marks", "values")

    def __init__(self, *marks: Hashable) -> None:
        self.marks: list[Any] = [*marks]
        self.values: list[Any] = []

    def takes(self, question: Question) -> bool:
        """Add what the question says; False where it has more than values in it."""
        for name, said in vars(question).items():
            if name in _TERMS:
                if said is None:
                    continue
                self.marks.append(name)
                for term in said if isinstance(said, tuple) else (said,):
                    if not self.takes_term(term):
                        return False
            elif name in _SINGULAR:
                if said is not None:
                    return False
            else:
                self.marks += (name, said)
        return True

    def takes_term(self, term: Condition) -> bool:
        """Add a condition; False for one written by hand."""
        if isinstance(term, Comparison):
            subject = term.subject
            whole = not subject.steps and not subject.sized
            mark = subject.attribute if whole else _mark_of(subject)
            self.marks += (term.operator, mark)
            return self.takes_values(term.operands)
        if isinstance(term, Group):
            self.marks += (term.joiner, len(term.terms))
            return all(map(self.takes_term, term.terms))
        if isinstance(term, Not):
            self.marks.append(Not)
            return self.takes_term(term.term)
        return False

    def takes_changes(self, changes: "Iterable[Change]") -> bool:
        """Add the changes of an update builder."""
        for each in changes:
            self.marks += (each.action, _mark_of(each.subject))
            if not self.takes_value(each.value):
                return False
        return True

    def takes_values(self, values: Iterable[object]) -> bool:
        """Add the classes of values."""
        for each in values:
            kind = type(each)
            if kind in _PLAIN and each:
                self.marks.append(kind)
                self.values.append(each)
            elif not self.takes_value(each):
                return False
        return True

    def takes_value(self, value: object) -> bool:
        """Add the class of a value; what is empty decides what is asked."""
        if value is None:
            self.marks.append(None)
            return True
        if isinstance(value, Subject):
            self.marks.append(_mark_of(value))
            return True
        if isinstance(value, _EMPTIABLE) and not value:
            return False
        self.marks.append(type(value))
        self.values.append(value)
        return True


def _mark_of(subject: Subject) -> object:
    if subject.is_whole:
        return subject.attribute
    return (subject.attribute, subject.steps, subject.sized, subject.model)


_PLAIN = frozenset({str, int, Decimal, datetime})
"""What most values are."""

_EMPTIABLE = (str, bytes, set, frozenset, list, tuple, dict)
_TERMS = frozenset({"where", "filters", "conditions"})
_SINGULAR = frozenset({"instance", "cursor"})
"""What no two questions have in common."""


class Slots:
    """Puts slots in the place of values, in the order in which a shape lists them."""

    def __init__(self) -> None:
        self._used = 0

    def into(self, asked: Any) -> Any:
        """What is asked, its values left open: a question, a plan, or a tuple."""
        if isinstance(asked, Question):
            return self.question(asked)
        if isinstance(asked, tuple):
            return tuple(map(self.value, asked))
        # What loads with the first update builder; only a question is frozen beside it.
        is_plan = isinstance(asked, Frozen)
        return self.plan(cast("UpdatePlan", asked)) if is_plan else asked

    def question(self, question: Question) -> Question:
        """The question with its values left open."""
        changes: dict[str, Any] = {}
        for name, said in vars(question).items():
            if name in _TERMS and said is not None:
                many = isinstance(said, tuple)
                changes[name] = tuple(map(self.term, said)) if many else self.term(said)
        return question.revised(**changes)

    def term(self, term: Condition) -> Condition:
        """The condition with its values left open."""
        if isinstance(term, Comparison):
            return replace(term, operands=tuple(map(self.value, term.operands)))
        if isinstance(term, Group):
            return replace(term, terms=tuple(map(self.term, term.terms)))
        if isinstance(term, Not):
            return Not(self.term(term.term))
        return term

    def changes(self, changes: "Iterable[Change]") -> "tuple[Change, ...]":
        """The changes with their values left open."""
        return tuple(replace(each, value=self.value(each.value)) for each in changes)

    def plan(self, plan: "UpdatePlan") -> "UpdatePlan":
        """The plan of an update builder with its values left open."""
        changes, touches = self.changes(plan.changes), self.changes(plan.touches)
        condition = None if plan.condition is None else self.term(plan.condition)
        return plan.revised(changes=changes, touches=touches, condition=condition)

    def value(self, value: object) -> object:
        """A slot for the value, unless it is part of the shape."""
        if value is None or isinstance(value, Subject):
            return value
        self._used += 1
        return Slot(self._used - 1, type(value))
