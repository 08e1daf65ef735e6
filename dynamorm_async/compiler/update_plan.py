"""What an update builder gathers, before it is a request."""

from typing import Literal, Self

from ..expressions.conditions import Condition
from ..expressions.updates import Change
from ..wire.frozen import Frozen

ReturnValues = Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
"""What an update gives back: nothing, the item before or after, or its changed part."""


class UpdatePlan(Frozen):
    """Everything an update builder gathered."""

    changes: tuple[Change, ...] = ()
    condition: Condition | None = None
    version: int | None = None
    """The version that `condition` requires, if it does."""

    touch: bool = True
    """Whether the version and the time of the last write are kept up."""

    returned: ReturnValues | None = None
    touches: tuple[Change, ...] = ()
    """The changes that keep them up; see `touches_of`."""

    def __init__(self, *, touch: bool = True) -> None:
        vars(self)["touch"] = touch

    def revised(self, **changes: object) -> Self:
        """A copy with these changes."""
        twin = object.__new__(type(self))
        said = vars(twin)
        said.update(vars(self))
        said.update(changes)
        return twin
