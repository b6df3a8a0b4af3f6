"""Cron lines: checked, and the next moment of one in a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from publisher.errors import ConfigError

_ADVICE = "Write five fields: minute, hour, day of month, month, weekday."


def check_line(line: str, zone: ZoneInfo) -> None:
    """Raises ConfigError for what is no cron line, or one that never happens."""
    if len(line.split()) != 5:
        raise ConfigError(f"{line!r} does not have five fields", where="at", advice=_ADVICE)
    try:
        CronSim(line, datetime(2026, 1, 1, tzinfo=zone))
    except CronSimError as error:
        raise ConfigError(f"{line!r} is no cron line ({error})", where="at", advice=_ADVICE) from None
    if next_of_line(line, zone, datetime(2026, 1, 1, tzinfo=UTC)) is None:
        raise ConfigError(f"{line!r} never happens", where="at", advice="No year has such a day.")


def next_of_line(line: str, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment strictly after `after`, in UTC; None when the line never matches.

    Daylight saving follows Debian's cron: a moment that does not exist happens right after the gap, one that
    exists twice happens once.
    """
    for moment in CronSim(line, after.astimezone(zone)):
        # Inside the repeated hour of autumn cronsim forgets which pass it is in and may look back.
        if (found := moment.astimezone(UTC)) > after:
            return found
    return None
