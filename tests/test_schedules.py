"""Every kind of schedule keeps its contract; daylight saving is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import ConfigError
from publisher.schedules import KINDS, open_schedule

EXAMPLES: dict[str, list[dict[str, object]]] = {
    "cron": [
        {"at": "0 8 * * FRI", "timezone": "Europe/Berlin"},
        {"at": "30 2 * * *", "timezone": "America/New_York"},
        {"at": "*/20 * * * *", "timezone": "Australia/Lord_Howe"},
        {"at": "0 0 L * *", "timezone": "Pacific/Apia"},
        {"at": "15 1 * * SUN#2"},
    ],
    "dates": [
        {"at": [f"{year}-{month:02}-01 09:00" for year in range(2020, 2037) for month in range(1, 13)]},
        {"at": [datetime(year, 1, 1, 9) for year in range(2019, 2038)], "timezone": "Europe/Berlin"},
    ],
    "words": [
        {"at": "fridays at 8:00", "timezone": "Europe/Berlin"},
        {"at": "first and third monday at 2:30 am America/New_York"},
        {"at": "last day, 1st and 15th of the month at noon and midnight"},
    ],
    "interval": [{"every": "6 hours"}, {"every": "1 week", "start": datetime(2026, 1, 1, 9, tzinfo=UTC)}],
}
CASES = [(kind, example) for kind in KINDS for example in EXAMPLES.get(kind, [None])]  # type: ignore[list-item]


@pytest.mark.parametrize(("kind", "example"), CASES)
@settings(max_examples=25)
@given(moment=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_next_is_after_and_nothing_lies_between(
    kind: str, example: dict[str, object], moment: datetime
) -> None:
    assert example is not None, f"give the new kind {kind!r} an example in this file"
    schedule = open_schedule({"kind": kind, **example}, where="test")
    following = schedule.next(moment)
    assert following is not None and following > moment
    assert following.tzinfo is UTC
    assert schedule.next(following - timedelta(microseconds=1)) == following
    assert schedule.next(moment + (following - moment) / 2) == following


def moments(at: str, zone: str, begin: datetime, number: int) -> list[str]:
    schedule = open_schedule({"kind": "cron", "at": at, "timezone": zone}, where="test")
    found = []
    for _ in range(number):
        following = schedule.next(begin)
        assert following is not None
        found.append(following.strftime("%d %H:%M"))
        begin = following
    return found


def test_friday_at_eight_stays_friday_at_eight() -> None:
    found = moments("0 8 * * FRI", "Europe/Berlin", datetime(2026, 10, 17, tzinfo=UTC), 3)
    assert found == ["23 06:00", "30 07:00", "06 07:00"]


def test_the_hour_that_comes_twice_happens_once() -> None:
    found = moments("30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert found == ["25 00:30", "26 01:30"]


def test_looking_from_inside_the_second_pass_never_goes_back() -> None:
    inside = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 2:15 for the second time
    assert moments("30 2 * * *", "Europe/Berlin", inside, 1) == ["26 01:30"]


def test_the_hour_that_is_missing_happens_after_the_gap() -> None:
    found = moments("30 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert found == ["29 01:00", "30 00:30"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "needs a kind"),
        ({"kind": "crom"}, "Did you mean 'cron'"),
        ({"kind": "cron"}, "needs `at`"),
        ({"kind": "cron", "at": "0 8 * *"}, "five fields"),
        ({"kind": "cron", "at": "0 8 30 2 *"}, "no cron line"),
        ({"kind": "cron", "at": "0 8 * * FRI", "timezone": "Europe/Berlim"}, "Did you mean 'Europe/Berlin'"),
        ({"kind": "cron", "at": "0 8 * * FRI", "time": 3}, "no key 'time'"),
        ({"kind": "interval", "every": "0 hours"}, "needs `every`"),
        ({"kind": "interval", "every": "2 fortnights"}, "needs `every`"),
        ({"kind": "interval", "every": "2 days", "start": "soon"}, "not a date"),
        ({"kind": "dates"}, "needs `at`, a list"),
        ({"kind": "dates", "at": ["2026-12-01"]}, "not a date with a time"),
        ({"kind": "dates", "at": ["2026-13-01 09:00"]}, "not a date with a time"),
        ({"kind": "dates", "at": [7]}, "'7' is not a date"),
        ({"kind": "words"}, "needs `at`"),
        ({"kind": "words", "at": "fridays"}, "at what time"),
        ({"kind": "words", "at": "fridays at 25:00"}, "no time of day"),
        ({"kind": "words", "at": "fridays at 13 pm"}, "no time of day"),
        ({"kind": "words", "at": "someday at 8:00"}, "'someday' in .* is no day"),
        ({"kind": "words", "at": "first and third at 8:00"}, "on which days"),
        ({"kind": "words", "at": "32nd at 8:00"}, "is no day"),
        ({"kind": "words", "at": "fridays at 8:00 Europe/Berlim"}, "Did you mean 'Europe/Berlin'"),
        ({"kind": "words", "at": "daily at 8 Europe/Berlin", "timezone": "UTC"}, "named twice"),
        ({"kind": "words", "at": "x" * 10_000}, "needs `at`"),
    ],
)
def test_bad_tables_are_told_with_their_place(table: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_schedule(table, where="publisher.toml: digest[1].schedule")
    assert str(caught.value).startswith("publisher.toml: digest[1].schedule")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("fridays at 8:00", ["Fri 27 08:00", "Fri 04 08:00"]),
        ("Every Friday at 8", ["Fri 27 08:00", "Fri 04 08:00"]),
        ("mondays and thursdays at 7:30 pm", ["Mon 23 19:30", "Thu 26 19:30"]),
        ("weekdays at 9 and 17.30", ["Mon 23 09:00", "Mon 23 17:30"]),
        ("weekends at noon", ["Sun 22 12:00", "Sat 28 12:00"]),
        ("daily at midnight", ["Mon 23 00:00", "Tue 24 00:00"]),
        ("first monday at 9:30", ["Mon 07 09:30", "Mon 04 09:30"]),
        ("second and fourth tuesday of each month at 8:00", ["Tue 24 08:00", "Tue 08 08:00"]),
        ("last friday at 8:00", ["Fri 27 08:00", "Fri 25 08:00"]),
        ("last day of the month at 18:00", ["Mon 30 18:00", "Thu 31 18:00"]),
        ("on the 1st and 15th at 8:00", ["Tue 01 08:00", "Tue 15 08:00"]),
        ("31st at 8:00", ["Thu 31 08:00", "Sun 31 08:00"]),
        ("daily at 8:00 Asia/Tokyo", ["Sun 22 23:00", "Mon 23 23:00"]),
    ],
)
def test_schedules_in_words(said: str, days: list[str]) -> None:
    schedule = open_schedule({"kind": "words", "at": said}, where="test")
    moment, found = datetime(2026, 11, 22, tzinfo=UTC), []
    for _ in days:
        following = schedule.next(moment)
        assert following is not None
        found.append(following.strftime("%a %d %H:%M"))
        moment = following
    assert found == days


def test_dates_come_to_an_end() -> None:
    table = {"kind": "dates", "at": ["2026-12-24 18:00", "2026-12-01 09:00"], "timezone": "Europe/Berlin"}
    schedule = open_schedule(table, where="test")
    first = schedule.next(datetime(2026, 11, 1, tzinfo=UTC))
    assert first == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert schedule.next(first) == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert schedule.next(datetime(2026, 12, 24, 17, tzinfo=UTC)) is None


def test_the_end_of_time_is_no_error() -> None:
    schedule = open_schedule({"kind": "interval", "every": "2 weeks"}, where="test")
    assert schedule.next(datetime(9999, 12, 31, tzinfo=UTC)) is None
