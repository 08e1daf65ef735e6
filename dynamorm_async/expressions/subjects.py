"""What a condition is about: an attribute, a place within it, or its size."""

from msgspec import Struct
from msgspec.structs import replace

Step = str | int
"""One step into a map (by key) or into a list (by index)."""


class Subject(Struct, frozen=True):
    """A stored attribute, or a place in it."""

    attribute: str
    """The name in the table."""

    hint: object
    """The Python type of the whole attribute; `typing.Any` where it is not known."""

    label: str
    """How messages call it, such as `User.rank`."""

    steps: tuple[Step, ...] = ()
    sized: bool = False
    """Whether the size of the place is meant, not the place itself."""

    model: type | None = None

    def __hash__(self) -> int:
        # A hint may have none.
        return hash((*self.place, self.sized))

    def at(self, step: Step) -> "Subject":
        """The place one step further in."""
        shown = f"[{step}]" if isinstance(step, int) else f".{step}"
        return replace(self, steps=(*self.steps, step), label=self.label + shown)

    def size(self) -> "Subject":
        """The size of this place, a number."""
        return replace(self, sized=True, label=f"size of {self.label}")

    @property
    def is_whole(self) -> bool:
        """Whether the attribute itself is meant, not a place in it or its size."""
        return not self.steps and not self.sized

    @property
    def place(self) -> tuple[Step, ...]:
        """The attribute and the steps, for comparing places."""
        return (self.attribute, *self.steps)
