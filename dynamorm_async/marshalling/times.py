"""Dates and times: text that sorts as time, or exact seconds."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from msgspec import to_builtins

from ..errors import InvalidValueError, ItemShapeError
from ..lazily import pattern
from ..wire import AttributeValue
from .numbers import decimal_text, int_text, payload, read_decimal
from .values import Rank, ValueCodec, wrong_tag, wrong_type

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_CANONICAL_LENGTH = len("2026-11-22T09:00:00.000000Z")
_CANONICAL_MARKS = "-."
_RFC_3339 = pattern(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    # PynamoDB writes the offset without a colon.
    r"(?:[Zz]|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
_DATE_LENGTH = len("2026-11-22")
_TIME = pattern(
    r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d(?::[\d.]+)?)?", re.A
)


def in_utc(value: object) -> datetime:
    """This moment in UTC.  Raises InvalidValueError for a naive datetime."""
    if not isinstance(value, datetime):
        raise wrong_type("datetime", value)
    if value.tzinfo is UTC:
        return value
    if value.utcoffset() is None:
        raise InvalidValueError(
            "the datetime has no time zone; use datetime.now(UTC), or"
            " value.replace(tzinfo=UTC) if it is in UTC"
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InvalidValueError(
            "the datetime is outside the years 1 to 9999 UTC"
        ) from None


def encode_datetime(value: object) -> AttributeValue:
    """S of fixed width, in UTC, so that text sorts as time."""
    return {"S": utc_text(in_utc(value))}


def utc_text(value: datetime) -> str:
    """The text of a moment in UTC, always to the microsecond."""
    # Ten times as quick as isoformat; leaves out a fraction of zero.
    text: str = to_builtins(value)
    return text if len(text) == _CANONICAL_LENGTH else f"{text[:-1]}.000000Z"


def decode_datetime(value: AttributeValue) -> datetime:
    """Reads any RFC 3339 text, to the microsecond, and PynamoDB's; returns it in UTC.

    Finer fractions are cut off; a leap second is the first moment of the next minute.
    """
    text: str | None = value.get("S")
    if text is None:
        raise wrong_tag("S", value)
    return read_moment(text)


def read_moment(text: str) -> datetime:
    """The moment that a stored text names.  Raises ItemShapeError."""
    try:
        # fromisoformat is fast, but it also takes forms that RFC 3339 has not.
        if len(text) == _CANONICAL_LENGTH and text[7::12] == _CANONICAL_MARKS:
            return datetime.fromisoformat(text)
        return _read_rfc_3339(text)
    except (ValueError, OverflowError):
        # Not chained: the message of the cause repeats the stored value.
        raise ItemShapeError("expected an RFC 3339 date and time with offset") from None


def _read_rfc_3339(text: str) -> datetime:
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError
    *numbers, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = map(int, numbers)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    leap = second == 60
    zone = _offset(sign, hours, minutes)
    moment = datetime(year, month, day, hour, minute, second - leap, micros, zone)
    return moment.astimezone(UTC) + timedelta(seconds=leap)


def _offset(sign: str | None, hours: str, minutes: str) -> timezone:
    if sign is None:
        return UTC
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def encode_date(value: object) -> AttributeValue:
    """S, ISO 8601.  A datetime is no date here: its day depends on the time zone."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise wrong_type("date", value)
    return {"S": value.isoformat()}


def decode_date(value: AttributeValue) -> date:
    """Reads `2026-11-22`."""
    text: str | None = value.get("S")
    if text is None:
        raise wrong_tag("S", value)
    try:
        if len(text) != _DATE_LENGTH or text[4] + text[7] != "--":
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ItemShapeError("expected a date such as 2026-11-22") from None


def encode_time(value: object) -> AttributeValue:
    """S of fixed width, with an offset if the time has one."""
    if not isinstance(value, time):
        raise wrong_type("time", value)
    if value.tzinfo is not None and value.utcoffset() is None:
        raise InvalidValueError(
            "the time's zone has no offset without a date;"
            " use a fixed offset or a datetime"
        )
    return {"S": value.isoformat(timespec="microseconds")}


def decode_time(value: AttributeValue) -> time:
    """Reads any ISO time of day; naive stays naive."""
    text: str | None = value.get("S")
    if text is None:
        raise wrong_tag("S", value)
    try:
        if _TIME.fullmatch(text) is None:
            raise ValueError
        return time.fromisoformat(text.upper())
    except ValueError:
        raise ItemShapeError("expected a time such as 09:00:00") from None


def encode_timedelta(value: object) -> AttributeValue:
    """N, seconds, exactly."""
    if not isinstance(value, timedelta):
        raise wrong_type("timedelta", value)
    return {"N": _seconds_text(value)}


def decode_timedelta(value: AttributeValue) -> timedelta:
    """Seconds, to the microsecond."""
    return _read_seconds(payload(value))


def encode_unix(value: object) -> AttributeValue:
    """N, seconds since 1970, with a fraction where there are microseconds."""
    return {"N": _seconds_text(in_utc(value) - EPOCH)}


def encode_ttl(value: object) -> AttributeValue:
    """N, whole seconds since 1970, as time to live needs it; cuts the fraction."""
    return {"N": int_text((in_utc(value) - EPOCH) // timedelta(seconds=1))}


def decode_unix(value: AttributeValue) -> datetime:
    """Seconds since 1970, to the microsecond; what comes back is in UTC."""
    try:
        return EPOCH + _read_seconds(payload(value))
    except OverflowError:
        raise ItemShapeError("the time is outside the years 1 to 9999") from None


def _seconds_text(span: timedelta) -> str:
    # Whole numbers only: Decimal arithmetic would round as the caller's context says.
    micros = span // MICROSECOND
    return decimal_text(Decimal(f"{micros}E-6"))


def _read_seconds(text: str) -> timedelta:
    numerator, denominator = read_decimal(text).as_integer_ratio()
    try:
        return timedelta(microseconds=numerator * 1_000_000 // denominator)
    except OverflowError:
        raise ItemShapeError("the number of seconds is too large") from None


DATETIME = ValueCodec(
    encode_datetime, decode_datetime, "S", in_place='read_moment({stored}["S"])'
)
DATE = ValueCodec(encode_date, decode_date, "S")
TIME = ValueCodec(encode_time, decode_time, "S")
TIMEDELTA = ValueCodec(encode_timedelta, decode_timedelta, "N", rank=Rank.EXACT)
UNIX = ValueCodec(encode_unix, decode_unix, "N", rank=Rank.EXACT)
TTL = ValueCodec(encode_ttl, decode_unix, "N", rank=Rank.EXACT)
