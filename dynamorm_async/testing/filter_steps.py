"""What the function of a filter group asks for, so that two of them can be compared."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from ..errors import NotAConditionError
from .comparing import Written, condition_from, same, shown


@frozen(eq=False, repr=False)
class FilterSteps:
    """A query on which only filters can be called; it remembers them in order."""

    taken: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, build: Callable[[Any], Any]) -> "FilterSteps":
        """The steps that a function takes."""
        built = build(cls())
        if not isinstance(built, cls):
            raise NotAConditionError(
                "the function of a filter group returns the query it built, not a "
                f"{type(built).__name__}"
            )
        return built

    def filter(self, *parts: Any) -> "FilterSteps":
        """Remember it."""
        return self._with("filter", condition_from(parts))

    def or_filter(self, *parts: Any) -> "FilterSteps":
        """Remember it."""
        return self._with("or_filter", condition_from(parts))

    def filter_group(self, build: Callable[[Any], Any], /) -> "FilterSteps":
        """Remember it."""
        return self._with("filter_group", FilterSteps.of(build))

    def or_filter_group(self, build: Callable[[Any], Any], /) -> "FilterSteps":
        """Remember it."""
        return self._with("or_filter_group", FilterSteps.of(build))

    def _with(self, step: str, said: Any) -> "FilterSteps":
        return FilterSteps((*self.taken, (step, said)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilterSteps) and same(self.taken, other.taken)

    def __hash__(self) -> int:
        return hash(tuple(step for step, _ in self.taken))

    def __repr__(self) -> str:
        steps = "".join(f".{step}({_inside(said)})" for step, said in self.taken)
        return f"lambda q: q{steps}"


def _inside(said: Any) -> str:
    """What stands between the parentheses of a step."""
    return (
        ", ".join(map(shown, said.parts)) if isinstance(said, Written) else shown(said)
    )
