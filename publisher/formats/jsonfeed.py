"""JSON Feed 1.1, in full text. https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from publisher.formats._prepare import prepare_entry, prepare_feed
from publisher.model import Author, Entry, Feed

_VERSION = "https://jsonfeed.org/version/1.1"
_Object = dict[str, object]


class JsonFeed:
    """A JSON Feed document. What an RSS or Atom entry says, an item says too."""

    suffix = "json"
    mime = "application/feed+json"

    def write(self, feed: Feed, entries: Sequence[Entry]) -> bytes:
        """The whole document, UTF-8. `entries` come newest first and stay so."""
        head = prepare_feed(feed)
        document = _present(
            {
                "version": _VERSION,
                "title": head.title,
                "home_page_url": head.home_url,
                "feed_url": head.urls.get("jsonfeed"),
                "description": head.description,
                "icon": head.image and head.image.url,
                "authors": _people(head.authors),
                "language": head.language,
                "hubs": [{"type": "WebSub", "url": hub} for hub in head.hubs],
            }
        )
        document["items"] = [_item(prepare_entry(entry, head)) for entry in entries]
        return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(entry: Entry) -> _Object:
    item = _present(
        {
            "id": entry.id,
            "url": entry.url,
            "external_url": entry.canonical,
            "title": entry.title,
            "summary": entry.summary,
            "image": entry.image and entry.image.url,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.updated.isoformat(),
            "authors": _people(entry.authors),
            "tags": list(entry.tags),
            "language": entry.language,
        }
    )
    item["content_html"] = entry.html  # required, even if empty
    return item


def _people(authors: Sequence[Author]) -> list[_Object]:
    return [_present({"name": author.name, "url": author.url}) for author in authors]


def _present(members: Mapping[str, object]) -> _Object:
    """Without the members that say nothing: the specification knows no null."""
    return {name: value for name, value in members.items() if value}
