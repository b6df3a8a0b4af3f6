"""feedgen 1.0, repaired. Everything that it gets wrong, and what is done about it, in one place.

    bite                                                      repair
    entry links lose rel, type and length in Atom             EntryRepair writes them (never FeedEntry.link)
    an Atom entry of a summary only raises                    EntryRepair takes its content away again
    titles and summaries that look like HTML, called text     `declare`: type="html", escaped once more
    RSS dates through setlocale, which is not thread-safe     EntryRepair and FeedRepair write the dates
    unset `updated` is now, in Atom and as lastBuildDate      open_feed asks for it; RSS gets a falsy one
    channel <link> is the last link() called                  open_feed calls only the home page's
    no atom:link but the first rel=self in RSS                FeedRepair and EntryRepair write all of them
    no paging, no archives, no tombstones                     FeedRepair writes RFC 5005 and RFC 6721
    RSS cannot say when an item was updated                   EntryRepair writes atom:updated
    content:encoded only beside a description                 rss always gives one
    name-only authors vanish from RSS                         rss gives them as dc:creator
    media:group around every picture, and no alt text         group=None; EntryRepair writes the text
    a tree of the whole feed, content copied four times       entries one by one (`written`), see `_mould`
    & and < as entities in RSS titles, which readers          `hexadecimal`, and plain_text_references in
    decode twice (RSS Advisory Board profile, 3.1)            the channel's head

Naive dates and control characters, which raise in feedgen, are gone before (`_prepare`). A generator is made
for one format only: links and dates differ between the two. feedgen calls extensions by their methods and
needs no base class.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal

from feedgen.entry import FeedEntry
from feedgen.ext.dc import DcEntryExtension
from feedgen.ext.media import MediaEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.formats._escape import hexadecimal, in_text, looks_like_html
from publisher.model import Feed, Image, Tombstone

GENERATOR = "Guide Publisher"  # without a version: an upgrade must not change every feed's bytes

ATOM, MEDIA = "http://www.w3.org/2005/Atom", "http://search.yahoo.com/mrss/"
CONTENT, DC = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"  # RFC 6721
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What entries of a format may use; the root declares it, because pieces are written without one.
PREFIXES: Mapping[str, Mapping[str, str]] = {
    "atom": {"media": MEDIA},
    "rss": {"atom": ATOM, "content": CONTENT, "dc": DC, "media": MEDIA},
}
# Elements that hold plain text: of the head of a channel, and of an item.
HEAD, ITEM = (
    re.compile(rf"<({names})>([^<]*&[^<]*)<")
    for names in ("title|copyright|description", "title|category|dc:creator")
)


class _Unwritten(datetime):
    """A time that feedgen takes for none: it writes a date only `if date`, but cannot be given None."""

    def __bool__(self) -> bool:
        return False


class FeedRepair:
    """The head of a feed: its links and RFC 5005's mark, RSS's lastBuildDate, Atom's tombstones."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        self.built: datetime | None = None
        self.links: list[dict[str, str]] = []
        self.archive = False
        self.tombstones: tuple[Tombstone, ...] = ()

    def extend_ns(self) -> dict[str, str]:
        used = {"fh": _HISTORY} if self.archive else {}
        return self.prefixes | used | ({"at": _TOMBSTONES} if self.tombstones else {})

    def extend_atom(self, feed: Any) -> Any:
        for name in ("title", "subtitle", "rights"):
            declare(feed.find(name))
        for link in self.links:
            etree.SubElement(feed, "link", link)
        self._mark(feed)
        for stone in self.tombstones:
            attributes = {"ref": stone.id, "when": stone.at.isoformat()}
            gone = etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry", attributes)
            if stone.url:
                etree.SubElement(gone, "link", rel="alternate", type="text/html", href=stone.url)
        return feed

    def extend_rss(self, rss: Any) -> Any:
        channel = rss[0]
        if self.built is not None:
            etree.SubElement(channel, "lastBuildDate").text = format_datetime(self.built)
        for link in self.links:
            etree.SubElement(channel, f"{{{ATOM}}}link", link)
        self._mark(channel)
        return rss

    def _mark(self, parent: Any) -> None:
        if self.archive:
            etree.SubElement(parent, f"{{{_HISTORY}}}archive")


