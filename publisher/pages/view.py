"""What page templates see: entries and publications as plain words and addresses that work from the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from publisher.model import Author, Entry, Feed, Image, Publication

if TYPE_CHECKING:
    from publisher.mail import InboxMail, InboxMessage
    from publisher.text import Section

LEAST_SECTIONS = 3  # for a table of contents to be of use
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_RIGHT_TO_LEFT = frozenset(["ar", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi"])
_NAMES = {"rss": "RSS", "atom": "Atom", "jsonfeed": "JSON Feed"}
# Our sanitiser wrote this markup: "<" opens a tag and every attribute stands in double quotes.
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"]|\"[^\"]*\")*>")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class DateView:
    """A moment: for machines (RFC 3339) and as people write its day, "6 November 2026"."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedView:
    name: str  # "Atom"
    mime: str
    url: str  # from this page
    address: str  # absolute: what a feed reader is given


@dataclass(frozen=True, slots=True)
class AuthorView:
    name: str
    url: str  # "" if there is none


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
    summary: str
    minutes: int
    published: DateView
    updated: DateView | None
    change: str
    tags: tuple[str, ...]
    authors: tuple[AuthorView, ...]
    picture: PictureView | None
    html: Markup
    sections: tuple[Section, ...]
    language: str
    dir: str


@dataclass(frozen=True, slots=True)
class PublicationView:
    slug: str
    title: str
    description: str
    url: str
    language: str
    dir: str
    rights: str
    feeds: tuple[FeedView, ...]
    guides: tuple[GuideView, ...] = ()


@dataclass(frozen=True, slots=True)
class LeavingView:
    """The page behind an unsubscribe link.

    `state`: "ask", "stopped", "already", "again" or "blocked". `name` is the digest's word ("weekly").
    `accent` is the publication in whose colour the page is. `action` and `again` are where the forms go;
    `publications` (slug, title) have just ended or come back.
    """

    state: str
    mail: str
    name: str
    accent: str = ""
    action: str = ""
    again: str = ""
    publications: tuple[tuple[str, str], ...] = ()
    next: str = ""  # when the next mail is due, in words
    contact: str = ""


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


@dataclass(frozen=True, slots=True)
class Place:
    """A page's place: the site's address in the world, and the way from the page back to the site's root."""

    base_url: str
    root: str

    def local(self, url: str) -> str:
        """An address of our own as it is reached from the page; others stay as they are."""
        return self.root + url[len(self.base_url) + 1 :] if url.startswith(f"{self.base_url}/") else url

    def localise(self, html: str) -> Markup:
        """Sanitised XHTML with our own addresses as they are reached from the page."""
        own = re.compile(rf'(\s(?:href|src|poster)="){re.escape(self.base_url)}/')
        return Markup(_TAG.sub(lambda tag: own.sub(rf"\g<1>{self.root}", tag[0]), html))  # noqa: S704


def feed_views(feed: Feed, mimes: Mapping[str, str], place: Place) -> tuple[FeedView, ...]:
    """The feeds of a publication, in the order of its feed.toml."""
    return tuple(
        FeedView(_NAMES.get(kind, kind.replace("-", " ").capitalize()), mimes[kind], place.local(url), url)
        for kind, url in feed.urls.items()
    )


def publication_view(
    publication: Publication,
    feeds: tuple[FeedView, ...],
    place: Place,
    entries: Iterable[Entry] = (),
) -> PublicationView:
    language = language_of(publication.language, "en")
    return PublicationView(
        slug=publication.slug,
        title=publication.title,
        description=publication.description,
        url=f"{place.root}{publication.slug}/",
        language=language,
        dir=direction(language),
        rights=publication.rights or "",
        feeds=feeds,
        guides=tuple(guide_view(entry, publication, place) for entry in entries),
    )


def guide_view(
    entry: Entry,
    publication: Publication,
    place: Place,
    sections: Sequence[Section] = (),
    *,
    text: bool = False,
) -> GuideView:
    """A guide for a list, or with its `text` for its own page."""
    zone = zone_of(publication)
    published, updated = date_view(entry.published, zone), date_view(entry.updated, zone)
    later = entry.updated > entry.published and updated.text != published.text
    language = language_of(entry.language or publication.language, language_of(publication.language, "en"))
    contents = [section for section in sections if section.id and section.level <= 3]
    return GuideView(
        title=entry.title.strip() or "Untitled guide",
        url=place.local(entry.url),
        summary=entry.summary,
        minutes=max(1, entry.minutes),
        published=published,
        updated=updated if later or entry.change else None,
        change=entry.change or "",
        tags=entry.tags,
        authors=tuple(_author(author) for author in entry.authors if author.name.strip()),
        picture=_picture(entry, place) if text else None,
        html=place.localise(entry.html) if text else Markup(),
        sections=tuple(contents) if len(contents) >= LEAST_SECTIONS else (),
        language=language,
        dir=direction(language),
    )


def _author(author: Author) -> AuthorView:
    return AuthorView(author.name.strip(), author.url if author.url and is_web(author.url) else "")


def _picture(entry: Entry, place: Place) -> PictureView | None:
    """The guide's picture, unless its text shows the same one."""
    image: Image | None = entry.image
    if image is None or not is_web(image.url) or f'src="{Markup.escape(image.url)}"' in entry.html:
        return None
    return PictureView(place.local(image.url), image.alt, image.width, image.height)


def message_view(message: InboxMessage) -> MessageView:
    received = message.received.astimezone(UTC)
    return MessageView(
        id=message.id,
        subject=message.subject.strip() or "(no subject)",
        sender=message.sender,
        recipient=message.recipient or message.to,
        received=DateView(_iso(received), f"{_day(received)}, {received:%H:%M} UTC"),
    )


def mail_view(mail: InboxMail) -> MailView:
    return MailView(
        text=mail.text,
        html=mail.html is not None,
        headers=mail.headers,
        source=mail.raw.decode("utf-8", "backslashreplace"),
    )


def date_view(moment: datetime, zone: tzinfo) -> DateView:
    return DateView(_iso(moment), _day(moment.astimezone(zone)))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(moment: datetime) -> str:
    # Our own table: strftime speaks the process's locale, which libraries change behind our back.
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment_words(moment: datetime, zone: str) -> str:
    """ "Friday, 6 November 2026, at 08:00 (Europe/Berlin)"."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{_DAYS[there.weekday()]}, {_day(there)}, at {there:%H:%M} ({zone})"


def zone_of(publication: Publication) -> tzinfo:
    """The zone in which the publication's dates were written: its first source's, else UTC."""
    for source in publication.sources:
        name = source.options.get("timezone")
        if isinstance(name, str):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                break
    return UTC


def language_of(tag: str, instead: str) -> str:
    """A language tag that HTML can carry (BCP 47 in its outline)."""
    return tag if _LANGUAGE.fullmatch(tag) else instead


def direction(language: str) -> str:
    return "rtl" if language.lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def is_web(url: str) -> bool:
    """Whether a link may lead there: http and https, never javascript: and the like."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
