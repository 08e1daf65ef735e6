"""What a condition is about: an attribute, a place within it, or its size."""

from attrs import evolve, field, frozen

Step = str | int
"""One step into a map (by key) or into a list (by index)."""


@frozen(cache_hash=True)
class Subject:
    """A stored attribute, or a place in it."""

    attribute: str
    """The name in the table."""

    hint: object = field(eq=False)
    """The Python type of the whole attribute; `typing.Any` where it is not known."""

    label: str = field(eq=False)
    """How messages call it, such as `User.rank`."""

    steps: tuple[Step, ...] = ()
    sized: bool = False
    """Whether the size of the place is meant, not the place itself."""

    model: type | None = None

    def at(self, step: Step) -> "Subject":
        """The place one step further in."""
        shown = f"[{step}]" if isinstance(step, int) else f".{step}"
        return evolve(self, steps=(*self.steps, step), label=self.label + shown)

    def size(self) -> "Subject":
        """The size of this place, a number."""
        return evolve(self, sized=True, label=f"size of {self.label}")

    @property
    def place(self) -> tuple[Step, ...]:
        """The attribute and the steps, for comparing places."""
        return (self.attribute, *self.steps)
