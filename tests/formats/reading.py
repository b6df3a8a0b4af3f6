"""Reads the three formats back into one shape, so that they can be compared item by item."""

from __future__ import annotations

import calendar
import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser
from lxml import etree

from .rss_rules import CONTENT, DC, MEDIA

A = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Item:
    id: str
    url: str | None
    via: str | None
    title: str
    summary: str
    content: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    image: str | None
    files: tuple[tuple[str, str, int], ...] = ()  # URL, media type, bytes or 0


def read_json(data: bytes) -> list[Item]:
    return [
        Item(
            id=item["id"],
            url=item.get("url"),
            via=item.get("external_url"),
            title=item.get("title", ""),
            summary=item.get("summary", ""),
            content=item.get("content_html", ""),
            published=datetime.fromisoformat(item["date_published"]),
            updated=datetime.fromisoformat(item["date_modified"]),
            authors=tuple(author["name"] for author in item["authors"]),
            tags=tuple(item.get("tags", ())),
            image=item.get("image"),
            files=tuple(
                (file["url"], file["mime_type"], file.get("size_in_bytes", 0))
                for file in item.get("attachments", ())
            ),
        )
        for item in json.loads(data)["items"]
    ]


def read_rss(data: bytes) -> list[Item]:
    return [
        Item(
            id=item.findtext("guid"),
            url=item.findtext("link"),
            via=next((link.get("href") for link in item.findall(A + "link")), None),
            title=item.findtext("title") or "",
            summary=html.unescape(item.findtext("description")),
            content=item.findtext(CONTENT + "encoded") or "",
            published=datetime.strptime(item.findtext("pubDate"), "%a, %d %b %Y %H:%M:%S %z"),
            updated=datetime.fromisoformat(item.findtext(A + "updated")),
            authors=tuple(creator.text for creator in item.findall(DC + "creator")),
            tags=tuple(category.text for category in item.findall("category")),
            image=(image := next((media.get("url") for media in item.findall(MEDIA + "thumbnail")), None)),
            files=tuple(
                (file.get("url"), file.get("type"), int(file.get("length") or file.get("fileSize") or 0))
                for file in item.findall("enclosure") + item.findall(MEDIA + "content")
                if file.get("url") != image
            ),
        )
        for item in etree.fromstring(data).iter("item")
    ]


def text(element: etree._Element | None) -> str:
    """A text construct of Atom as a reader shows it."""
    if element is None:
        return ""
    return html.unescape(element.text or "") if element.get("type") == "html" else element.text or ""


def read_atom(data: bytes) -> list[Item]:
    def link(entry: etree._Element, rel: str) -> str | None:
        return next((e.get("href") for e in entry.findall(A + "link") if e.get("rel") == rel), None)

    return [
        Item(
            id=entry.findtext(A + "id"),
            url=link(entry, "alternate"),
            via=link(entry, "via"),
            title=text(entry.find(A + "title")),
            summary=text(entry.find(A + "summary")),
            content=entry.findtext(A + "content") or "",
            published=datetime.fromisoformat(entry.findtext(A + "published")),
            updated=datetime.fromisoformat(entry.findtext(A + "updated")),
            authors=tuple(name.text for name in entry.findall(f"{A}author/{A}name")),
            tags=tuple(category.get("term") for category in entry.findall(A + "category")),
            image=(image := next((media.get("url") for media in entry.findall(MEDIA + "thumbnail")), None)),
            files=tuple(
                (link.get("href"), link.get("type"), int(link.get("length", 0)))
                for link in entry.findall(A + "link")
                if link.get("rel") == "enclosure" and link.get("href") != image
            ),
        )
        for entry in etree.fromstring(data).iter(A + "entry")
    ]


READERS: dict[str, Callable[[bytes], list[Item]]] = {
    "rss": read_rss,
    "atom": read_atom,
    "jsonfeed": read_json,
}


def read_as_a_reader_does(data: bytes) -> list[Item]:
    """RSS or Atom through feedparser, markup as it comes."""
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.bozo_exception
    return [_through_feedparser(entry) for entry in parsed.entries]


def _through_feedparser(entry: Any) -> Item:
    def link(rel: str) -> str | None:
        return next((one["href"] for one in entry.get("links", ()) if one["rel"] == rel), None)

    def moment(parts: Any) -> datetime:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)

    pictures = [media["url"] for media in entry.get("media_thumbnail", ())]
    enclosed = [(one["href"], one["type"], one.get("length")) for one in entry.get("enclosures", ())]
    enclosed += [(one["url"], one.get("type"), one.get("filesize")) for one in entry.get("media_content", ())]
    return Item(
        id=entry.id,
        url=link("alternate"),
        via=link("via"),
        title=entry.get("title", ""),
        summary=entry.get("summary", ""),
        content=entry.content[0].value if entry.get("content") else "",
        published=moment(entry.published_parsed),
        updated=moment(entry.updated_parsed),
        authors=tuple(author["name"] for author in entry.authors),
        tags=tuple(tag["term"] for tag in entry.get("tags", ())),
        image=next(iter(pictures), None),
        files=tuple((url, kind, int(size or 0)) for url, kind, size in enclosed if url not in pictures),
    )
