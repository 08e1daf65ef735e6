"""What a migration tells: how far it has come, and what it came to."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Stage = Literal["backup", "copy", "verify"]


class Counts(Struct, frozen=True):
    """How many items have come how far."""

    read: int = 0
    copied: int = 0
    dropped: int = 0


class MigrationProgress(Struct, frozen=True, kw_only=True):
    """How far a migration has come."""

    stage: Stage
    """What it does now."""

    read: int
    """Items read in this stage, by earlier runs of the same checkpoint included."""

    copied: int
    """Items that are in the target, confirmed by the service."""

    dropped: int
    """Items that the transform left out."""

    estimated_total: int
    """Items of the source as its description has them: up to six hours old."""


class Verification(Struct, frozen=True, kw_only=True):
    """What was found when both tables were read again."""

    source_read: int
    """Items that the migration read."""

    source_count: int
    """Items that are in the source afterwards."""

    target_least: int
    """Items that the target must hold: what was copied, or what it held before."""

    target_most: int
    """Items that it may hold: both together."""

    target_count: int
    """Items that are in it."""

    compared: int
    """Items that were read from the source, transformed again, and looked for."""

    missing: int
    """Those that were not in the target."""

    different: int
    """Those that were otherwise there."""

    attributes: tuple[str, ...] = ()
    """The attributes, by stored name, in which any of them differed."""

    @property
    def is_good(self) -> bool:
        """Whether nothing was found."""
        return not self.differences

    @property
    def differences(self) -> tuple[str, ...]:
        """What is not as it should be, in words."""
        return tuple(self._differences())

    def _differences(self) -> Iterator[str]:
        if self.source_count != self.source_read:
            yield (
                f"the source has {self.source_count:,} items, and {self.source_read:,} "
                "were read: it was written to meanwhile"
            )
        if not self.target_least <= self.target_count <= self.target_most:
            between = f"{self.target_least:,} to {self.target_most:,}"
            exact = f"{self.target_most:,}"
            wanted = exact if self.target_least == self.target_most else between
            yield (
                f"the target has {self.target_count:,} items instead of {wanted}: "
                "several got one key, or it was written to meanwhile"
            )
        if self.missing:
            yield f"{self.missing:,} of {self.compared:,} samples are not in the target"
        if self.different:
            yield (
                f"{self.different:,} of {self.compared:,} samples differ there, in "
                + ", ".join(self.attributes)
            )

    def __str__(self) -> str:
        if not self.is_good:
            return "; ".join(self.differences)
        return (
            f"{self.source_count:,} items in the source, {self.target_count:,} in the "
            f"target, {self.compared:,} samples alike"
        )


class MigrationReport(Struct, frozen=True, kw_only=True):
    """What a migration came to; `str()` of it is a text of a few lines.

    The counts include what earlier runs of the same checkpoint did.  Those of a dry run
    say what would have happened.
    """

    source: str
    """The table that was read."""

    target: str
    """The table that was written."""

    read: int = 0
    copied: int = 0
    dropped: int = 0
    """Items that the transform left out."""

    copied_before: int = 0
    """Items that earlier runs had copied."""

    failed: int = 0
    """In a dry run: items that would have stopped the migration."""

    failures: tuple[tuple[str, int], ...] = ()
    """Why, and how many of each; the first ten reasons."""

    estimated_total: int = 0
    """Items of the source as its description had them: up to six hours old."""

    seconds: float = 0.0
    """How long this run took."""

    read_units: float = 0.0
    """Capacity units that this run used, as far as the service told."""

    write_units: float = 0.0
    """The same for writing, indexes included."""

    backup: str | None = None
    """Where the backup is: a path, or the ARN of an on-demand backup."""

    verification: Verification | None = None
    is_dry_run: bool = False
    not_covered: tuple[str, ...] = ()
    """What this migration could not see to."""

    def __str__(self) -> str:
        return "\n  ".join(self._lines())

    def _lines(self) -> Iterator[str]:
        would = "would be " if self.is_dry_run else ""
        yield (
            f"{self.source} -> {self.target}: {self.read:,} items read, "
            f"{self.copied:,} {would}copied, {self.dropped:,} {would}dropped"
        )
        if self.failed:
            yield f"{self.failed:,} would have stopped it:"
            yield from (f"  {count:,}: {reason}" for reason, count in self.failures)
        if self.copied_before:
            yield f"{self.copied_before:,} of them copied by earlier runs"
        if self.backup is not None:
            yield f"backup: {self.backup}"
        if self.verification is not None:
            yield f"verified: {self.verification}"
        yield from (f"not covered: {each}" for each in self.not_covered)


def not_covered(source: str, *, is_snapshot: bool) -> tuple[str, ...]:
    """What a copy of a table, and a backup that is no snapshot, cannot see to."""
    of_source = (
        f"an item of {source} that is written or deleted after it was read stays in "
        "the target as it was"
    )
    if is_snapshot:
        return (of_source,)
    return of_source, "the backup is no snapshot: each item is as it was when read"
