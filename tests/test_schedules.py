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
    ],
)
def test_bad_tables_are_told_with_their_place(table: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_schedule(table, where="publisher.toml: digest[1].schedule")
    assert str(caught.value).startswith("publisher.toml: digest[1].schedule")
