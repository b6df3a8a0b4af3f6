"""`{ kind = "words", at = "fridays at 8:00", timezone = "Europe/Berlin" }`: as one would say it.

Days are `daily`, `weekdays`, `weekends`, `fridays`, `every friday`, `mondays and thursdays`, `first monday`,
`last friday`, `last day`, `1st and 15th`; times are `8:00`, `8 am`, `5:30 pm`, `noon`, `midnight`, or several
of them. What does not exist or exists twice because of daylight saving follows the kind `cron`.

Keys:

    at        the days, `at`, and the times; a zone may stand at its end
    timezone  whose clock is meant (IANA); UTC when absent
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.errors import ConfigError
from publisher.schedules._lines import next_of_line
from publisher.schedules._table import check_keys, read_zone

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHICH = {"first": "#1", "second": "#2", "third": "#3", "fourth": "#4", "last": "L"}
_ADVICE = 'Write it like "fridays at 8:00", "first monday at 9:30", "last day at 18:00", "weekdays at 7 am".'
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h|o'clock)?")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class WordsSchedule:
    lines: tuple[str, ...]  # cron lines: it happens when any of them does
    zone: ZoneInfo

    @classmethod
    def from_table(cls, table: Mapping[str, object]) -> WordsSchedule:
        check_keys(table, ("at", "timezone"))
        at = table.get("at")
        if not isinstance(at, str) or not at.strip() or len(at) > _LONGEST:
            raise ConfigError("a schedule in words needs `at`", where="at", advice=_ADVICE)
        said, zone = _zone(" ".join(at.split()), table)
        days, _, times = said.lower().partition(" at ")
        if not times:
            raise ConfigError(f"{at!r} does not say at what time", where="at", advice=_ADVICE)
        moments = [_time(each, at) for each in _several(times)]
        lines = [
            f"{minute} {hour} {day}"
            for day in _days(days.removeprefix("on "), at)
            for hour, minute in moments
        ]
        return cls(tuple(dict.fromkeys(lines)), zone)

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC."""
        found = (next_of_line(line, self.zone, after) for line in self.lines)
        return min((each for each in found if each is not None), default=None)


def _zone(said: str, table: Mapping[str, object]) -> tuple[str, ZoneInfo]:
    """What is said without the zone at its end, and that zone or the key's."""
    rest, _, last = said.rpartition(" ")
    if "/" in last or last == "UTC":
        if "timezone" in table:
            what = "the zone is named twice: in `at` and in `timezone`"
            raise ConfigError(what, where="at", advice="Leave one of them out.")
        return rest, read_zone({"timezone": last})
    return said, read_zone(table)


def _several(said: str) -> list[str]:
    return [part.strip() for part in re.split(r",\s*and\s|,|\sand\s|&", said) if part.strip()]


def _time(said: str, whole: str) -> tuple[int, int]:
    """(hour, minute)."""
    if said in ("noon", "midnight"):
        return (12 if said == "noon" else 0), 0
    match = _TIME.fullmatch(said)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 99)
    half = match[3] if match else None
    if half in ("am", "pm"):
        hour = hour % 12 + 12 * (half == "pm") if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59:
        raise ConfigError(f"{said!r} in {whole!r} is no time of day", where="at", advice=_ADVICE)
    return hour, minute


def _days(said: str, whole: str) -> list[str]:
    """The last three fields of cron lines: day of month, month, weekday. The union of all is meant."""
    said = re.sub(r"\s+(of|in) (the|each|every) month$", "", said).strip()
    plain = {"daily": "* * *", "every day": "* * *", "weekdays": "* * 1-5", "every weekday": "* * 1-5"}
    plain |= {"weekends": "* * 6,0", "every weekend": "* * 6,0", "last day": "L * *", "first day": "1 * *"}
    if said in plain:
        return [plain[said]]
    found: list[str] = []
    which: list[str] = [""]  # "second and fourth tuesday" are two days
    waiting = False
    for part in _several(said):
        words = re.sub(r"^(every|the|each)\s+", "", part).split()
        if words and words[0] in _WHICH:
            which = [*which, _WHICH[words[0]]] if waiting else [_WHICH[words[0]]]
            words = words[1:]
        elif words and words[0][0].isdigit():
            which = [""]
        waiting = not words
        if not waiting:
            found += [_day(words, each, whole) for each in which]
    if not found or waiting:
        raise ConfigError(f"{whole!r} does not say on which days", where="at", advice=_ADVICE)
    return found


def _day(words: list[str], which: str, whole: str) -> str:
    """One day: "friday", "fridays", "15th", "day" (behind "last" or "first")."""
    said = " ".join(words)
    weekday = said if said in _WEEKDAYS else said.removesuffix("s")
    if weekday in _WEEKDAYS:
        return f"* * {(_WEEKDAYS.index(weekday) + 1) % 7}{which}"
    match = _DAY.fullmatch(said)
    if match and not which and 1 <= int(match[1]) <= 31:
        return f"{int(match[1])} * *"
    if said == "day" and which in ("#1", "L"):
        return "1 * *" if which == "#1" else "L * *"
    raise ConfigError(f"{said!r} in {whole!r} is no day", where="at", advice=_ADVICE)
