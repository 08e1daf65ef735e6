"""ETags from the version of an item, and what a request asks of them.  Pure.

RFC 9110, section 13: If-Match compares strongly, If-None-Match weakly.
"""

import re
from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from ..errors import InvalidModelError
from ..schema.model import Model, table_of

_TAG = re.compile(r'(?:^|,)\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')

Refusal = Literal[304, 412, 428]


def etag_of(instance: Model) -> str:
    """The ETag of an item as it is now.

    It is made of the version, and the time of creation where the model has one: an item
    that was deleted and created anew has the version 0 again.  Raises
    `InvalidModelError` for a model without `version()`.
    """
    table = table_of(type(instance))
    if table.version is None:
        raise InvalidModelError(
            f"{table.model_name} has no version() field, and an ETag needs one"
        )
    version = getattr(instance, table.version.name)
    created = None
    if table.created_at is not None:
        created = getattr(instance, table.created_at.name)
    if created is None:
        return f'"{version}"'
    return f'"{version}-{round(created.timestamp() * 1_000_000):x}"'


@frozen
class Wanted:
    """What If-Match or If-None-Match names: any item, or these ETags."""

    any: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    def has(self, etag: str | None, *, strongly: bool) -> bool:
        """Whether it names the item with this ETag; None is no item."""
        if etag is None:
            return False
        return self.any or etag in self.strong or (not strongly and etag in self.weak)


def wanted(lines: Sequence[str]) -> Wanted | None:
    """What the lines of a header say; None where there is none.

    What is no ETag matches none.
    """
    if not lines:
        return None
    header = ", ".join(lines)  # as RFC 9110 has it, section 5.3
    if header.strip() == "*":
        return Wanted(any=True)
    found = [(bool(weak), tag) for weak, tag in _TAG.findall(header)]
    return Wanted(
        strong=frozenset(tag for weak, tag in found if not weak),
        weak=frozenset(tag for weak, tag in found if weak),
    )


@frozen
class Conditions:
    """The preconditions of one request."""

    if_match: Wanted | None = None
    if_none_match: Wanted | None = None

    @classmethod
    def of(cls, if_match: Sequence[str], if_none_match: Sequence[str]) -> "Conditions":
        """What the two headers say, of which each may come in several lines."""
        return cls(wanted(if_match), wanted(if_none_match))

    def refusal(
        self, etag: str | None, *, is_read: bool, is_required: bool = False
    ) -> Refusal | None:
        """The status with which to refuse, if the item has this ETag; None: go on.

        `etag` None: there is no such item.  `is_required`: a write needs If-Match, or
        `If-None-Match: *`; other ETags would let it undo what it has not seen.
        """
        if self.if_match is not None:
            if not self.if_match.has(etag, strongly=True):
                return 412
        elif is_required and not self._creates:
            return 428
        if self.if_none_match is None:
            return None
        if self.if_none_match.has(etag, strongly=False):
            return 304 if is_read else 412
        return None

    @property
    def _creates(self) -> bool:
        return self.if_none_match is not None and self.if_none_match.any
