"""What the public may read, taken from storage: guides, feeds, lists of addresses, and the files with them.

    catalogue = Catalogue(store, publications, base_url=…, authority=…, site_title=…)
    catalogue.document("knees/feed.atom")  ──▶  Document(path, mime, body, modified), or None

Nothing here knows of guides that are not released: every query asks for the public revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from publisher import storage
from publisher.library.catalogue import Catalogue
from publisher.library.entries import absolute, entry, links
from publisher.library.heads import feed_head
from publisher.library.media import media_file
from publisher.library.personal import FeedWords, Followed, Item, Personal, Stream
from publisher.library.words import Document, FeedInfo, Shelf, Term, Walked
from publisher.model import Entry, Publication

__all__ = [
    "Catalogue",
    "Document",
    "FeedInfo",
    "FeedWords",
    "Followed",
    "Item",
    "Personal",
    "Shelf",
    "Stream",
    "Term",
    "Walked",
    "absolute",
    "entry",
    "feed_head",
    "guide",
    "media",
    "media_file",
    "media_of",
    "shelf",
]


def shelf(
    store: storage.Store, publication: Publication, *, base_url: str, authority: str, limit: int | None = None
) -> Shelf:
    """The newest `limit` public guides of a publication (None: all)."""
    return Catalogue(store, (publication,), base_url=base_url, authority=authority).shelf(publication, limit)


def guide(store: storage.Store, publication: Publication, slug: str, *, base_url: str) -> Entry | None:
    """One public guide by its address."""
    return Catalogue(store, (publication,), base_url=base_url, authority="").guide(publication, slug)


def media(shelf_: Shelf, base_url: str) -> Iterator[tuple[str, Path]]:
    """(path below the site's root, file) of what the guides of a shelf show, by path."""
    return media_of(shelf_.publication, shelf_.entries, base_url)


def media_of(publication: Publication, entries: Iterable[Entry], base_url: str) -> Iterator[tuple[str, Path]]:
    """(path below the site's root, file) of what these guides of a publication show, by path."""
    prefix = f"{base_url}/-/media/{publication.slug}/"
    wanted = set()
    for each in entries:
        wanted |= {*links(each.html), *([each.image.url] if each.image else [])}
    for url in sorted(wanted):
        place = url.partition("#")[0].partition("?")[0]
        if place.startswith(prefix) and (path := media_file(publication, place.removeprefix(prefix))):
            yield f"-/media/{publication.slug}/{unquote(place.removeprefix(prefix))}", path
