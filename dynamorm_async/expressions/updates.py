"""What an update does to a place: frozen values, one per clause of an update."""

from enum import Enum
from itertools import pairwise

from msgspec import Struct

from .subjects import Subject


class Action(Enum):
    """The kinds of change.  The value is the clause of the update expression."""

    SET = "SET"
    SET_IF_ABSENT = "SET if absent"
    ADD = "ADD"
    REMOVE = "REMOVE"
    DELETE = "DELETE"
    APPEND = "SET append"
    PREPEND = "SET prepend"


class Change(Struct, frozen=True, eq=False):
    """One action on one place; `value` is what the caller gave."""

    action: Action
    subject: Subject
    value: object = None

    def __repr__(self) -> str:
        # The value stays out: this ends up in logs and tracebacks.
        return f"<Change: {self.action.value} {self.subject.label}>"


def overlap(changes: tuple[Change, ...]) -> tuple[Change, Change] | None:
    """Two changes of which one's place is, or is within, the other's.

    DynamoDB refuses those: "Two document paths overlap with each other".
    """
    ordered = sorted(changes, key=lambda each: [_order(s) for s in each.subject.place])
    for one, other in pairwise(ordered):
        place = one.subject.place
        if other.subject.place[: len(place)] == place:
            return one, other
    return None


def _order(step: str | int) -> tuple[bool, str | int]:
    return (isinstance(step, str), step)
