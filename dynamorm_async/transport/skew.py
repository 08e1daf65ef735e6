"""A clock that is wrong: noticed when a signature is refused, and set right.  Pure."""

from datetime import UTC, datetime

from ..lazily import pattern
from ..wire import Reply

ALLOWED_SECONDS = 240.0
"""DynamoDB refuses signatures that are some minutes off."""

REFUSALS = frozenset(
    {
        "AuthFailure",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
"""The codes with which a signature is refused, among other reasons for its time."""

_SAYS_SO = pattern(r"Signature expired|not yet current|TimeTooSkewed|InTheFuture")

_DATE = pattern(
    r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT"
)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def skew_in(reply: Reply, *, now: float, offset: float) -> float | None:
    """Seconds to add to the clock, where this reply refuses a signature for its time.

    `offset` is what was added when it was signed, `now` the clock when it came back.
    """
    if reply.status < 400 or reply.date is None:
        return None
    code = str(reply.body.get("__type", "")).rpartition("#")[2]
    sent = seconds_of(reply.date)
    if code not in REFUSALS or sent is None:
        return None
    message = reply.body.get("message") or reply.body.get("Message") or ""
    says_so = _SAYS_SO.search(f"{code} {message}") is not None
    is_large = abs(sent - now - offset) > ALLOWED_SECONDS
    return sent - now if says_so or is_large else None


def seconds_of(date: str) -> float | None:
    """An HTTP date (RFC 9110, 5.6.7) in seconds since 1970; None for anything else."""
    found = _DATE.fullmatch(date.strip())
    place = _MONTHS.find(found[2]) if found else -1
    if found is None or place < 0:
        return None
    day, year, hour, minute, second = map(int, found.group(1, 3, 4, 5, 6))
    try:
        at = datetime(year, place // 3 + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return at.timestamp()
