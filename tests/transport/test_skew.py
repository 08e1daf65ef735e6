"""A wrong clock: when it is noticed, and what a date says."""

import pytest

from dynamorm_async.transport.skew import seconds_of, skew_in
from dynamorm_async.wire import Reply

NINE = "Sun, 22 Nov 2026 09:00:00 GMT"
AT_NINE = 1_795_338_000.0


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (NINE, AT_NINE),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 1.0),
        (" Sun, 22 Nov 2026 09:00:00 GMT ", AT_NINE),
        ("Sun, 22 Nov 2026 09:00:00 CET", None),
        ("Sun, 22 Xyz 2026 09:00:00 GMT", None),
        ("Sun, 32 Nov 2026 09:00:00 GMT", None),
        ("now", None),
    ],
)
def test_a_date_is_seconds(date: str, seconds: float | None) -> None:
    assert seconds_of(date) == seconds


def refusal(code: str, message: str = "", *, date: str | None = NINE) -> Reply:
    kind = f"com.amazon.coral.service#{code}"
    return Reply(400, {"__type": kind, "message": message}, "R1", date)


EXPIRED = refusal("InvalidSignatureException", "Signature expired: 2026 is now earlier")
EARLY = refusal("InvalidSignatureException", "Signature not yet current: 2026 is late")
WRONG = refusal("InvalidSignatureException", "The request signature does not match")


@pytest.mark.parametrize(
    ("reply", "now", "offset", "found"),
    [
        (EXPIRED, AT_NINE - 3600, 0.0, 3600.0),
        (EXPIRED, AT_NINE - 10, 0.0, 10.0),
        (EARLY, AT_NINE + 7200, 0.0, -7200.0),
        (EARLY, AT_NINE, -600.0, 0.0),
        (refusal("RequestTimeTooSkewed"), AT_NINE - 30, 0.0, 30.0),
        (WRONG, AT_NINE - 3600, 0.0, 3600.0),
        (WRONG, AT_NINE - 100, 0.0, None),
        (WRONG, AT_NINE - 3600, 3600.0, None),
        (refusal("RequestTimeTooSkewed", date=None), AT_NINE - 3600, 0.0, None),
        (refusal("RequestTimeTooSkewed", date="soon"), AT_NINE - 3600, 0.0, None),
        (refusal("ThrottlingException"), AT_NINE - 3600, 0.0, None),
        (Reply(200, {}, "R1", NINE), AT_NINE - 3600, 0.0, None),
        (Reply(503, {}, "R1", NINE), AT_NINE - 3600, 0.0, None),
    ],
)
def test_a_refusal_for_its_time_tells_the_time(
    reply: Reply, now: float, offset: float, found: float | None
) -> None:
    assert skew_in(reply, now=now, offset=offset) == found
