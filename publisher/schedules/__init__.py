"""When something happens: one file per kind. `Schedule.next(after)` is the whole seam.

A kind is `module:Class`; the class has `from_table(table)`, which takes the owner's TOML table without its
`kind` and raises ConfigError for what it cannot understand.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from typing import cast

from publisher.errors import ConfigError
from publisher.model import Schedule

KINDS = {
    "cron": "publisher.schedules.cron:CronSchedule",
    "dates": "publisher.schedules.dates:DatesSchedule",
    "interval": "publisher.schedules.interval:IntervalSchedule",
    "words": "publisher.schedules.words:WordsSchedule",
}

__all__ = ["KINDS", "open_schedule"]


def open_schedule(table: Mapping[str, object], *, where: str) -> Schedule:
    """The schedule that a TOML table describes. `where` names file and key for the ConfigError."""
    kind = table.get("kind")
    if kind not in KINDS:
        near = difflib.get_close_matches(str(kind), KINDS, n=1)
        known = ", ".join(sorted(KINDS))
        hint = f"Did you mean {near[0]!r}?" if near else f"Known kinds: {known}."
        what = "a schedule needs a kind" if kind is None else f"there is no schedule of kind {kind!r}"
        raise ConfigError(what, where=where, advice=hint)
    module, _, name = KINDS[str(kind)].partition(":")
    maker = getattr(importlib.import_module(module), name)
    try:
        return cast(Schedule, maker.from_table({key: table[key] for key in table if key != "kind"}))
    except ConfigError as error:
        inner = f"{where}.{error.where}" if error.where else where
        raise ConfigError(error.what, where=inner, advice=error.advice) from None
