"""The parts of a plan: steps, and differences that no step can remove."""

from msgspec import Struct

from ...wire import Body, CompiledQuery


class TableStep(Struct, frozen=True, eq=False):
    """One change of one table: one request, and the wait for its effect.

    Steps are equal that do the same, also where the requests name what is there beside.
    """

    table: str
    text: str
    """What it does, in words: `create index by-zone on ...`."""

    request: CompiledQuery[Body]
    deletes: bool = False
    """Whether something is gone after it; done with `allow_delete=True` alone."""

    creates: bool = False
    """Whether it makes the table."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableStep) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        return f"{self.table}: {self.text}"


class TableDrift(Struct, frozen=True):
    """A difference between a table and its models that no step can remove, and why."""

    table: str
    text: str
    is_breaking: bool
    """Whether the models cannot work with the table as it is."""

    def __str__(self) -> str:
        return f"{self.table}: {self.text}"


class Difference(Struct, frozen=True):
    """All that lies between a table and what its models and options say."""

    steps: tuple[TableStep, ...] = ()
    held_back: tuple[TableStep, ...] = ()
    """Steps that delete."""

    drift: tuple[TableDrift, ...] = ()

    @property
    def all_steps(self) -> tuple[TableStep, ...]:
        """All steps, those that delete last."""
        return (*self.steps, *self.held_back)
