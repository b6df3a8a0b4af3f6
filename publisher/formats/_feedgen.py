"""feedgen 1.0, repaired. Everything that it gets wrong, and what is done about it, in one place.

    bite                                                      repair
    entry links lose rel, type and length in Atom             EntryRepair writes them (never FeedEntry.link)
    an empty title raises in Atom                             EntryRepair empties a stand-in
    RSS dates through setlocale, which is not thread-safe     EntryRepair and FeedRepair write the dates
    unset `updated` is now, in Atom and as lastBuildDate      open_feed asks for it; RSS gets a falsy one
    channel <link> is the last link() called                  open_feed calls the home page's last
    no atom:link but the first rel=self in RSS                FeedRepair writes hubs, EntryRepair rel=via
    RSS cannot say when an item was updated                   EntryRepair writes atom:updated
    content:encoded only beside a description                 rss always gives one
    name-only authors vanish from RSS                         rss gives them as dc:creator
    media:group around every picture, and no alt text         group=None; EntryRepair writes the text
    add_entry prepends                                        add_entry(feed) appends
    & and < as entities in RSS titles, which readers          plain_text_references
    decode twice (RSS Advisory Board profile, 3.1)

Naive dates and control characters, which raise in feedgen, are gone before (`_prepare`). A generator is made
for one format only: links and dates differ between the two. feedgen calls extensions by their methods and
needs no base class.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal

from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.model import Feed, Image

GENERATOR = "Guide Publisher"  # without a version: an upgrade must not change every feed's bytes

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PLAIN = re.compile(rb"<(title|category|copyright|dc:creator)>([^<]*&[^<]*)<")
_CHANNEL_DESCRIPTION = re.compile(rb"<(description)>([^<]*)<")


class _Unwritten(datetime):
    """A time that feedgen takes for none: it writes a date only `if date`, but cannot be given None."""

    def __bool__(self) -> bool:
        return False


class FeedRepair:
    """The head of a feed: `built` becomes RSS's lastBuildDate, `hubs` its atom:link rel=hub."""

    def __init__(self) -> None:
        self.built: datetime | None = None
        self.hubs: tuple[str, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, feed: Any) -> Any:
        return feed

    def extend_rss(self, rss: Any) -> Any:
        channel = rss[0]
        if self.built is not None:
            etree.SubElement(channel, "lastBuildDate").text = format_datetime(self.built)
        for hub in self.hubs:
            etree.SubElement(channel, _ATOM + "link", rel="hub", href=hub)
        return rss


class EntryRepair:
    """One entry: links in full, language, RSS's dates, alternative text, and a title that may be empty."""

    def __init__(self) -> None:
        self.links: list[dict[str, str]] = []
        self.language: str | None = None
        self.published: datetime | None = None
        self.updated: datetime | None = None
        self.untitled = False
        self.alt = ""

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, entry: Any) -> Any:
        if self.untitled:
            entry.find("title").text = ""
        if self.language:
            entry.set(_XML_LANG, self.language)
        for link in self.links:
            etree.SubElement(entry, "link", link)
        return entry

    def extend_rss(self, item: Any) -> Any:
        if self.published is not None:
            etree.SubElement(item, "pubDate").text = format_datetime(self.published)
        if self.updated is not None:
            etree.SubElement(item, _ATOM + "updated").text = self.updated.isoformat()
        for link in self.links:
            etree.SubElement(item, _ATOM + "link", link)
        picture = item.find(_MEDIA + "content")
        if self.alt and picture is not None:
            etree.SubElement(picture, _MEDIA + "description", type="plain").text = self.alt
        return item


def open_feed(feed: Feed, kind: Literal["atom", "rss"]) -> Any:
    """A FeedGenerator with all that both formats say in their heads, from a prepared feed."""
    generator = FeedGenerator()
    if kind == "rss":
        generator.load_extension("dc", atom=False)
        generator.load_extension("media", atom=False)  # before ours, which completes what it writes
    generator.register_extension("repair", FeedRepair, EntryRepair)
    generator.id(feed.id)
    generator.title(feed.title)
    generator.language(feed.language)
    generator.generator(GENERATOR)
    if feed.rights:
        generator.rights(feed.rights)
    if kind in feed.urls:
        generator.link(href=feed.urls[kind], rel="self", type=f"application/{kind}+xml")
    if kind == "rss":
        generator.updated(_Unwritten(1970, 1, 1, tzinfo=UTC))
        generator.repair.built = feed.updated
        generator.repair.hubs = feed.hubs
    else:
        generator.updated(feed.updated)
        generator.link([{"href": hub, "rel": "hub"} for hub in feed.hubs])
    generator.link(href=feed.home_url, rel="alternate", type="text/html")
    return generator


def add_entry(generator: Any) -> Any:
    """A new FeedEntry at the end of the feed."""
    return generator.add_entry(order="append")


def image_attributes(image: Image, *names: str) -> dict[str, str]:
    """What is known of a picture, under feedgen's names: url, type, fileSize, width, height."""
    known = {
        "url": image.url,
        "type": image.mime,
        "fileSize": image.length,
        "width": image.width,
        "height": image.height,
    }
    return {name: str(known[name]) for name in names if known[name] is not None}


def plain_text_references(document: bytes) -> bytes:
    """An RSS document whose plain-text elements hold &#x26; &#x3C; &#x3E; instead of the named entities.

    The same characters to an XML parser; readers that mistake titles for HTML show them right only so. All
    HTML in the document is escaped, so that a literal `<title>` is always the element.
    """
    document = _CHANNEL_DESCRIPTION.sub(_hexadecimal, document, count=1)
    return _PLAIN.sub(_hexadecimal, document)


def _hexadecimal(match: re.Match[bytes]) -> bytes:
    name, text = match.groups()
    for entity, reference in ((b"&amp;", b"&#x26;"), (b"&lt;", b"&#x3C;"), (b"&gt;", b"&#x3E;")):
        text = text.replace(entity, reference)
    return b"<" + name + b">" + text + b"<"
