"""The page of all that one follower follows: what came since his last mail, and what before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher import formats
from publisher.model import Entry, Publication
from publisher.pages import words
from publisher.pages.making import LONGEST
from publisher.pages.place import Place
from publisher.pages.render import Pages
from publisher.pages.view import DateView, FeedView
from publisher.words import Words

_NAMES = {"rss": "RSS", "atom": "Atom", "jsonfeed": "JSON Feed"}


class Told(Protocol):
    """A guide, or a material change of one; `guide` is the guide as it is now."""

    @property
    def entry(self) -> Entry: ...
    @property
    def guide(self) -> Entry: ...
    @property
    def publication(self) -> Publication: ...
    @property
    def at(self) -> datetime: ...
    @property
    def changed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class NewsView:
    """A line of the page: a guide that is new, or one that changed."""

    title: str
    url: str  # of the guide
    changes: str  # where it tells what changed; "" for a guide that is new
    text: str  # its summary, or what changed; or ""
    date: DateView
    publication: str  # its title
    home: str  # its page
    slug: str
    language: str
    dir: str


@dataclass(frozen=True, slots=True)
class TabView:
    """A publication that he follows, to see it alone; the first one is all of them, with title ""."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class MineView:
    """`last` is the day of his last mail, or None before the first one."""

    following: bool
    news: tuple[NewsView, ...]  # since his last mail, or since he follows
    earlier: tuple[NewsView, ...]
    last: DateView | None
    tabs: tuple[TabView, ...]  # empty unless he follows several
    feeds: tuple[FeedView, ...]


def mine_view(
    news: Sequence[Told],
    earlier: Sequence[Told],
    follows: Sequence[Publication],
    said: Words,
    place: Place,
    *,
    home: str,
    last: datetime | None = None,
    zone: str | None = None,
    only: str | None = None,
) -> MineView:
    """`home` is the page's address in the world, with a slash at its end; `only` what is shown alone."""
    own = _zone(zone)
    return MineView(
        following=bool(follows),
        news=tuple(_news(each, said, place, own) for each in news),
        earlier=tuple(_news(each, said, place, own) for each in earlier),
        last=_date(last, said, own or words.zone_of(follows[0])) if last and follows else None,
        tabs=_tabs(follows, only) if len(follows) > 1 else (),
        feeds=_feeds(home),
    )


def mine_page(pages: Pages, view: MineView, root: str, language: str | None) -> str:
    """The page, in the follower's language. Its title counts what is new. Raises TemplateError."""
    said = pages.words(language or "")
    title = said.gettext("What you follow")
    if view.news:
        title = f"({said.number(len(view.news))}) {title}"
    return pages.personal("mine", root, title, language=language or "", mine=view)


def feed_addresses(home: str) -> Mapping[str, str]:
    """format -> the address of a follower's feed in it."""
    return {kind: f"{home}feed.{formats.open_format(kind).suffix}" for kind in ("atom", "rss", "jsonfeed")}


def _feeds(home: str) -> tuple[FeedView, ...]:
    return tuple(
        FeedView(_NAMES[kind], formats.open_format(kind).mime, url.removeprefix(home), url)
        for kind, url in feed_addresses(home).items()
    )


def _news(told: Told, said: Words, place: Place, zone: tzinfo | None) -> NewsView:
    own, entry = told.publication, told.entry
    instead = words.language_of(own.language, "en")
    language = words.language_of(entry.language or instead, instead)
    title = entry.title.strip() or said.gettext("Untitled guide")
    return NewsView(
        title=words.clipped(title, LONGEST["title"]),
        url=place.local(told.guide.url),
        changes=place.local(entry.url) if told.changed else "",
        text=words.clipped(entry.summary, LONGEST["change" if told.changed else "summary"]),
        date=_date(told.at, said, zone or words.zone_of(own)),
        publication=own.title,
        home=place.to(f"{own.slug}/"),
        slug=own.slug,
        language=language,
        dir=words.direction(language),
    )


def _tabs(follows: Sequence[Publication], only: str | None) -> tuple[TabView, ...]:
    each = (TabView(own.title, f"./?publication={own.slug}", own.slug == only) for own in follows)
    return (TabView("", "./", only is None), *each)


def _date(moment: datetime, said: Words, zone: tzinfo) -> DateView:
    return DateView(words.iso(moment), said.day(moment.astimezone(zone)))


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
