"""JSON Feed 1.1. https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from publisher.formats._pieces import Frame, InPieces
from publisher.formats._prepare import Ready
from publisher.model import Author, Enclosure, Entry, Feed

_VERSION = "https://jsonfeed.org/version/1.1"
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_Object = dict[str, object]


class JsonFeed(InPieces):
    """A JSON Feed document, an item a line. What an RSS or Atom entry says, an item says too."""

    suffix = "json"
    mime = "application/feed+json"

    def _frame(self, head: Feed) -> Frame:
        members = _present(
            {
                "version": _VERSION,
                "title": head.title,
                "home_page_url": head.home_url,
                "feed_url": head.urls.get("jsonfeed"),
                "description": head.description,
                "next_url": head.paging.previous.get("jsonfeed"),
                "icon": head.image and head.image.url,
                "authors": _people(head.authors),
                "language": head.language,
                "hubs": [{"type": "WebSub", "url": hub} for hub in head.hubs],
            }
        )
        lines = [f" {_dump(name)}: {_dump(value)},\n" for name, value in members.items()]
        start = "{\n" + "".join(lines) + ' "items": ['
        return Frame(start.encode(), b",", b"\n ]\n}\n")

    def _piece(self, ready: Ready) -> bytes:
        return b"\n  " + _dump(_item(ready.entry)).encode()


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
            "attachments": [_attachment(file) for file in entry.enclosures],
        }
    )
    if entry.html:
        item["content_html"] = entry.html
    else:  # one of the two is required, and some readers show nothing else
        item["content_text"] = entry.summary
    return item


def _people(authors: Sequence[Author]) -> list[_Object]:
    return [_present({"name": author.name, "url": author.url}) for author in authors]


def _attachment(file: Enclosure) -> _Object:
    return _present({"url": file.url, "mime_type": file.mime, "size_in_bytes": file.length})


def _present(members: Mapping[str, object]) -> _Object:
    """Without the members that say nothing: the specification knows no null."""
    return {name: value for name, value in members.items() if value}


def _dump(value: object) -> str:
    return _ENCODER.encode(value)
