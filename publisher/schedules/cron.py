"""`{ kind = "cron", at = "0 8 * * FRI", timezone = "Europe/Berlin" }`: five fields, as in crontab(5).

Daylight saving follows Debian's cron, through cronsim: a moment that does not exist happens right after the
gap, one that exists twice happens once.

Keys:

    at        minute, hour, day of month, month, weekday
    timezone  whose clock is meant (IANA); UTC when absent
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.errors import ConfigError
from publisher.schedules._lines import check_line, next_of_line
from publisher.schedules._table import check_keys, read_zone


@dataclass(frozen=True, slots=True)
class CronSchedule:
    at: str
    zone: ZoneInfo

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> CronSchedule:
        check_keys(table, ("at", "timezone"))
        at = table.get("at")
        if not isinstance(at, str):
            advice = 'Write it like at = "0 8 * * FRI" (minute, hour, day, month, weekday).'
            raise ConfigError("a cron schedule needs `at`", where="at", advice=advice)
        line, zone = " ".join(at.split()).upper(), read_zone(table)
        check_line(line, zone)
        return cls(line, zone)

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC; None when the line never matches."""
        return next_of_line(self.at, self.zone, after)