class EntryRepair:
    """One entry: links in full, language, RSS's dates, alternative text, what looks like HTML declared."""

    def __init__(self) -> None:
        self.links: list[dict[str, str]] = []
        self.language: str | None = None
        self.published = ""  # RFC 822
        self.updated = ""  # RFC 3339
        self.without_content = False
        self.alt = ""

    def extend_atom(self, entry: Any) -> Any:
        for name in ("title", "summary"):
            declare(entry.find(name))
        if self.without_content:
            entry.remove(entry.find("content"))
        if self.language:
            entry.set(_XML_LANG, self.language)
        for link in self.links:
            etree.SubElement(entry, "link", link)
        return entry

    def extend_rss(self, item: Any) -> Any:
        etree.SubElement(item, "pubDate").text = self.published
        etree.SubElement(item, f"{{{ATOM}}}updated").text = self.updated
        for link in self.links:
            etree.SubElement(item, f"{{{ATOM}}}link", link)
        picture = item.find(f"{{{MEDIA}}}content") if self.alt else None
        if picture is not None:
            etree.SubElement(picture, f"{{{MEDIA}}}description", type="plain").text = self.alt
        return item


def declare(element: Any) -> None:
    """Atom text that a reader might take for HTML becomes the HTML that shows it: 3.1.1.2 of RFC 4287.

    The W3C validator warns of `<b>` and `&amp;` in text; and some readers strip or decode them.
    """
    if element is not None and looks_like_html(element.text):
        element.set("type", "html")
        element.text = in_text(element.text)


def open_feed(feed: Feed, kind: Literal["atom", "rss"]) -> Any:
    """A FeedGenerator with all that both formats say in their heads, from a prepared feed."""
    generator = FeedGenerator()
    generator.register_extension("repair", FeedRepair, EntryRepair)
    generator.id(feed.id)
    generator.title(feed.title)
    if feed.language:
        generator.language(feed.language)
    generator.generator(GENERATOR)
    if feed.rights:
        generator.rights(feed.rights)
    generator.link(href=feed.home_url, rel="alternate", type="text/html")
    generator.repair.prefixes = dict(PREFIXES[kind])
    generator.repair.links = _links(feed, kind)
    generator.repair.archive = feed.paging.archive
    if kind == "rss":
        generator.updated(_Unwritten(1970, 1, 1, tzinfo=UTC))
        generator.repair.built = feed.updated
    else:
        generator.updated(feed.updated)
        generator.repair.tombstones = feed.tombstones
    return generator


def _links(feed: Feed, kind: str) -> list[dict[str, str]]:
    """Where the feed lives, its hubs, and where it goes on (RFC 5005).

    Older entries are named twice: as the archive before this document (section 4), and as the next page
    (section 3), because more readers know that one.
    """
    paging, mime = feed.paging, f"application/{kind}+xml"
    pages = (
        ("self", feed.urls),
        ("current", paging.current),
        ("prev-archive", paging.previous),
        ("next", paging.previous),
        ("next-archive", paging.next),
    )
    links = [{"rel": rel, "type": mime, "href": urls[kind]} for rel, urls in pages if kind in urls]
    return links[:1] + [{"rel": "hub", "href": hub} for hub in feed.hubs] + links[1:]


def open_entry() -> Any:
    """A FeedEntry with its repair, that needs no generator; `entry.dc` and `entry.media` are RSS's."""
    entry = FeedEntry()
    entry.register_extension("dc", DcEntryExtension, atom=False)
    entry.register_extension("media", MediaEntryExtension)  # before ours, which completes what it writes
    entry.register_extension("repair", EntryRepair)
    return entry


def written(element: Any, kind: Literal["atom", "rss"], level: int) -> str:
    """An entry's element as lines of its feed, indented, without the declarations that the root has made."""
    parent = etree.Element("feed", nsmap=dict(PREFIXES[kind]))
    declared = etree.tostring(etree.SubElement(parent, "entry"), encoding="unicode")
    parent[:] = [element]
    etree.indent(element, level=level)
    element.tail = "\n"
    text: str = etree.tostring(element, encoding="unicode")
    return "  " * level + text.replace(declared[len("<entry") : -len("/>")], "", 1)


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


def plain_text_references(written: str, elements: re.Pattern[str]) -> str:
    """RSS whose plain text holds &#x26; &#x3C; &#x3E; instead of the named entities."""
    return elements.sub(_plain, written)


def _plain(match: re.Match[str]) -> str:
    name, text = match.groups()
    return f"<{name}>{hexadecimal(html.unescape(text))}<"
