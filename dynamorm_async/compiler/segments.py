"""Scans in segments: the request they share, and the token to resume one by."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ..errors import InvalidCursorError, InvalidOperatorError
from ..lazily import lazy
from ..wire import Item
from ..wire.segments import SegmentPosition
from .cursors import is_key, read_json
from .question import Question
from .signing import Seal

if TYPE_CHECKING:
    import json
else:
    json = lazy("json")

_DONE = "done"
_UNTOUCHED = "start"


class ResumeTokens(Struct, frozen=True):
    """Writes and reads the resume tokens of one scan.

    A token is the base64url JSON of every segment's position, and says which scan it
    belongs to, whether it is signed or not.
    """

    seal: Seal
    total: int
    start_key: tuple[str, ...]
    """The attributes of a position."""

    def write(self, positions: Sequence[SegmentPosition]) -> str:
        """The token of a scan that has come this far."""
        content = {
            "scan": self._scan(),
            "segments": [_written(each) for each in positions],
        }
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        return self.seal.sign(base64.urlsafe_b64encode(text.encode()).decode())

    def read(self, text: str) -> tuple[SegmentPosition, ...]:
        """Where each segment goes on.

        Raises `InvalidCursorError` for a text that is no token, and for one of another
        query or of another number of segments.
        """
        kind = self.seal.kind
        content = read_json(kind, self.seal.verified(text))
        if content.get("scan") != self._scan():
            raise InvalidCursorError(
                f"the {kind} belongs to another scan: its table, index, conditions or "
                "number of segments differ"
            )
        segments = content.get("segments")
        if not isinstance(segments, list) or len(segments) != self.total:
            raise InvalidCursorError(
                f"the {kind} is malformed: it does not hold {self.total} segments"
            )
        return tuple(self._position(each) for each in segments)

    def _scan(self) -> str:
        return self.seal.identity().hex()

    def _position(self, written: Any) -> SegmentPosition:
        if written in (_DONE, _UNTOUCHED):
            return SegmentPosition(is_done=written == _DONE)
        if not is_key(written) or written.keys() != set(self.start_key):
            raise InvalidCursorError(
                f"the {self.seal.kind} is malformed: a position is not made of "
                + ", ".join(self.start_key)
            )
        return SegmentPosition(after=written)


def _written(position: SegmentPosition) -> Item | str:
    if position.is_done:
        return _DONE
    return _UNTOUCHED if position.after is None else position.after


def check_segmentable(question: Question) -> None:
    """Refuse what has no meaning for rows that come from many places at once."""
    said = {
        "parallel_scan() names one segment of the many": question.segment is not None,
        "offset() needs an order, and segments have none": bool(question.offset),
        "cursor() is for one reader; hand in resume= instead": bool(question.cursor),
    }
    for why, is_said in said.items():
        if is_said:
            raise InvalidOperatorError(
                f"{question.table.model_name}: scan_all_segments() reads every "
                f"segment: {why}"
            )
