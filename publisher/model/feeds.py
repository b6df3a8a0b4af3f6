"""What readers get: entries, what changed in them, and the feeds that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from publisher.model.guides import Author, Grade, Image


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a guide, for readers that fetch it: sound, video, a document.

    `url` is absolute.
    """

    url: str
    mime: str
    length: int  # bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One public revision of a guide against the public one before it. The first has nothing before it."""

    number: int
    at: datetime  # when it became public
    title: str
    grade: Grade  # of the pair (before, this); MATERIAL for the first
    note: str | None = None  # the owner's words
    brief: str = ""  # one line: "2 sections changed, 1 added"
    html: str = ""  # what differs, as sanitised XHTML with ins and del


@dataclass(frozen=True, slots=True)
class Entry:
    """A released guide as formats and pages see it. URLs are absolute; `id` is a tag URI (RFC 4151)."""

    id: str
    slug: str
    url: str
    title: str
    html: str
    summary: str
    published: datetime
    updated: datetime
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    language: str | None = None
    canonical: str | None = None
    change: str | None = None  # the last change note
    revision: int = 1
    minutes: int = 1  # reading time
    enclosures: tuple[Enclosure, ...] = ()
    changes: tuple[Change, ...] = ()  # newest first; filled where the history is shown


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A guide that is no more (RFC 6721): its id, where it was, and when it was withdrawn."""

    id: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a feed goes on (RFC 5005, 4). Each maps a format's name to a URL; empty where there is none."""

    archive: bool = False  # this document is an archive: it changes only by correction and withdrawal
    current: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)
    next: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outline:
    """One publication in a list of feeds (OPML 2.0). `feeds` maps a format's name to its URL."""

    title: str
    home_url: str
    feeds: Mapping[str, str]
    description: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Feed:
    """The head of a feed. `urls` maps a format's name to where that format of this feed lives."""

    id: str
    title: str
    home_url: str
    urls: Mapping[str, str]
    updated: datetime
    description: str = ""
    language: str = "en"
    authors: tuple[Author, ...] = ()
    image: Image | None = None
    rights: str | None = None
    hubs: tuple[str, ...] = ()
    paging: Paging = Paging()
    tombstones: tuple[Tombstone, ...] = ()
    outlines: tuple[Outline, ...] = ()  # of a site: its publications


class Format(Protocol):
    """How a publication is written for machines. Same content, same bytes."""

    suffix: str  # file name ending, without the dot
    mime: str

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document. `entries` come newest first."""
        ...
