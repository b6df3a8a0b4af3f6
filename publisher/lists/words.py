"""What a list says about a person, by stage.

Record ──columns, states──▶ Entry ──decide──▶ Changes ──storage──▶ rows
   └──────────┴──────────────▶ Problem (file, line, and why)
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


class Standing(enum.IntEnum):
    """What became of a person in the list that he comes from. Of two, the greater one holds."""

    SUBSCRIBED = 0
    UNCONFIRMED = 1  # asked, and never confirmed: left out
    UNSUBSCRIBED = 2
    BOUNCED = 3
    BLOCKED = 4
    COMPLAINED = 5


REASONS = {
    Standing.BOUNCED: "bounce",
    Standing.BLOCKED: "owner",
    Standing.COMPLAINED: "complaint",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in a file. `line` is the one on which it begins, counted from one."""

    file: str
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Past:
    """What only an export of ours knows about a row: taken as it is."""

    state: str = "active"  # "" for an address that follows nothing
    since: datetime | None = None
    paused_until: datetime | None = None
    created: datetime | None = None
    suppression: str = ""
    suppressed_at: datetime | None = None
    note: str = ""
    # (publication or None for the row's own, moment, kind, evidence as JSON)
    history: tuple[tuple[str | None, datetime, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record says, cleaned. `endpoint` is in its normal form; None and () stand for "not said"."""

    file: str
    line: int
    endpoint: str
    standing: Standing = Standing.SUBSCRIBED
    name: str | None = None
    language: str | None = None
    zone: str | None = None
    hour: int | None = None
    tags: tuple[str, ...] = ()
    publication: str | None = None
    cadence: str | None = None
    topics: tuple[str, ...] = ()
    proof: Mapping[str, str] = field(default_factory=dict)  # opted_in, ip, confirmed, confirmed_ip, created
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken in as it stands, or only with a warning. `kind` is one of the counted ones."""

    file: str
    line: int
    address: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Target:
    """A publication that a list may fill. `cadences`: the digests that tell of it; `cadence`: the default."""

    id: int
    slug: str
    cadence: str
    cadences: tuple[str, ...]
    topics: tuple[str, ...] = ()
