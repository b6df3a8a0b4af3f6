"""RSS 2.0 as the specification and the RSS Advisory Board's profile want it.

https://www.rssboard.org/rss-specification  https://www.rssboard.org/rss-profile
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import Any

from publisher.formats._escape import as_html, hexadecimal, in_text
from publisher.formats._feedgen import (
    HEAD,
    ITEM,
    image_attributes,
    open_entry,
    open_feed,
    plain_text_references,
    written,
)
from publisher.formats._mould import Moulds, Writer
from publisher.formats._pieces import Frame, InPieces
from publisher.formats._prepare import Ready
from publisher.model import Enclosure, Entry, Feed, Image

_ESCAPES = {"<description>": as_html} | dict.fromkeys(("<title>", "<category>", "<dc:creator>"), hexadecimal)
_IMAGE_TYPES = ("image/gif", "image/jpeg", "image/png")
_MAX_WIDTH, _MAX_HEIGHT = 144, 400  # pixels, of the channel's image
_MEDIUMS = ("image", "audio", "video")


class Rss(InPieces):
    """RSS 2.0 with Atom, content, Dublin Core and Media RSS modules."""

    suffix = "rss"
    mime = "application/rss+xml"

    def __init__(self) -> None:
        self._moulds = Moulds(Writer(_write, _times, _ESCAPES))

    def _frame(self, head: Feed) -> Frame:
        generator = open_feed(head, "rss")
        generator.description(head.description or head.title)
        if head.image and _fits(head.image):
            size = image_attributes(head.image, "width", "height")
            generator.image(head.image.url, title=head.title, link=head.home_url, **size)
        document = plain_text_references(generator.rss_str(pretty=True).decode(), HEAD).encode()
        start, end, rest = document.rpartition(b"  </channel>")
        return Frame(start, b"", end + rest)

    def _piece(self, ready: Ready) -> bytes:
        return self._moulds.pour(ready)


def _fits(image: Image) -> bool:
    """Whether a picture may be a channel's: GIF, JPEG or PNG, and not known to be too large."""
    small = (image.width or 0) <= _MAX_WIDTH and (image.height or 0) <= _MAX_HEIGHT
    return image.mime in _IMAGE_TYPES and small


def _write(entry: Entry) -> str:
    item = open_entry()
    item.guid(entry.id, permalink=False)
    if entry.title:
        item.title(entry.title)
    if entry.url:
        item.link(href=entry.url)
    item.description(in_text(entry.summary))  # HTML to every reader; our summary is text
    if entry.html:
        item.content(entry.html)
    item.dc.dc_creator([author.name for author in entry.authors])
    if entry.language:
        item.dc.dc_language(entry.language)
    item.category([{"term": tag} for tag in entry.tags])
    item.repair.published, item.repair.updated = _times(entry)
    if entry.canonical:
        item.repair.links.append({"rel": "via", "href": entry.canonical})
    _add_files(item, entry)
    return plain_text_references(written(item.rss_entry(), "rss", level=2), ITEM)


def _times(entry: Entry) -> tuple[str, str]:
    return format_datetime(entry.published), entry.updated.isoformat()


def _add_files(item: Any, entry: Entry) -> None:
    """One enclosure (profile: more confuse readers), the other files and the picture as media:content."""
    image, files = entry.image, entry.enclosures
    if image:
        media = image_attributes(image, "url", "type", "fileSize", "width", "height")
        item.media.content({**media, "medium": "image"}, group=None)
        item.repair.alt = image.alt
        item.media.thumbnail(image_attributes(image, "url", "width", "height"), group=None)
    if files:
        item.enclosure(files[0].url, files[0].length, files[0].mime)
        item.media.content([_media(file) for file in files[1:]], group=None)
    elif image and image.length and image.mime:  # RSS requires both
        item.enclosure(image.url, image.length, image.mime)


def _media(file: Enclosure) -> dict[str, str]:
    kind = file.mime.partition("/")[0]
    size = {"fileSize": str(file.length)} if file.length else {}
    medium = kind if kind in _MEDIUMS else "document"
    return {"url": file.url, "type": file.mime, "medium": medium, **size}
