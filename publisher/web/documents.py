"""What programs read: feeds, archives, lists of feeds, the site map. The library writes the bytes."""

from __future__ import annotations

from urllib.parse import quote, unquote

from publisher.web.answers import CHECK, Answer, Asked
from publisher.web.door import Door, NothingHereError

# Feeds are public, carry no cookies, and are read by programs on other sites' pages, too.
_FOR_ALL = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
_SAFE = ":/?#[]@!$&'()*+,;=%~"  # what a URL may hold as it is (RFC 3986)

SITE = ("/feed.{suffix:str}", "/feeds.opml", "/sitemap.xml", "/sitemap-{part:str}.xml", "/robots.txt")
OWN = (
    "feed.{suffix:str}",
    "updates.{suffix:str}",
    "tag/{term:str}/feed.{suffix:str}",
    "author/{term:str}/feed.{suffix:str}",
    "archive/{number:str}.{suffix:str}",
)


def document(door: Door, asked: Asked) -> Answer:
    """A document, byte for byte the one that `publisher build` writes."""
    path = unquote(asked.path).lstrip("/")
    found = door.catalogue.document(path)
    if found is None:
        raise NothingHereError
    headers = {"cache-control": CHECK, **_FOR_ALL}
    if links := _links(door, path, found.mime):
        headers["link"] = links
    return Answer(found.body, f"{found.mime}; charset=utf-8", headers=headers, modified=found.modified)


def _links(door: Door, path: str, mime: str) -> str:
    """A feed's Link header: itself, its hubs (WebSub, 4), and the page that people read instead."""
    folder, _, name = path.rpartition("/")
    if not name.startswith(("feed.", "updates.")):
        return ""
    base = door.site.settings.base_url
    links = [f'<{_url(f"{base}/{quote(path)}")}>; rel="self"; type="{mime}"']
    slug = folder.partition("/")[0]
    if slug:
        links += [f'<{_url(hub)}>; rel="hub"' for hub in door.publication(slug).hubs]
    home = f"{base}/{quote(folder)}/" if folder else f"{base}/"
    links.append(f'<{_url(home)}>; rel="alternate"; type="text/html"')
    return ", ".join(links)


def _url(written: str) -> str:
    """As a header can hold it."""
    return quote(written, safe=_SAFE)
