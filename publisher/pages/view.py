"""What page templates see: plain words, and addresses that work from the page (templates/README.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from publisher.text import Section


@dataclass(frozen=True, slots=True)
class DateView:
    """A moment: for machines (RFC 3339) and as people write its day, "6 November 2026"."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedView:
    """One feed in one format."""

    name: str  # "Atom"
    mime: str
    url: str  # from this page
    address: str  # absolute: what a feed reader is given
    title: str = ""  # of the feed


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A feed reader that can be given a feed with one tap."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """A feed in all its formats, and how to follow it.

    `what` is "main", "updates", "tag", "author" or "site".
    """

    what: str
    name: str  # of a tag or an author
    title: str
    url: str  # of a tag's or an author's page, or ""
    address: str  # absolute, of its first format
    feeds: tuple[FeedView, ...]
    readers: tuple[ReaderView, ...]


@dataclass(frozen=True, slots=True)
class TermView:
    """A tag or an author. `count` is how many guides; 0 where that is not told."""

    name: str
    url: str  # the page with its guides, or ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class AuthorView:
    name: str
    url: str  # a page of the author's own, or ""
    page: str  # our page with the author's guides, or ""


@dataclass(frozen=True, slots=True)
class PictureView:
    url: str
    alt: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class GuideView:
    """A guide. `updated` is None when that says no more than `published`; `html` is sanitised already."""

    title: str
    url: str
    address: str  # absolute
    history: str  # the page that tells what changed, or ""
    summary: str
    minutes: int
    published: DateView
    updated: DateView | None
    change: str
    tags: tuple[TermView, ...]
    authors: tuple[AuthorView, ...]
    picture: PictureView | None
    html: Markup
    sections: tuple[Section, ...]
    language: str
    dir: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One public revision of a guide, told against the one before it."""

    id: str  # "revision-3"
    first: bool
    date: DateView
    grade: str  # in plain words: "Small change"
    important: bool
    note: str  # the owner's words, or ""
    brief: str  # "2 sections changed, 1 added", or ""
    difference: Markup  # sanitised, with ins and del; empty where it is not shown
    omitted: bool  # left out to keep the page small


@dataclass(frozen=True, slots=True)
class PublicationView:
    slug: str
    title: str
    description: str
    url: str
    address: str  # absolute
    language: str
    dir: str
    rights: str
    author: AuthorView | None
    feeds: tuple[FeedView, ...]
    follow: str  # the page that tells how to follow it, or ""
    guides: tuple[GuideView, ...] = ()


@dataclass(frozen=True, slots=True)
class PagerView:
    """Where a list goes on; "" where it does not."""

    number: int
    last: int
    newer: str
    older: str


@dataclass(frozen=True, slots=True)
class MetaView:
    """One <meta> about the page for those who show a link to it. `kind` is "property" or "name"."""

    kind: str
    name: str
    content: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """One mail of the built-in inbox. Everything in it may come from anyone."""

    id: str
    subject: str
    sender: str
    recipient: str
    received: DateView


@dataclass(frozen=True, slots=True)
class MailView:
    """The parts of one mail. Its HTML stands in a frame of its own; here is only whether it has any."""

    text: str | None
    html: bool
    headers: tuple[tuple[str, str], ...]
    source: str
