from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.sources._moment import read_moment

BERLIN = ZoneInfo("Europe/Berlin")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-01", utc(2026, 11, 30, 23)),
        ("2026-07-01", utc(2026, 6, 30, 22)),
        ("2026-12-01 09:00", utc(2026, 12, 1, 8)),
        ("2026-12-01T09:00:30.5", utc(2026, 12, 1, 8, 0, 30, 500_000)),
        ("2026-12-01T09:00Z", utc(2026, 12, 1, 9)),
        ("2026-12-01 09:00 +01:00", utc(2026, 12, 1, 8)),
        ("2026-12-01 09:00-0530", utc(2026, 12, 1, 14, 30)),
        ("2026-12-01 09:00 America/New_York", utc(2026, 12, 1, 14)),
        ("2026-12-01 Asia/Tokyo", utc(2026, 11, 30, 15)),
        ("2026-12-01 09:00 utc", utc(2026, 12, 1, 9)),
        ("2026-03-29 02:30", utc(2026, 3, 29, 1, 30)),  # does not exist: as if the clock had not been moved
        ("2026-10-25 02:30", utc(2026, 10, 25, 0, 30)),  # exists twice: the first
        ("2028-02-29", utc(2028, 2, 28, 23)),
    ],
)
def test_moments(written: str, moment: datetime) -> None:
    assert read_moment(written, BERLIN) == moment
    assert read_moment(written, BERLIN).tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("soon", "is not a date"),
        ("01.12.2026", "is not a date"),
        ("2026-02-30", "no day or time that exists"),
        ("2026-12-01 25:00", "no day or time that exists"),
        ("2026-12-01 09:00 Europe/Berln", "no time zone 'Europe/Berln'"),
        ("2026-12-01 09:00 ../../etc/passwd", "is not a date"),
        ("2026-12-01 09:00 Europe", "no time zone 'Europe'"),
        ("2026-12-01 09:00 +01:00 Europe/Berlin", "an offset and a zone"),
        ("2026-12-01 09:00 +99:00", "no day or time that exists"),
        ("0001-01-01", "not between 1900 and 2200"),
        ("9999-12-31", "not between 1900 and 2200"),
        ("٢٠٢٦-12-01", "is not a date"),
    ],
)
def test_what_is_no_moment(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as error:
        read_moment(written, BERLIN)
    assert str(error.value).endswith(".")
