"""Reading the owner's schedule tables: known keys only, and zones that exist."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo, available_timezones

from publisher.errors import ConfigError


def check_keys(table: Mapping[str, object], known: Collection[str]) -> None:
    """Raise ConfigError for the first key that is not in `known`, naming the nearest one."""
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(known))}."
            raise ConfigError(f"there is no key {key!r} here", where=key, advice=hint)


def read_zone(table: Mapping[str, object]) -> ZoneInfo:
    """The IANA zone under `timezone`, UTC when absent."""
    name = table.get("timezone", "UTC")
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(str(name), available_timezones(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Write it like 'Europe/Berlin'."
        raise ConfigError(f"there is no time zone {name!r}", where="timezone", advice=hint) from None
