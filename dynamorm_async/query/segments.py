"""Scans in segments: the whole table, from several places at once."""

from typing import TYPE_CHECKING, TypeVar

from ..lazily import lazy
from .counts import at_least, positive, segments
from .steps import Steps

if TYPE_CHECKING:
    from ..wire import segments as wired
    from ..wire.segments import SegmentedRows
else:
    wired = lazy("..wire.segments", __package__)

M = TypeVar("M")

_MOST_AT_ONCE = 16
"""Segments read at a time where nothing is said."""

BUFFER = 1_000
"""Rows held where nothing is said."""


class SegmentReads(Steps[M]):
    """The read of a query that reads many segments at once."""

    __slots__ = ()

    def scan_all_segments(
        self,
        total: int,
        /,
        *,
        max_concurrency: int | None = None,
        buffer: int = BUFFER,
        requests_per_second: float | None = None,
        resume: str | None = None,
    ) -> "SegmentedRows[M]":
        """Scan in `total` segments side by side; the rows come in no order.

        >>> rows = await db.model(User).scan_all_segments(8)
        >>> scan = db.model(User).scan_all_segments(8, resume=saved)
        >>> async for user in scan: saved = scan.resume_token()

        At most `max_concurrency` segments are read at a time (16 where nothing is
        said), and no page is asked for while `buffer` rows are held.  A limit counts
        the rows of all segments together.  `requests_per_second` holds for this scan;
        it spaces requests out, however many rows each brings, and does not count those
        sent again.

        The object is one pass.  If a request fails, those beside it are cancelled; no
        row is lost, and the pass can go on.  `resume` takes the token of a pass of the
        same query in as many segments, and goes on after the last row that it handed
        out; another one's is an `InvalidCursorError`.
        """
        compiled, tokens = self._compiler.segments(self._question, segments(total))
        start = [wired.SegmentPosition()] * total
        rate = requests_per_second
        most = _MOST_AT_ONCE if max_concurrency is None else max_concurrency
        plan = wired.SegmentPlan(
            positions=start if resume is None else tokens.read(resume),
            concurrency=at_least(1, "max_concurrency", most),
            buffer=at_least(1, "buffer", buffer),
            interval=0.0 if rate is None else 1 / positive("requests_per_second", rate),
            write_token=tokens.write,
        )
        return self._once("scan_all_segments()").segments(compiled, plan)
