"""Questions of one shape are compiled once: what differs is filled in.

A question is compiled with a `Slot` in the place of each value; where a slot would be
encoded, the request has an `Open`.  So no value can get into a template, and filling it
is all that the next question of its shape costs.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..lazily import lazy
from ..wire import FIELD_OF_BODY, CompiledQuery
from .shapes import Shape, Slots
from .slots import Encode, Open

if TYPE_CHECKING:
    from . import sizes
else:
    sizes = lazy(".sizes", __package__)

MOST_TEMPLATES = 1000
"""How many shapes a database remembers."""

_VALUES = "ExpressionAttributeValues"
_NOT_SHARED = ("Key", "ExpressionAttributeNames", _VALUES)
"""The parts of a body that each request has for itself, open places or not."""


class Templates:
    """The templates of one database, by shape; `signs`: whether it signs cursors."""

    def __init__(self, *, signs: bool = False) -> None:
        self._signs = signs
        self._known: dict[tuple[Any, ...], Template] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._known.clear()

    def filled(
        self, shape: Shape, make: Callable[..., CompiledQuery[Any]], *asked: Any
    ) -> CompiledQuery[Any]:
        """What `make` compiles of a question of this shape, and of what else is asked.

        `make` is called with slots in the place of values, once for each shape.
        """
        marks = tuple(shape.marks)
        template = self._known.get(marks)
        if template is None:
            if len(self._known) >= MOST_TEMPLATES:
                self._known.clear()
            template = Template(make(*map(Slots().into, asked)))
            self._known[marks] = template
        if self._signs and template.has_cursors:
            # A signature is bound to the values too.
            return make(*asked)
        return template.filled(shape.values) or make(*asked)

    def __repr__(self) -> str:
        return f"<Templates of {len(self._known)} shapes>"


class Template:
    """A compiled question whose values are still to be filled in."""

    def __init__(self, compiled: CompiledQuery[Any]) -> None:
        self.has_cursors = compiled.paging is not None
        self._facts = vars(compiled)
        self._body = compiled.body
        self._parts = [
            (part, FIELD_OF_BODY[part], self._body[part], _opens(self._body[part]))
            for part in _NOT_SHARED
            if part in self._body
        ]
        self._checks = [
            check
            for each in self._body.get(_VALUES, {}).values()
            if isinstance(each, Open)
            for check in each.checks
        ]
        # The service limits the size of an item, of which an update tells a part.
        self._is_sized = compiled.operation == "UpdateItem" and _VALUES in self._body

    def filled(self, values: list[Any]) -> CompiledQuery[Any] | None:
        """The compiled question with these values; None where it may be too large."""
        facts = self._facts.copy()
        facts["body"] = body = self._body.copy()
        for part, fact, template, opens in self._parts:
            facts[fact] = body[part] = filled = template.copy()
            for name, position, encode in opens:
                filled[name] = encode(values[position])
        for check in self._checks:
            check(body[_VALUES])
        if self._is_sized and sizes.json_size(body[_VALUES]) > sizes.LARGEST_ITEM:
            return None
        compiled: CompiledQuery[Any] = object.__new__(CompiledQuery)
        vars(compiled).update(facts)
        return compiled


def _opens(part: dict[str, Any]) -> list[tuple[str, int, Encode]]:
    return [
        (name, each.position, each.encode)
        for name, each in part.items()
        if isinstance(each, Open)
    ]
