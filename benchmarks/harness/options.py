"""What a run was asked for."""

import msgspec


class Options(msgspec.Struct, frozen=True):
    """How much is measured, and what of it."""

    quick: bool = False
    """Few calls and rounds: shows that it works, and roughly how it stands."""

    only: tuple[str, ...] = ()
    """The pieces of work that are wanted; none: all."""

    asked_rounds: int | None = None

    @property
    def rounds(self) -> int:
        """Interleaved rounds."""
        return self.asked_rounds or (3 if self.quick else 9)

    @property
    def keeps(self) -> bool:
        """Whether the figures are kept: those of a whole, long run are."""
        return not self.quick and not self.only

    def scaled(self, calls: int) -> int:
        """Calls per round."""
        return max(5, calls // 5) if self.quick else calls

    def wants(self, work: str) -> bool:
        """Whether this piece of work is wanted."""
        return not self.only or work in self.only
