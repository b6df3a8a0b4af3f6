"""The heads of feeds: ids that never change, addresses, and when a feed was updated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from publisher import formats
from publisher.library.words import FeedInfo, Ground
from publisher.model import Author, Entry, Feed, Outline, Paging, Publication, Tombstone

NO_ENTRY = datetime(2026, 1, 1, tzinfo=UTC)  # when an empty feed was "updated": the same at every build
UPDATES = "Updates"


def feed_head(publication: Publication, entries: Sequence[Entry], base_url: str, authority: str) -> Feed:
    """The head of a publication's main feed."""
    ground = Ground(base_url, authority)
    return Feed(
        id=ground.tag(publication.slug),
        title=publication.title,
        home_url=f"{base_url}/{publication.slug}/",
        urls=addresses(ground, publication.formats, f"{publication.slug}/feed"),
        updated=newest(entries),
        description=publication.description,
        language=publication.language,
        authors=(publication.author,) if publication.author else (),
        rights=publication.rights,
        hubs=publication.hubs,
    )


def updates_head(ground: Ground, publication: Publication, entries: Sequence[Entry] = ()) -> Feed:
    """The head of the feed that tells of material changes."""
    main = feed_head(publication, entries, ground.base_url, ground.authority)
    return replace(
        main,
        id=ground.tag(f"{publication.slug}?feed=updates"),
        title=f"{publication.title}: {UPDATES}",
        urls=addresses(ground, publication.formats, f"{publication.slug}/updates"),
        authors=people(publication),
    )


def term_head(
    ground: Ground, publication: Publication, kind: str, slug: str, name: str, entries: Sequence[Entry] = ()
) -> Feed:
    """The head of the feed of a tag or an author. Its home is the term's page."""
    main = feed_head(publication, entries, ground.base_url, ground.authority)
    folder = f"{publication.slug}/{kind}/{slug}"
    return replace(
        main,
        id=ground.tag(f"{publication.slug}?{kind}={slug}"),
        title=f"{publication.title}: {name}",
        home_url=ground.url(f"{folder}/"),
        urls=addresses(ground, publication.formats, f"{folder}/feed"),
        authors=people(publication),
    )


def archive_head(
    ground: Ground,
    publication: Publication,
    number: int,
    entries: Sequence[Entry],
    stones: Sequence[Tombstone],
) -> Feed:
    """The head of archive `number`, a part of the main feed that stays as it is (RFC 5005, 4).

    It names the archive before it, and none after it: that would change when the next one is complete.
    """
    main = feed_head(publication, entries, ground.base_url, ground.authority)
    paging = Paging(
        archive=True, current=main.urls, previous=archive_addresses(ground, publication, number - 1)
    )
    urls = archive_addresses(ground, publication, number)
    updated = newest(entries, stones)
    return replace(main, urls=urls, updated=updated, paging=paging, tombstones=tuple(stones))


def site_head(ground: Ground, kinds: Sequence[str], entries: Sequence[Entry] = ()) -> Feed:
    """The head of the feed of all publications."""
    return Feed(
        id=ground.tag("-/feed"),
        title=ground.site_title or ground.base_url,
        home_url=f"{ground.base_url}/",
        urls=addresses(ground, kinds, "feed"),
        updated=newest(entries),
    )


def list_head(ground: Ground, publications: Iterable[Publication], updated: datetime) -> Feed:
    """The head of the list of feeds (OPML): the publications, each with the addresses of its main feed."""
    outlines = tuple(
        Outline(
            title=each.title,
            home_url=f"{ground.base_url}/{each.slug}/",
            feeds=addresses(ground, each.formats, f"{each.slug}/feed"),
            description=each.description,
            language=each.language,
        )
        for each in publications
    )
    urls = addresses(ground, ("opml",), "feeds")
    site = site_head(ground, ())
    return replace(site, id=ground.tag("-/feeds"), urls=urls, updated=updated, outlines=outlines)


def info(feed: Feed, what: str, ground: Ground) -> FeedInfo:
    """A feed as one that can be followed."""
    first = next(iter(feed.urls.values()), feed.home_url)
    name = first.removeprefix(f"{ground.base_url}/").rpartition(".")[0]
    return FeedInfo(name, what, feed.title, feed.urls)


def addresses(ground: Ground, kinds: Iterable[str], stem: str) -> Mapping[str, str]:
    """format -> the URL of `stem` in it."""
    return {kind: ground.url(f"{stem}.{formats.open_format(kind).suffix}") for kind in kinds}


def archive_addresses(ground: Ground, publication: Publication, number: int) -> Mapping[str, str]:
    """format -> the URL of archive `number`; nothing below the first."""
    if number < 1:
        return {}
    return addresses(ground, publication.formats, f"{publication.slug}/archive/{number}")


def site_kinds(publications: Iterable[Publication]) -> tuple[str, ...]:
    """The formats in which any publication is written: the site's feed is in all of them."""
    named = {kind for each in publications for kind in each.formats}
    return tuple(kind for kind in formats.FEEDS if kind in named)


def newest(entries: Iterable[Entry], stones: Iterable[Tombstone] = ()) -> datetime:
    """When a feed of these was updated: a function of its content, never of the clock."""
    moments = [each.updated for each in entries] + [each.at for each in stones]
    return max(moments, default=NO_ENTRY)


def people(publication: Publication) -> tuple[Author, ...]:
    """By whom guides are that name nobody: the same in every feed, else their bytes would differ."""
    return (publication.author or Author(publication.title),)
