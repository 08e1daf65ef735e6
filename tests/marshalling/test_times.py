"""Dates and times as text and as seconds."""

from datetime import UTC, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.errors import ItemShapeError
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.options import FieldOptions
from tests.marshalling.strategies import DATETIMES

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CODECS = Codecs()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00.000000Z", NINE),
        ("2026-11-22T09:00:00Z", NINE),
        ("2026-11-22t09:00:00z", NINE),
        ("2026-11-22 09:00:00Z", NINE),
        ("2026-11-22T09:00:00-00:00", NINE),
        ("2026-11-22T10:30:00+01:30", NINE),
        ("2026-11-21T23:00:00-10:00", NINE),
        ("2026-11-22T09:00:00.000000+0000", NINE),  # PynamoDB's form
        ("2026-11-22T09:00:00.5Z", NINE.replace(microsecond=500_000)),
        ("2026-11-22T09:00:00.000001Z", NINE.replace(microsecond=1)),
        ("2026-11-22T09:00:00.123456789Z", NINE.replace(microsecond=123_456)),
        ("2026-11-22T09:00:00.999999999+00:00", NINE.replace(microsecond=999_999)),
        ("2026-11-22T08:59:60Z", NINE),
        ("2026-11-22T08:59:60.25Z", NINE.replace(microsecond=250_000)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_rfc_3339_text_is_read(text: str, moment: datetime) -> None:
    read = CODECS.decoder(datetime)({"S": text})
    assert (read, read.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T09:00:00",
        "2026-11-22T09:00:00.000000",
        "20261122T090000Z",
        "2026-W47-7T09:00:00.000000Z",
        "2026-11-22T09:00Z",
        "2026-13-22T09:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T09:00:61Z",
        "2026-11-22T09:00:00,5Z",
        "2026-11-22T09:00:00+25:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:60Z",
        "２０２６-11-22T09:00:00Z",  # noqa: RUF001 # digits, but not ASCII
    ],
)
def test_other_text_is_no_datetime(text: str) -> None:
    with pytest.raises(ItemShapeError, match=r"^expected an RFC 3339 date and time"):
        CODECS.decoder(datetime)({"S": text})


@given(st.lists(DATETIMES, min_size=2))
def test_datetimes_sort_as_their_text(moments: list[datetime]) -> None:
    encode = CODECS.encoder(datetime)
    texts = [encode(each)["S"] for each in sorted(moments)]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}


@given(st.lists(st.times(), min_size=2))
def test_times_sort_as_their_text(times: list[time]) -> None:
    encode = CODECS.encoder(time)
    assert all(
        encode(earlier)["S"] <= encode(later)["S"]
        for earlier, later in pairwise(sorted(times))
    )


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "0"),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "1"),
        (datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=1))), "-3600"),
        (datetime(1970, 1, 1, microsecond=1, tzinfo=UTC), "0.000001"),
        (datetime(2026, 11, 22, 9, microsecond=250_000, tzinfo=UTC), "1795338000.25"),
    ],
)
def test_unix_time_is_seconds_with_an_exact_fraction(
    moment: datetime, seconds: str
) -> None:
    codec = CODECS.field(datetime, FieldOptions(unix=True))
    assert codec.encode(moment) == {"N": seconds}
    assert codec.decode({"N": seconds}) == moment


@pytest.mark.parametrize(
    ("hint", "value", "wire", "read"),
    [
        (datetime, NINE, {"N": "1795338000"}, NINE),
        (datetime, NINE.replace(microsecond=999_999), {"N": "1795338000"}, NINE),
        (datetime | None, NINE, {"N": "1795338000"}, NINE),
        (datetime | None, None, {"NULL": True}, None),
        (int, 1795338001, {"N": "1795338001"}, 1795338001),
    ],
)
def test_a_ttl_is_whole_seconds(
    hint: object, value: object, wire: dict[str, Any], read: object
) -> None:
    codec = CODECS.field(hint, FieldOptions(ttl=True))
    assert codec.encode(value) == wire
    assert codec.decode(wire) == read
    assert codec.tag == "N"


@pytest.mark.parametrize("seconds", ["1E+12", "-1E+12", "1E+30"])
def test_seconds_beyond_the_calendar_are_refused(seconds: str) -> None:
    codec = CODECS.field(datetime, FieldOptions(unix=True))
    with pytest.raises(
        ItemShapeError, match=r"^the (time is outside|number of seconds)"
    ):
        codec.decode({"N": seconds})


@pytest.mark.parametrize("text", ["09:05", "09:05:00", "09:05:00.0", "09:05:00.000000"])
def test_any_iso_time_is_read(text: str) -> None:
    assert CODECS.decoder(time)({"S": text}) == time(9, 5)


@given(DATETIMES)
def test_unix_time_reads_back_exactly(moment: datetime) -> None:
    codec = CODECS.field(datetime, FieldOptions(unix=True))
    assert codec.decode(codec.encode(moment)) == moment
