"""Changes of an update builder, and what Python makes of them.

Knows nothing of expression text: it goes by the names of the builder's methods.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from dynamorm_async.expressions.paths import Path
from dynamorm_async.expressions.subjects import Step
from tests.reference.trees import ABSENT, Values, place_of

Place = tuple[Step, ...]


@frozen
class Change:
    """One call of an update builder."""

    verb: str
    path: Path[Any]
    arguments: tuple[Any, ...] = ()

    def on(self, builder: Any) -> Any:
        """The builder after the call."""
        return getattr(builder, self.verb)(self.path, *self.arguments)


def a_change(verb: str, path: Path[Any], *arguments: Any) -> Change:
    """A change, for strategies."""
    return Change(verb, path, arguments)


def changed(values: Values, changes: Iterable[Change]) -> dict[str, Any]:
    """The values after all changes, each of which sees them as they were."""
    written = dict(_write(each, values) for each in changes)
    after: dict[str, Any] = _rewritten(values, written)
    return after


def _write(change: Change, values: Values) -> tuple[Place, Any]:
    subject = change.path.subject
    given = [
        place_of(each.subject, values) if isinstance(each, Path) else each
        for each in change.arguments
    ]
    if change.verb in _ELEMENTS:
        index, *rest = given
        return (*subject.place, index), _ELEMENTS[change.verb](*rest)
    if subject.attribute in _SET_FIELDS:
        given = [_as_set(each) for each in given]
    after = _EFFECTS[change.verb](place_of(subject, values), *given)
    # None and an empty set are stored as no attribute, unless null=True says otherwise.
    stored = subject.steps or subject.attribute == "nothing"
    is_gone = (after is None and not stored) or after == set()
    return subject.place, ABSENT if is_gone else after


_SET_FIELDS = frozenset({"words", "set"})
"""The stored names of fields that hold sets, whose one element may stand alone."""

_ELEMENTS: dict[str, Callable[..., Any]] = {
    "set_list_element": lambda value: value,
    "remove_from_list_at": lambda: ABSENT,
}


def _sum(old: Any, value: Any) -> Any:
    if isinstance(old, set):
        return old | value
    if old is ABSENT:
        return value
    return old + value


def _as_set(value: Any) -> set[Any]:
    return value if isinstance(value, set) else {value}


def _listed(old: Any) -> list[Any]:
    return [] if old is ABSENT else old


_EFFECTS: dict[str, Callable[..., Any]] = {
    "set": lambda _, value: value,
    "set_if_not_exists": lambda old, value: value if old is ABSENT else old,
    "add": _sum,
    "increment": lambda old: _sum(old, 1),
    "decrement": lambda old, value: _sum(old, -value),
    "remove": lambda _: ABSENT,
    "delete": lambda old, value: set() if old is ABSENT else old - value,
    "append_to_list": lambda old, more: _listed(old) + more,
    "prepend_to_list": lambda old, more: more + _listed(old),
}


def _rewritten(value: Any, written: Mapping[Place, Any]) -> Any:
    here = {place[0]: each for place, each in written.items() if len(place) == 1}
    deeper: dict[Step, dict[Place, Any]] = {}
    for place, each in written.items():
        if len(place) > 1:
            deeper.setdefault(place[0], {})[place[1:]] = each
    for step, inside in deeper.items():
        here[step] = _rewritten(value[step], inside)
    if isinstance(value, Mapping):
        after = {**value, **here}
        return {name: each for name, each in after.items() if each is not ABSENT}
    return _rewritten_list(value, here)


def _rewritten_list(value: list[Any], here: Mapping[Any, Any]) -> list[Any]:
    kept = [here.get(place, each) for place, each in enumerate(value)]
    appended = [here[place] for place in sorted(here) if place >= len(value)]
    return [each for each in [*kept, *appended] if each is not ABSENT]
