"""What stands in each feed: its head, its entries, and when any of that changed last.

Every function of the maker reads as much as the feed holds, whatever else there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from publisher import storage
from publisher.library import changes, heads
from publisher.library.entries import entry
from publisher.library.words import Ground
from publisher.model import Entry, Feed, Paging, Publication, Tombstone

SITE_ENTRIES = 30  # in the feed of the whole site
REMEMBERED = timedelta(days=90)  # how long feeds say that a guide was withdrawn
MOST_STONES = 500


@dataclass(frozen=True, slots=True)
class Made:
    """A feed before it is written. `basis` is the head from which its entries take what they lack."""

    feed: Feed
    basis: Feed
    entries: tuple[Entry, ...]
    modified: datetime


class FeedMaker:
    """Takes feeds from storage. `kinds` and numbers are known to be sensible by whoever asks."""

    def __init__(
        self, ground: Ground, publications: Sequence[Publication], differences: changes.Differences
    ) -> None:
        self._ground, self._publications, self._differences = ground, publications, differences
        self._known = {each.slug: each for each in publications}

    def main(self, db: storage.Connection, own: Publication) -> Made:
        """The newest guides; with `fold_updates`, the newest material changes among them."""
        guides = storage.public_guides(db, own.slug, limit=own.entries)
        entries = self._entries(own, guides)
        if own.fold_updates:
            told = changes.updates(db, self._ground, own, self._differences, own.entries)
            entries = tuple(sorted((*entries, *told), key=lambda each: each.published, reverse=True))
        gone = self._gone(db, own, entries)
        stones = self._stones(own, gone)
        if own.fold_updates:
            stones = sorted((*stones, *self._update_stones(db, own, gone)), key=_at, reverse=True)
        complete = storage.last_ordinal(db, own.slug) // own.entries
        paging = Paging(previous=heads.archive_addresses(self._ground, own, complete))
        head = self._head(own, entries)
        feed = replace(head, updated=heads.newest(entries, stones), tombstones=tuple(stones), paging=paging)
        return Made(feed, head, entries, _modified(feed, guides))

    def updates(self, db: storage.Connection, own: Publication) -> Made | None:
        """The newest material changes, one entry each. None where they stand in the main feed."""
        if own.fold_updates:
            return None
        entries = changes.updates(db, self._ground, own, self._differences, own.entries)
        stones = self._update_stones(db, own, self._gone(db, own, entries))
        feed = replace(
            heads.updates_head(self._ground, own, entries),
            updated=heads.newest(entries, stones),
            tombstones=tuple(stones),
        )
        return Made(feed, self._head(own, ()), tuple(entries), feed.updated)

    def archive(self, db: storage.Connection, own: Publication, number: int) -> Made | None:
        """The guides of one complete stretch of ordinals; None for one that is not complete."""
        if number * own.entries > storage.last_ordinal(db, own.slug):
            return None
        first, last = (number - 1) * own.entries + 1, number * own.entries
        guides = storage.guides_between(db, own.slug, first, last)
        entries = self._entries(own, guides)
        stones = self._stones(own, storage.withdrawn_between(db, own.slug, first, last))
        feed = heads.archive_head(self._ground, own, number, entries, stones)
        return Made(feed, self._head(own, ()), entries, _modified(feed, guides))

    def term(self, db: storage.Connection, own: Publication, kind: str, word: str) -> Made | None:
        """The newest guides of a tag or an author; None when no public guide has it."""
        name = storage.term_name(db, own.slug, kind, word)
        if name is None:
            return None
        guides = storage.guides_of_term(db, own.slug, kind, word, limit=own.entries)
        entries = self._entries(own, guides)
        gone = self._gone(db, own, entries)
        stood = storage.withdrawn_of_term(db, own.slug, kind, word, [each.id for each in gone])
        stones = self._stones(own, [each for each in gone if each.id in stood])
        head = heads.term_head(self._ground, own, kind, word, name, entries)
        feed = replace(head, updated=heads.newest(entries, stones), tombstones=tuple(stones))
        return Made(feed, self._head(own, ()), entries, _modified(feed, guides))

    def site(self, db: storage.Connection, kinds: Sequence[str]) -> Made | None:
        """The newest guides of all publications; None where there is no publication."""
        if not kinds:
            return None
        guides = storage.newest_guides(db, list(self._known), SITE_ENTRIES)
        entries = []
        for each in guides:
            own = self._known[each.article.publication]
            (made,) = self._entries(own, [each])
            entries.append(made if made.authors else replace(made, authors=heads.people(own)))
        head = heads.site_head(self._ground, kinds, entries)
        return Made(head, head, tuple(entries), _modified(head, guides))

    def updated(self, db: storage.Connection) -> datetime:
        """When any publication's main feed was updated last."""
        moments = [heads.NO_ENTRY]
        for own in self._publications:
            guides = storage.public_guides(db, own.slug, limit=own.entries, texts=False)
            moments += [each.article.updated_at for each in guides]
        return max(moments)

    def _entries(self, own: Publication, guides: Sequence[storage.PublicGuide]) -> tuple[Entry, ...]:
        """As much of each as the owner wants feeds to hold; without html a format tells the summary."""
        whole = (entry(each.article, own, self._ground.base_url) for each in guides)
        return tuple(each if own.feed_content != "summary" else replace(each, html="") for each in whole)

    def _head(self, own: Publication, entries: Sequence[Entry]) -> Feed:
        return heads.feed_head(own, entries, self._ground.base_url, self._ground.authority)

    def _gone(
        self, db: storage.Connection, own: Publication, entries: Sequence[Entry]
    ) -> list[storage.WithdrawnGuide]:
        """The guides withdrawn in the 90 days before the last thing that happened here.

        Not before now: then a feed's bytes would change without a change of its content.
        """
        latest = storage.withdrawn_guides(db, own.slug, limit=1)
        if not latest:
            return []
        last = max(latest[0].at, heads.newest(entries))
        return storage.withdrawn_guides(db, own.slug, last - REMEMBERED, limit=MOST_STONES)

    def _stones(self, own: Publication, gone: Sequence[storage.WithdrawnGuide]) -> list[Tombstone]:
        home = f"{self._ground.base_url}/{own.slug}"
        return [Tombstone(each.public_id, f"{home}/{each.slug}", each.at) for each in gone]

    def _update_stones(
        self, db: storage.Connection, own: Publication, gone: Sequence[storage.WithdrawnGuide]
    ) -> list[Tombstone]:
        """For the entries that told of changes of guides that were withdrawn."""
        facts = changes.by_guide(storage.revision_facts(db, [each.id for each in gone]))
        home = f"{self._ground.base_url}/{own.slug}"
        stones = []
        for each in gone:
            public = [number for number, fact in facts[each.id].items() if fact.released_at is not None]
            for number in sorted(public, reverse=True)[:-1]:
                url = f"{home}/{each.slug}/history#revision-{number}"
                stones.append(Tombstone(changes.update_id(each.public_id, number), url, each.at))
        return stones


def _modified(feed: Feed, guides: Sequence[storage.PublicGuide]) -> datetime:
    """A typo that was corrected changes the bytes of a feed, though nothing was updated."""
    return max([feed.updated, *(each.released_at for each in guides if each.released_at)])


def _at(stone: Tombstone) -> datetime:
    return stone.at
