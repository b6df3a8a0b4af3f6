"""RSS 2.0 as the specification and the RSS Advisory Board's profile want it, in full text.

https://www.rssboard.org/rss-specification  https://www.rssboard.org/rss-profile
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from publisher.formats._feedgen import add_entry, image_attributes, open_feed, plain_text_references
from publisher.formats._prepare import prepare_entry, prepare_feed
from publisher.model import Entry, Feed, Image

_IMAGE_TYPES = ("image/gif", "image/jpeg", "image/png")
_MAX_WIDTH, _MAX_HEIGHT = 144, 400  # pixels, of the channel's image


class Rss:
    """RSS 2.0 with Atom, content, Dublin Core and Media RSS modules."""

    suffix = "rss"
    mime = "application/rss+xml"

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document, UTF-8. `entries` come newest first and stay so."""
        head = prepare_feed(feed)
        generator = open_feed(head, "rss")
        generator.description(head.description or head.title)
        if head.image and _fits(head.image):
            size = image_attributes(head.image, "width", "height")
            generator.image(head.image.url, title=head.title, link=head.home_url, **size)
        for entry in entries:
            _write_item(add_entry(generator), prepare_entry(entry, head))
        document: bytes = generator.rss_str(pretty=True)
        return plain_text_references(document)


def _fits(image: Image) -> bool:
    """Whether a picture may be a channel's: GIF, JPEG or PNG, and not known to be too large."""
    small = (image.width or 0) <= _MAX_WIDTH and (image.height or 0) <= _MAX_HEIGHT
    return image.mime in _IMAGE_TYPES and small


def _write_item(item: Any, entry: Entry) -> None:
    item.guid(entry.id, permalink=False)
    if entry.title:
        item.title(entry.title)
    if entry.url:
        item.link(href=entry.url)
    # The description is HTML to every reader, our summary is text. It is never empty: feedgen would put the
    # content in its place, and an item without title must have one.
    item.description(html.escape(entry.summary or entry.title or entry.url, quote=False) or entry.id)
    item.content(entry.html)
    item.dc.dc_creator([author.name for author in entry.authors])
    if entry.language:
        item.dc.dc_language(entry.language)
    item.category([{"term": tag} for tag in entry.tags])
    item.repair.published, item.repair.updated = entry.published, entry.updated
    if entry.canonical:
        item.repair.links.append({"rel": "via", "href": entry.canonical})
    if entry.image:
        _write_image(item, entry.image)


def _write_image(item: Any, image: Image) -> None:
    media = image_attributes(image, "url", "type", "fileSize", "width", "height")
    item.media.content({**media, "medium": "image"}, group=None)
    item.repair.alt = image.alt
    item.media.thumbnail(image_attributes(image, "url", "width", "height"), group=None)
    if image.length and image.mime:  # RSS requires both
        item.enclosure(image.url, image.length, image.mime)
