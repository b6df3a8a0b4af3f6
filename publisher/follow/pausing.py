"""A pause: no mail until a day begins where the follower lives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.storage import FollowRow

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # as date fields send it
LONGEST = timedelta(days=366)  # whoever wants more than a year wants to leave


def paused_until(follows: Iterable[FollowRow], now: datetime) -> datetime | None:
    """When the pause ends that is on now; None for none."""
    ends = [row.paused_until for row in follows if row.state == "active" and row.paused_until is not None]
    return max((end for end in ends if end > now), default=None)


def days(now: datetime, zone: str) -> tuple[date, date]:
    """The first and the last day on which a pause can end, in this zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today + timedelta(days=1), today + LONGEST


def end_of_pause(written: str, now: datetime, zone: str) -> datetime | None:
    """The midnight with which the day `written` ("2026-12-01") begins; None if it is none that can be."""
    first, last = days(now, zone)
    try:
        day = date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        day = None
    return None if day is None or not first <= day <= last else midnight(day, zone)


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a day, in UTC. Where clocks skip midnight: the moment when the day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def midnight_again(until: datetime, before: str, after: str) -> datetime:
    """The end of a pause for somebody who moved between zones: the same day, where he is now."""
    return midnight(until.astimezone(ZoneInfo(before)).date(), after)
