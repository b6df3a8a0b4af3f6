"""The sitemap (sitemaps.org), and robots.txt (RFC 9309).

A small site has one sitemap.xml. A larger one has a file for each stretch of so many guides and an index of
them, so that a new guide touches one file and the index, however many guides there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from publisher.library.words import Ground
from publisher.model import Entry

STRETCH = 1_000  # guides in one file; the protocol allows 50,000 URLs
MIME = "application/xml"
_START = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
# What is below /-/ is for one person or for machines, but for what pages are made with.
_OPEN = ("feeds", "all", "media", "picture", "static", "style")
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # RFC 3986: what has a meaning in URLs, and what is quoted already

Place = tuple[str, datetime | None]  # an absolute URL, and when what is there changed last


def write(places: Iterable[Place]) -> bytes:
    """A sitemap of these pages."""
    return _document("urlset", "url", places)


def write_index(urls: Iterable[str]) -> bytes:
    """An index of sitemaps."""
    return _document("sitemapindex", "sitemap", ((url, None) for url in urls))


def _document(root: str, item: str, places: Iterable[Place]) -> bytes:
    lines = [_START.format(root)]
    for url, at in places:
        changed = f"<lastmod>{_moment(at)}</lastmod>" if at else ""
        lines.append(f"<{item}><loc>{escape(quote(url, safe=_SAFE))}</loc>{changed}</{item}>\n")
    lines.append(f"</{root}>\n")
    return "".join(lines).encode()


def places(entries: Iterable[Entry]) -> Iterator[Place]:
    """The guides that are at home here, in their order."""
    for entry in entries:
        if not entry.canonical or entry.canonical == entry.url:
            yield entry.url, entry.updated


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def robots(ground: Ground) -> bytes:
    """Everything may be read but what is for one person alone."""
    base = f"/{ground.base_url.partition('://')[2].partition('/')[2]}".rstrip("/")
    lines = ["User-agent: *", *(f"Allow: {base}/-/{name}/" for name in _OPEN), f"Disallow: {base}/-/", ""]
    return "\n".join([*lines, f"Sitemap: {ground.url('sitemap.xml')}", ""]).encode()
