"""What owners write: publications, their sources and digests, and when things happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from publisher.model.guides import Author


class Schedule(Protocol):
    """When something happens. Pure: time is an argument."""

    def next(self, after: datetime) -> datetime | None:
        """The first moment strictly after `after`, in UTC; None if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One [[source]] table of a feed.toml."""

    kind: str
    name: str
    backfill: str = "archive"  # or "announce"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DigestSpec:
    """One [[digest]] table. `key` is `<publication>:<name>`, or `-:<name>` for the site's own."""

    key: str
    name: str
    publication: str | None
    schedule: Schedule
    schedule_text: str
    zone: str = "UTC"
    title: str | None = None
    template: str = "digest"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is followed: one folder in feeds/, its feed.toml understood."""

    slug: str
    folder: str
    title: str
    description: str = ""
    language: str = "en"
    author: Author | None = None
    formats: tuple[str, ...] = ("rss", "atom", "jsonfeed")
    topics: tuple[str, ...] = ()
    accent: str = "#1f5f8b"
    rights: str | None = None
    entries: int = 30  # window of the main feed
    feed_content: str = "full"  # or "summary"
    fold_updates: bool = False  # material changes stand in the main feed, not in one of their own
    hubs: tuple[str, ...] = ()
    show_followers: bool = True  # whether pages tell how many follow
    hold_changes_above: float = 0.25  # share of its guides; more changed at once are held for the owner
    withdraw_after: timedelta = timedelta(days=1)  # that a guide's file is gone
    review_after: timedelta | None = None  # default period of the review-by guard
    sources: tuple[SourceSpec, ...] = ()
    digests: tuple[DigestSpec, ...] = ()
    release: Schedule | None = None
