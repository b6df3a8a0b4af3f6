"""The head of a feed as every format gets it: clean, complete, and the same for all.

What a format may rely on afterwards: text holds only allowed characters; URLs are full or ""; times are UTC
to the second; there is at least one author; nothing that is listed is there twice or empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.errors import ConfigError
from publisher.formats import _clean as clean
from publisher.formats import _parts as parts
from publisher.model import Author, Feed, Outline, Paging, Tombstone


@dataclass(frozen=True, slots=True)
class Basis:
    """What entries take from their feed, clean: all that an entry's bytes depend on besides the entry."""

    id: str
    home_url: str
    language: str
    authors: tuple[Author, ...]


def basis(feed: Feed) -> Basis:
    """Raises ConfigError when the feed has no usable home URL."""
    home = clean.link(feed.home_url)
    if not home:
        raise ConfigError(f"{feed.home_url!r} is no web address", advice="Set base_url in publisher.toml.")
    people = parts.authors(feed.authors) or (Author(clean.line(feed.title) or home),)
    return Basis(clean.identifier(feed.id) or home, home, clean.language(feed.language), people)


def prepare_feed(feed: Feed) -> Feed:
    """The whole head, clean. Raises ConfigError when it has no usable home URL."""
    ground = basis(feed)
    urls = parts.urls(feed.urls, ground.home_url)
    return Feed(
        id=ground.id,
        title=clean.line(feed.title) or ground.home_url,
        home_url=ground.home_url,
        urls=urls,
        updated=clean.moment(feed.updated),
        description=clean.line(feed.description),
        language=ground.language,
        authors=ground.authors,
        image=parts.image(feed.image, ground.home_url),
        rights=clean.line(feed.rights or "") or None,
        hubs=tuple(dict.fromkeys(url for hub in feed.hubs if (url := clean.link(hub)))),
        paging=_paging(feed.paging, urls, ground.home_url),
        tombstones=_tombstones(feed.tombstones, ground.home_url),
        outlines=_outlines(feed.outlines),
    )


def _paging(paging: Paging, own: dict[str, str], home: str) -> Paging:
    """A link that leads to the document itself would send readers in a circle: only `current` may."""
    before, after = parts.urls(paging.previous, home), parts.urls(paging.next, home)
    return Paging(
        archive=paging.archive,
        current=parts.urls(paging.current, home),
        previous={kind: url for kind, url in before.items() if url != own.get(kind)},
        next={kind: url for kind, url in after.items() if url != own.get(kind)},
    )


def _tombstones(stones: Iterable[Tombstone], home: str) -> tuple[Tombstone, ...]:
    """Each id once: what was withdrawn twice was last withdrawn when it says so first (newest first)."""
    known: dict[str, Tombstone] = {}
    for stone in stones:
        if id := clean.identifier(stone.id):
            known.setdefault(id, Tombstone(id, clean.link(stone.url, home), clean.moment(stone.at)))
    return tuple(known.values())


def _outlines(outlines: Iterable[Outline]) -> tuple[Outline, ...]:
    ready = []
    for outline in outlines:
        home = clean.link(outline.home_url)
        feeds = parts.urls(outline.feeds, home)
        if home or feeds:
            ready.append(
                Outline(
                    title=clean.line(outline.title) or home or next(iter(feeds.values())),
                    home_url=home,
                    feeds=feeds,
                    description=clean.line(outline.description),
                    language=clean.language(outline.language),
                )
            )
    return tuple(ready)
