"""OPML 2.0, the list of a site's feeds that readers import. http://opml.org/spec2.opml"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime

from lxml import etree

from publisher.formats._pieces import Frame, InPieces
from publisher.formats._prepare import Ready
from publisher.model import Feed, Outline

_PREFERRED = ("atom", "rss")  # then whatever there is: readers want one outline for each publication


class Opml(InPieces):
    """A subscription list: the publications of a site, or one feed. It holds no entries."""

    suffix = "opml"
    mime = "text/x-opml"

    def _frame(self, head: Feed) -> Frame:
        root = etree.Element("opml", version="2.0")
        about = etree.SubElement(root, "head")
        for name, text in _head(head):
            etree.SubElement(about, name).text = text
        body = etree.SubElement(root, "body")
        for outline in head.outlines or (_itself(head),):
            etree.SubElement(body, "outline", _attributes(outline))
        start: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return Frame(start, b"", b"")

    def _piece(self, ready: Ready) -> bytes:  # noqa: ARG002 - see the class
        return b""


def _head(feed: Feed) -> list[tuple[str, str]]:
    first = feed.authors[0]
    return [
        ("title", feed.title),
        ("dateModified", format_datetime(feed.updated)),
        ("ownerName", first.name),
        ("ownerId", first.url or feed.home_url),
        ("docs", "http://opml.org/spec2.opml"),
    ]


def _itself(feed: Feed) -> Outline:
    return Outline(feed.title, feed.home_url, feed.urls, feed.description, feed.language)


def _attributes(outline: Outline) -> dict[str, str]:
    """`text` is required, `title` is what most readers look at. Without a feed it is a link to a page."""
    named = {"text": outline.title, "title": outline.title}
    if address := _address(outline.feeds):
        place = {"type": "rss", "xmlUrl": address, "htmlUrl": outline.home_url}
    else:
        place = {"type": "link", "url": outline.home_url}
    said = {"description": outline.description, "language": outline.language}
    return {name: value for name, value in (named | place | said).items() if value}


def _address(feeds: Mapping[str, str]) -> str:
    known = {kind: url for kind, url in feeds.items() if kind != "opml"}
    return next((known[kind] for kind in (*_PREFERRED, *known) if kind in known), "")
