"""Dates as people write them in front of a guide.

2026-12-01                          that day, 00:00, in the publication's zone
2026-12-01 09:00                    (or with T, seconds, fractions)
2026-12-01T09:00Z, …+01:00          with an offset
2026-12-01 09:00 Europe/Berlin      with an IANA zone
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ]\s*(?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?"
    r"\s*(?P<offset>[Zz]|[+-]\d\d:?\d\d)?"
    r"(?:\s+(?P<zone>[A-Za-z][A-Za-z0-9_+/-]*))?",
    re.ASCII,
)
EXAMPLE = "Write it like 2026-12-01 or 2026-12-01 09:00 Europe/Berlin."


def find_zone(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, or None. Names come from outside: paths and the like are no zones."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; folders are OSErrors
        return None


def read_moment(value: str, zone: tzinfo) -> datetime:
    """The moment in UTC; `zone` is meant where none is written. Raises ValueError with a sentence."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"{value[:60]!r} is not a date. {EXAMPLE}")
    if match["offset"] and match["zone"]:
        raise ValueError(f"{value[:60]!r} has an offset and a zone: keep one of them.")
    if match["zone"] and match["zone"].upper() != "UTC":
        if (named := find_zone(match["zone"])) is None:
            raise ValueError(f"There is no time zone {match['zone']!r}. {EXAMPLE}")
        zone = named
    elif match["zone"]:
        zone = UTC
    offset = (match["offset"] or "").upper()
    try:
        moment = datetime.fromisoformat(f"{match['day']}T{match['time'] or '00:00'}{offset}")
    except ValueError:
        raise ValueError(f"{value[:60]!r} is no day or time that exists. {EXAMPLE}") from None
    if not 1900 <= moment.year <= 2200:
        raise ValueError(f"The year of {value[:60]!r} is not between 1900 and 2200.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
