"""`{ kind = "dates", at = ["2026-12-01 09:00", "2027-03-01 09:00"] }`: these moments, and no more.

Keys:

    at        moments: TOML dates with a time, or text like "2026-12-01 09:00"; in any order
    timezone  the zone (IANA) of those that have no offset; UTC when absent
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from publisher.errors import ConfigError
from publisher.schedules._table import check_keys, read_zone

_ADVICE = 'Write it like at = ["2026-12-01 09:00", 2027-03-01T09:00:00+01:00].'


@dataclass(frozen=True, slots=True)
class DatesSchedule:
    moments: tuple[datetime, ...]  # in UTC, each once, the earliest first

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> DatesSchedule:
        check_keys(table, ("at", "timezone"))
        at, zone = table.get("at"), read_zone(table)
        if not isinstance(at, list) or not at:
            raise ConfigError("a schedule of dates needs `at`, a list", where="at", advice=_ADVICE)
        return cls(tuple(sorted({_moment(each, zone) for each in at})))

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC; None after the last one."""
        place = bisect_right(self.moments, after)
        return self.moments[place] if place < len(self.moments) else None


def _moment(value: object, zone: ZoneInfo) -> datetime:
    moment = value
    if isinstance(value, str) and len(value) > len("2026-12-01"):  # a day alone has no moment
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            moment = None
    if not isinstance(moment, datetime):
        raise ConfigError(f"{str(value)[:60]!r} is not a date with a time", where="at", advice=_ADVICE)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ConfigError(f"{str(value)[:60]!r} is outside of time", where="at", advice=_ADVICE) from None
