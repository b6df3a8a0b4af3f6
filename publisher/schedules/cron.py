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
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from publisher.errors import ConfigError
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
        schedule = cls(" ".join(at.split()).upper(), read_zone(table))
        schedule._check()
        return schedule

    def _check(self) -> None:
        advice = "Write five fields: minute, hour, day of month, month, weekday."
        if len(self.at.split()) != 5:
            raise ConfigError(f"{self.at!r} does not have five fields", where="at", advice=advice)
        try:
            CronSim(self.at, datetime(2026, 1, 1, tzinfo=self.zone))
        except CronSimError as error:
            raise ConfigError(f"{self.at!r} is no cron line ({error})", where="at", advice=advice) from None
        if self.next(datetime(2026, 1, 1, tzinfo=UTC)) is None:
            raise ConfigError(f"{self.at!r} never happens", where="at", advice="No year has such a day.")

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC; None when the line never matches."""
        for moment in CronSim(self.at, after.astimezone(self.zone)):
            # Inside the repeated hour of autumn cronsim forgets which pass it is in and may look back.
            if (found := moment.astimezone(UTC)) > after:
                return found
        return None
