"""Questions of one shape are compiled once: what differs is filled in.

A shape is a question without its values.  A question is compiled with a `Slot` in the
place of each value; where a slot would be encoded, the request has an `Open`.  So no
value can get into a template, and filling it is all that the next question costs.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import msgspec
from attrs import evolve

from ..expressions.conditions import Comparison, Condition, Group, Not
from ..expressions.subjects import Subject
from ..expressions.updates import Change
from ..wire import Body, CompiledQuery
from .changes import UpdatePlan
from .question import Question
from .sizes import LARGEST_ITEM
from .slots import Open, Slot

MOST_TEMPLATES = 1000
"""How many shapes a database remembers."""


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
        if type(term) is Comparison:
            self.marks += (term.operator, term.subject)
            return self.takes_values(term.operands)
        if isinstance(term, Group):
            self.marks += (term.joiner, len(term.terms))
            return all(map(self.takes_term, term.terms))
        if isinstance(term, Not):
            self.marks.append(Not)
            return self.takes_term(term.term)
        return False

    def takes_changes(self, changes: Iterable[Change]) -> bool:
        """Add the changes of an update builder."""
        for each in changes:
            self.marks += (each.action, each.subject)
            if not self.takes_value(each.value):
                return False
        return True

    def takes_values(self, values: Iterable[object]) -> bool:
        """Add the classes of values."""
        for each in values:
            if not self.takes_value(each):
                return False
        return True

    def takes_value(self, value: object) -> bool:
        """Add the class of a value; what is empty decides what is asked."""
        if value is None or type(value) is Subject:
            self.marks.append(value)
            return True
        if isinstance(value, _EMPTIABLE) and not value:
            return False
        self.marks.append(type(value))
        self.values.append(value)
        return True


_EMPTIABLE = (str, bytes, set, frozenset, list, tuple, dict)
_TERMS = frozenset({"where", "filters", "conditions"})
_SINGULAR = frozenset({"instance", "cursor"})
"""What no two questions have in common."""


class Slots:
    """Puts slots in the place of values, in the order in which a shape lists them."""

    def __init__(self) -> None:
        self._used = 0

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
            return evolve(term, operands=tuple(map(self.value, term.operands)))
        if isinstance(term, Group):
            return evolve(term, terms=tuple(map(self.term, term.terms)))
        if isinstance(term, Not):
            return Not(self.term(term.term))
        return term

    def changes(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """The changes with their values left open."""
        return tuple(evolve(each, value=self.value(each.value)) for each in changes)

    def plan(self, plan: UpdatePlan) -> UpdatePlan:
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


class Templates:
    """The templates of one database, by shape; `signs`: whether it signs cursors."""

    def __init__(self, *, signs: bool = False) -> None:
        self._signs = signs
        self._known: dict[tuple[Any, ...], Template] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._known.clear()

    def filled(
        self,
        shape: Shape,
        make: Callable[[Slots], CompiledQuery[Any]],
        make_whole: Callable[[], CompiledQuery[Any]],
    ) -> CompiledQuery[Any]:
        """The question of this shape, compiled.

        `make` compiles it with its values left open, `make_whole` as it is.
        """
        marks = tuple(shape.marks)
        template = self._known.get(marks)
        if template is None:
            if len(self._known) >= MOST_TEMPLATES:
                self._known.clear()
            template = self._known[marks] = Template(make(Slots()))
        if self._signs and template.has_cursors:
            # A signature is bound to the values too.
            return make_whole()
        return template.filled(shape.values) or make_whole()

    def __repr__(self) -> str:
        return f"<Templates of {len(self._known)} shapes>"


class Template:
    """A compiled question whose values are still to be filled in."""

    def __init__(self, compiled: CompiledQuery[Any]) -> None:
        self.has_cursors = compiled.paging is not None
        self._made = vars(compiled)
        self._key = compiled.body.get("Key")
        self._values = compiled.body.get("ExpressionAttributeValues")
        self._names = compiled.body.get("ExpressionAttributeNames")
        self._checks = [
            check
            for each in (self._values or {}).values()
            if isinstance(each, Open)
            for check in each.checks
        ]
        # The service counts the size of an item, of which an update is but a part.
        self._is_sized = compiled.operation == "UpdateItem"

    def filled(self, values: list[Any]) -> CompiledQuery[Any] | None:
        """The compiled question with these values; None where it may be too large."""
        made = self._made.copy()
        made["body"] = body = made["body"].copy()
        if self._names is not None:
            # Whoever changes a request changes that one only.
            names = self._names.copy()
            made["expression_attribute_names"] = names
            body["ExpressionAttributeNames"] = names
        if self._key is not None:
            made["key"] = body["Key"] = _filled(self._key, values)
        if self._values is not None:
            known = _filled(self._values, values)
            made["expression_attribute_values"] = known
            body["ExpressionAttributeValues"] = known
            for check in self._checks:
                check(known)
            if self._is_sized and len(msgspec.json.encode(known)) > LARGEST_ITEM:
                return None
        compiled: CompiledQuery[Any] = object.__new__(CompiledQuery)
        vars(compiled).update(made)
        return compiled


def _filled(template: Body, values: list[Any]) -> Body:
    return {
        name: each.encode(values[each.position]) if type(each) is Open else each
        for name, each in template.items()
    }
