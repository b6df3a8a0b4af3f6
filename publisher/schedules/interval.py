"""`{ kind = "interval", every = "6 hours", start = 2026-01-01T00:00:00Z }`: a fixed step from a fixed start.

Steps are elapsed time, so that daylight saving does not touch them: "24 hours" is not "daily at eight".

Keys:

    every     "30 minutes", "6 hours", "1 day", "2 weeks"
    start     where counting begins: a TOML date with a time; Monday, 5 January 2026, 00:00 UTC, when absent
    timezone  the zone (IANA) of a `start` that has no offset; UTC when absent
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from publisher.errors import ConfigError
from publisher.schedules._table import check_keys, read_zone

_EVERY = re.compile(r"(\d{1,6})\s*(minute|hour|day|week)s?")
_START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday: "1 week" then begins with the week

_LIFETIME = timedelta(days=36_525)


@dataclass(frozen=True, slots=True)
class IntervalSchedule:
    every: timedelta
    start: datetime

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> IntervalSchedule:
        check_keys(table, ("every", "start", "timezone"))
        match = _EVERY.fullmatch(str(table.get("every", "")).strip().lower())
        if not match or int(match[1]) == 0:
            advice = 'Write it like every = "6 hours" (minutes, hours, days or weeks).'
            raise ConfigError("an interval needs `every`", where="every", advice=advice)
        every = timedelta(**{match[2] + "s": int(match[1])})
        if every > _LIFETIME:
            raise ConfigError("it never happens", advice="Choose a moment that will come.")
        start = table.get("start", _START)
        if not isinstance(start, datetime):
            advice = "Write it like start = 2026-01-05T08:00:00Z."
            raise ConfigError("`start` is not a date with a time", where="start", advice=advice)
        if start.tzinfo is None:
            start = start.replace(tzinfo=read_zone(table))
        return cls(every, start.astimezone(UTC))

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, never before `start`; None at the end of time."""
        if after < self.start:
            return self.start
        try:
            return self.start + ((after - self.start) // self.every + 1) * self.every
        except OverflowError:  # after the year 9999
            return None
