"""What a catalogue gives: shelves of guides, documents, and what one can follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from publisher.model import Entry, Feed, Publication


@dataclass(frozen=True, slots=True)
class Ground:
    """What every address and id begins with. `base_url` has no slash at its end."""

    base_url: str
    authority: str
    site_title: str = ""

    def url(self, path: str) -> str:
        """The absolute URL of a path that is not quoted yet."""
        return f"{self.base_url}/{quote(path)}"

    def tag(self, specific: str) -> str:
        """A permanent id (RFC 4151)."""
        return f"tag:{self.authority}:{specific}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One publication as the public sees it: its feed's head and its entries, newest first."""

    publication: Publication
    feed: Feed
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """A guide on the way through all of them. `life` is equal as long as its history says the same."""

    entry: Entry
    ordinal: int
    life: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the site: its path below the root (not quoted), its bytes, and when they changed last."""

    path: str
    mime: str
    body: bytes
    modified: datetime


@dataclass(frozen=True, slots=True)
class Term:
    """A tag or an author of public guides. `kind` is "tag" or "author", `count` how many guides it has."""

    kind: str
    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed that one can follow.

    `name` is its path without the suffix ("knees/tag/walking/feed"); `what` is "main", "updates", "tag",
    "author" or "site"; `urls` maps a format's name to the absolute address of that format.
    """

    name: str
    what: str
    title: str
    urls: Mapping[str, str]
